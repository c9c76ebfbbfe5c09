// Writes the seeds of judge_fuzz, and the certificates and keys that they were made with, into a
// directory.
//
// They were written once and are kept, so that a finding can be had again: keys and signatures
// differ from one run to the next.
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <string>

#include "tests/fuzz/seed_pki.h"
#include "tests/support/ocsp_response.h"
#include "tests/support/openssl_handle.h"
#include "tests/support/standard_pki.h"

namespace {

using namespace stapling::testing;  // NOLINT(google-build-using-namespace)
using stapling::fuzz::kNow;
using std::chrono::hours;

using Seeds = std::map<std::string, Bytes>;
using Change = std::function<void(OcspResponseSpec&)>;

constexpr const char* kNonce = "1.3.6.1.5.5.7.48.1.2";
constexpr const char* kSctList = "1.3.6.1.4.1.11129.2.4.5";
constexpr const char* kPrivate = "1.3.6.1.4.1.99999.1";

ExtensionSpec Extension(const char* oid, bool critical) {
  return {.oid = oid, .critical = critical, .value = der::OctetString({1, 2, 3, 4})};
}

void Write(const std::filesystem::path& file, const Bytes& bytes) {
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
}

// One for each kind of answer.
void AddAnswers(const StandardPki& pki, Seeds& seeds) {
  const auto add = [&](const char* name, const Change& change) {
    OcspResponseSpec spec = GoodResponse(pki.leaf, pki.intermediate, kNow);
    change(spec);
    seeds[name] = BuildOcspResponse(spec);
  };
  add("good", [](auto&) {});
  add("by_key", [](auto& spec) { spec.responder_id.by = ResponderId::By::kKey; });
  add("issuer_embedded", [&](auto& spec) { spec.embedded = {&pki.intermediate}; });
  add("corrupt", [](auto& spec) { spec.corrupt_signature = true; });
  add("sha1", [](auto& spec) { spec.scheme = {.digest = "SHA1"}; });
  add("certid_sha256", [](auto& spec) { spec.responses[0].hash = "SHA256"; });
  add("certid_unknown_hash",
      [](auto& spec) { spec.responses[0].hash_algorithm = der::Sequence({der::Oid(kPrivate)}); });
  add("revoked", [](auto& spec) {
    spec.responses[0].status = CertStatus::kRevoked;
    spec.responses[0].revoked_at = kNow - hours(2);
    spec.responses[0].revocation_reason = 1;
  });
  add("unknown", [](auto& spec) { spec.responses[0].status = CertStatus::kUnknown; });
  add("no_answer", [](auto& spec) { spec.responses.clear(); });
  add("two_answers", [](auto& spec) {
    spec.responses.push_back(spec.responses[0]);
    spec.responses[1].status = CertStatus::kRevoked;
    spec.responses[1].revoked_at = kNow - hours(2);
  });
}

// One for each kind of time, extension and form.
void AddForms(const StandardPki& pki, Seeds& seeds) {
  const auto add = [&](const char* name, const Change& change) {
    OcspResponseSpec spec = GoodResponse(pki.leaf, pki.intermediate, kNow);
    change(spec);
    seeds[name] = BuildOcspResponse(spec);
  };
  add("no_next_update", [](auto& spec) { spec.responses[0].next_update.reset(); });
  add("expired", [](auto& spec) { spec.responses[0].next_update = kNow - hours(1); });
  add("expired_and_current", [](auto& spec) {
    spec.responses.push_back(spec.responses[0]);
    spec.responses[0].next_update = kNow - hours(1);
  });
  add("tomorrow", [](auto& spec) { spec.responses[0].this_update = kNow + hours(24); });
  add("produced_tomorrow", [](auto& spec) { spec.produced_at = kNow + hours(24); });
  add("time_with_fraction",
      [](auto& spec) { spec.responses[0].this_update_text = "20260301110000.5Z"; });
  add("nonce", [](auto& spec) { spec.extensions = {Extension(kNonce, true)}; });
  add("sct_list", [](auto& spec) { spec.responses[0].extensions = {Extension(kSctList, true)}; });
  add("critical", [](auto& spec) { spec.responses[0].extensions = {Extension(kPrivate, true)}; });
  add("boolean_not_der", [](auto& spec) {
    spec.extensions = {Extension(kPrivate, true)};
    spec.non_der_boolean = true;
  });
  add("trailing", [](auto& spec) { spec.trailing_outside = {0}; });
  add("another_type", [](auto& spec) { spec.response_type = kPrivate; });
  seeds["try_later"] = ErrorResponse(3);
}

// A certificate that differs from the delegated signer's in what the spec says.
Certificate Signer(const StandardPki& pki, CertificateSpec spec) {
  spec.now = kNow;
  spec.subject = "Test OCSP Signer";
  if (spec.issuer == nullptr) spec.issuer = &pki.intermediate;
  return IssueCertificate(spec);
}

// One for each kind of delegated signer. Whom the CA did not authorise has a key of his own, which
// judge_fuzz does not know.
void AddSigners(const StandardPki& pki, Seeds& seeds) {
  const auto add = [&](const char* name, const Certificate& signer, const Change& change) {
    OcspResponseSpec spec = GoodDelegatedResponse(pki.leaf, pki.intermediate, signer, kNow);
    change(spec);
    seeds[name] = BuildOcspResponse(spec);
  };
  const auto nothing = [](auto&) {};
  const Certificate* const same = &pki.ocsp_signer;
  add("delegated", pki.ocsp_signer, nothing);
  add("delegated_by_key", Signer(pki, {.same_key_as = same, .ocsp_signing_eku = true}),
      [](auto& spec) { spec.responder_id.by = ResponderId::By::kKey; });
  add("signer_expired",
      Signer(pki, {.not_after = kNow - hours(1), .same_key_as = same, .ocsp_signing_eku = true}),
      nothing);
  const Certificate without_usage = Signer(pki, {.same_key_as = same});
  add("two_signers", pki.ocsp_signer, [&](auto& spec) {
    spec.embedded = {&without_usage, &pki.ocsp_signer};
  });
  add("signer_without_usage", Signer(pki, {}), nothing);
  add("signer_of_another_ca", Signer(pki, {.issuer = &pki.sibling_ca, .ocsp_signing_eku = true}),
      nothing);
  add("impostor", pki.impostor_intermediate, nothing);
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
  Write(directory / "issuer_key.der", EncodeDer(pki.intermediate.key(), i2d_PrivateKey));
  Write(directory / "signer_key.der", EncodeDer(pki.ocsp_signer.key(), i2d_PrivateKey));
  Seeds seeds;
  AddAnswers(pki, seeds);
  AddForms(pki, seeds);
  AddSigners(pki, seeds);
  for (const auto& [name, bytes] : seeds) Write(directory / "judge" / (name + ".der"), bytes);
  return 0;
}
