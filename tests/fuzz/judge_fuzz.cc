// Any octets as a staple: the verdict is the same twice, good only if every check passed, never
// told of a forger, and what is exported of it is text that a scraper reads.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

#include "core/ocsp/judge.h"
#include "core/probe.h"
#include "core/x509/openssl_ptr.h"
#include "exporter/probe_metrics.h"
#include "exporter/report_json.h"
#include "tests/fuzz/fuzz.h"

namespace {

using stapling::Check;
using stapling::CheckInfo;
using stapling::Judgement;
using stapling::Verdict;
using stapling::fuzz::Require;

// The certificate of the seeds' PKI that the responses are about, and its issuer.
stapling::X509Ptr ReadCertificate(const char* name) {
  std::ifstream file(std::string(STAPLING_FUZZ_DIR) + "/seeds/" + name, std::ios::binary);
  const std::string der{std::istreambuf_iterator<char>(file), {}};
  const auto* position = reinterpret_cast<const unsigned char*>(der.data());
  stapling::X509Ptr certificate(d2i_X509(nullptr, &position, static_cast<long>(der.size())));
  Require(certificate != nullptr, "the seeds' certificates are there");
  return certificate;
}

// 2026-03-01T12:00:00Z, the clock of the seeds.
constexpr std::chrono::sys_seconds kNow{std::chrono::seconds(1772366400)};

void RequireSoundness(const Judgement& judged) {
  using enum Check;
  const auto& checks = judged.checks;
  for (const CheckInfo& info : stapling::Checks()) {
    if (checks.Failed(info.check)) {
      Require(!judged.valid && judged.verdict != Verdict::kGood, "good only if no check failed");
    }
  }
  const bool authentic = checks.Passed(kCertificateMatch) && checks.Passed(kCriticalExtensions) &&
                         checks.Passed(kSignature) && checks.Passed(kSignerAuthorized);
  if (judged.certificate_status) Require(authentic, "a status only of an authentic response");
  if (judged.verdict == Verdict::kGood) {
    Require(judged.valid && authentic && checks.Passed(kWellFormed) &&
                checks.Passed(kResponseSuccessful) && checks.Passed(kIssuerKnown) &&
                checks.Passed(kProducedAt) && checks.Passed(kThisUpdate),
            "good only if every check passed");
    Require(judged.certificate_status == stapling::CertificateStatus::kGood, "good says good");
  }
  Require(judged.verdict != Verdict::kMissing, "what is there is not missing");
}

void RequireScrapeable(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    Require(stapling::fuzz::IsClean(line.substr(0, stapling::kMaxText)) ||
                line.size() > stapling::kMaxText,
            "a line is clean UTF-8");
    if (line.starts_with('#')) continue;
    const std::size_t space = line.rfind(' ');
    Require(space != std::string::npos && space > 0, "a sample has a value");
    char* end = nullptr;
    std::strtod(line.c_str() + space + 1, &end);
    Require(*end == '\0' && end != line.c_str() + space + 1, "a value is a number");
  }
}

stapling::ProbeResult ResultOf(const Judgement& judged) {
  stapling::ProbeResult result{.now = kNow};
  stapling::Connection& connection = result.connections.emplace_back();
  connection.staples.push_back({.depth = 0, .present = true, .judgement = judged});
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  static const stapling::X509Ptr certificate = ReadCertificate("certificate.der");
  static const stapling::X509Ptr issuer = ReadCertificate("issuer.der");
  for (const bool issuer_known : {true, false}) {
    const stapling::JudgeInput input{.response = {data, size},
                                     .certificate = certificate.get(),
                                     .issuer = issuer_known ? issuer.get() : nullptr,
                                     .now = kNow,
                                     .policy = {}};
    const Judgement judged = stapling::Judge(input);
    const Judgement again = stapling::Judge(input);
    Require(judged.verdict == again.verdict && judged.checks == again.checks,
            "the same verdict twice");
    RequireSoundness(judged);
    if (!issuer_known) Require(!judged.valid, "nothing is valid without its issuer");
    RequireScrapeable(
        stapling::exporter::ProbeMetricsText(ResultOf(judged), std::chrono::seconds(1)));
  }
  return 0;
}
