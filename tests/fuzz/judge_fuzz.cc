// Any octets as a staple: the verdict is the same twice, good only if every check passed, never
// told of a forger, and what is written of it can be read.
//
// What decodes is judged once more with its signature put right, for no change beyond the signature
// would be seen otherwise.
#include <algorithm>
#include <array>

#include "core/ocsp/judge.h"
#include "core/probe.h"
#include "core/x509/asn1_view.h"
#include "exporter/explanation.h"
#include "exporter/probe_metrics.h"
#include "exporter/report_json.h"
#include "exporter/report_text.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/readable.h"
#include "tests/fuzz/seed_pki.h"

namespace {

using namespace stapling;  // NOLINT(google-build-using-namespace)
using fuzz::Require;
using enum stapling::Check;

constexpr std::chrono::seconds kSkew(300);

const fuzz::SeedPki& Pki() {
  static const fuzz::SeedPki pki;
  return pki;
}

Judgement JudgeAt(BytesView response, std::chrono::sys_seconds now, const JudgePolicy& policy,
                  X509* issuer) {
  return Judge({.response = response,
                .certificate = Pki().certificate.get(),
                .issuer = issuer,
                .now = now,
                .policy = policy});
}

bool IsAuthentic(const CheckResults& checks) {
  constexpr std::array kAll = {kWellFormed,       kResponseSuccessful, kIssuerKnown,
                               kCertificateMatch, kCriticalExtensions, kSignature,
                               kSignerAuthorized};
  return std::ranges::all_of(kAll, [&](Check check) { return checks.Passed(check); });
}

void RequireSound(const Judgement& judged) {
  const CheckResults& checks = judged.checks;
  const bool failed = std::ranges::any_of(
      Checks(), [&](const CheckInfo& info) { return checks.Failed(info.check); });
  Require(judged.valid == !failed, "valid means that no check failed");
  const bool answered = judged.verdict == Verdict::kGood || judged.verdict == Verdict::kRevoked ||
                        judged.verdict == Verdict::kUnknown;
  Require(judged.valid == answered, "an answer is told of the valid alone");
  Require(judged.verdict != Verdict::kMissing, "what is there is not missing");
  if (judged.certificate_status || judged.valid) {
    Require(IsAuthentic(checks), "a status only of an authentic response");
  }
  if (judged.valid) {
    Require(checks.Passed(kProducedAt) && checks.Passed(kThisUpdate), "valid means in time");
    Require(!judged.next_update || checks.Passed(kNextUpdate), "valid means not expired");
    Require(judged.certificate_status.has_value(), "valid means answered");
  }
  if (judged.verdict == Verdict::kGood) {
    Require(judged.certificate_status == CertificateStatus::kGood, "good says good");
  }
  Require(!judged.revoked_at || judged.certificate_status == CertificateStatus::kRevoked,
          "revoked at means revoked");
}

// Nobody but the seeds' CA and its responder can have written what is told of the certificate.
void RequireProvenance(BytesView response, const Judgement& judged) {
  if (!judged.certificate_status) return;
  Require(fuzz::IsSignedBy(response, Pki().issuer_key.get()) ||
              fuzz::IsSignedBy(response, Pki().signer_key.get()),
          "a status only of what the CA or its responder signed");
  const BytesView serial = ViewOf(X509_get0_serialNumber(Pki().certificate.get()));
  Require(
      std::search(response.begin(), response.end(), serial.begin(), serial.end()) != response.end(),
      "a status only of what names the certificate's serial number");
}

// What the policy and the clock must do to a response.
void RequireLimits(BytesView response, const Judgement& judged) {
  const JudgePolicy strict{.max_age = std::chrono::hours(2), .require_next_update = true};
  const Judgement strictly = JudgeAt(response, fuzz::kNow, strict, Pki().issuer.get());
  RequireSound(strictly);
  Require(!strictly.valid || judged.valid, "what a strict policy takes, a lenient one does");
  if (!judged.valid || !judged.effective_expiry) return;
  const auto late = *judged.effective_expiry + kSkew + std::chrono::seconds(1);
  const Judgement later = JudgeAt(response, late, {}, Pki().issuer.get());
  // Of several answers a longer-lived one counts then.
  Require(!later.valid || !later.effective_expiry || *later.effective_expiry >= late - kSkew,
          "what has expired is not valid");
}

void RequireReadable(const Judgement& judged) {
  ProbeResult result{.now = fuzz::kNow};
  result.connections.emplace_back().staples.push_back(
      {.depth = 0, .present = true, .judgement = judged});
  fuzz::RequireScrapeable(exporter::ProbeMetricsText(result, std::chrono::seconds(1)));
  const exporter::VerifyReport report{.judgement = judged,
                                      .now = fuzz::kNow,
                                      .explanation = exporter::Explain(judged, fuzz::kNow, {})};
  fuzz::RequireJson(exporter::VerifyJson(report));
  fuzz::RequireClean(exporter::VerifyText(report, {}));
}

// A signature decides about the checks of the signer and no others.
void RequireSameButSigner(const Judgement& judged, const Judgement& anew) {
  for (const CheckInfo& info : Checks()) {
    if (info.check == kSignature || info.check == kSignerAuthorized) continue;
    if (info.check == kSignerCurrent) continue;
    Require(judged.checks[info.check] == anew.checks[info.check], "signing changes the signature");
  }
}

// The same response signed by whomever it names as its signer, and how it is judged.
struct Anew {
  Bytes response;
  Judgement judged;
};

Anew SignAnew(BytesView response, const Judgement& judged) {
  Anew anew;
  for (EVP_PKEY* key : {Pki().issuer_key.get(), Pki().signer_key.get()}) {
    const auto signed_anew = fuzz::SignedAnew(response, key);
    Require(signed_anew.has_value(), "an answer can be signed");
    anew = {*signed_anew, JudgeAt(*signed_anew, fuzz::kNow, {}, Pki().issuer.get())};
    RequireSound(anew.judged);
    RequireSameButSigner(judged, anew.judged);
    if (anew.judged.certificate_status) break;
  }
  Require(!judged.valid || anew.judged.verdict == judged.verdict,
          "a valid response stays valid when its signer signs anew");
  return anew;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const BytesView response(data, size);
  const Judgement judged = JudgeAt(response, fuzz::kNow, {}, Pki().issuer.get());
  RequireSound(judged);
  RequireProvenance(response, judged);
  const Judgement again = JudgeAt(response, fuzz::kNow, {}, Pki().issuer.get());
  Require(judged.verdict == again.verdict && judged.checks == again.checks,
          "the same verdict twice");
  const Judgement unknown = JudgeAt(response, fuzz::kNow, {}, nullptr);
  RequireSound(unknown);
  Require(!unknown.valid, "nothing is valid without its issuer");

  // What is no answer says nothing that could be misread.
  if (!judged.checks.Passed(kResponseSuccessful)) return 0;
  const Anew anew = SignAnew(response, judged);
  RequireProvenance(anew.response, anew.judged);
  RequireLimits(anew.response, anew.judged);
  RequireReadable(anew.judged);
  return 0;
}
