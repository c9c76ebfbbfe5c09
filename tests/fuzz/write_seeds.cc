// Writes the seeds of judge_fuzz, and the two certificates that they are about, into a directory.
//
// They were written once and are kept, so that a finding can be had again: keys and signatures
// differ from one run to the next.
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <string>

#include "tests/support/ocsp_response.h"
#include "tests/support/standard_pki.h"

namespace {

using namespace stapling::testing;  // NOLINT(google-build-using-namespace)
using std::chrono::hours;

constexpr std::chrono::sys_seconds kNow{std::chrono::seconds(1772366400)};  // of judge_fuzz

void Write(const std::filesystem::path& file, const Bytes& bytes) {
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
}

// One for each kind of response that a judge has to tell apart.
std::map<std::string, Bytes> Seeds(const StandardPki& pki) {
  const auto good = [&] { return GoodResponse(pki.leaf, pki.intermediate, kNow); };
  const auto with = [&](const std::function<void(OcspResponseSpec&)>& change) {
    OcspResponseSpec spec = good();
    change(spec);
    return BuildOcspResponse(spec);
  };
  return {
      {"good", BuildOcspResponse(good())},
      {"delegated",
       BuildOcspResponse(GoodDelegatedResponse(pki.leaf, pki.intermediate, pki.ocsp_signer, kNow))},
      {"by_key", with([](auto& spec) { spec.responder_id.by = ResponderId::By::kKey; })},
      {"issuer_embedded", with([&](auto& spec) { spec.embedded = {&pki.intermediate}; })},
      {"certid_sha256", with([](auto& spec) { spec.responses[0].hash = "SHA256"; })},
      {"revoked", with([](auto& spec) {
         spec.responses[0].status = CertStatus::kRevoked;
         spec.responses[0].revoked_at = kNow - hours(2);
         spec.responses[0].revocation_reason = 1;
       })},
      {"unknown", with([](auto& spec) { spec.responses[0].status = CertStatus::kUnknown; })},
      {"no_next_update", with([](auto& spec) { spec.responses[0].next_update.reset(); })},
      {"two_answers", with([](auto& spec) { spec.responses.push_back(spec.responses[0]); })},
      {"nonce", with([](auto& spec) {
         spec.extensions = {{.oid = "1.3.6.1.5.5.7.48.1.2", .critical = true, .value = {4, 1, 7}}};
       })},
      {"corrupt", with([](auto& spec) { spec.corrupt_signature = true; })},
      {"try_later", ErrorResponse(3)},
  };
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: write_seeds DIRECTORY\n";
    return 2;
  }
  const std::filesystem::path directory(argv[1]);
  std::filesystem::create_directories(directory / "judge");
  const StandardPki pki(kNow);
  Write(directory / "certificate.der", pki.leaf.Der());
  Write(directory / "issuer.der", pki.intermediate.Der());
  for (const auto& [name, bytes] : Seeds(pki)) Write(directory / "judge" / (name + ".der"), bytes);
  return 0;
}
