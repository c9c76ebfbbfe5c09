#include "tests/support/standard_pki.h"

#include <optional>

namespace stapling::testing {
namespace {

constexpr const char* kIntermediateName = "Test Intermediate CA";

// What the leaves have in common.
CertificateSpec LeafSpec(const Certificate& issuer, std::chrono::sys_seconds now, KeyKind key,
                         int rsa_index) {
  return {.subject = "leaf.test",
          .issuer = &issuer,
          .now = now,
          .key = key,
          .rsa_index = rsa_index,
          .dns_names = {"localhost", "leaf.test"},
          .ip_addresses = {"127.0.0.1", "::1"},
          .extended_key_usages = {"1.3.6.1.5.5.7.3.1"}};
}

Certificate Leaf(const Certificate& issuer, std::chrono::sys_seconds now, KeyKind key,
                 int rsa_index, bool must_staple, bool names_responder) {
  CertificateSpec spec = LeafSpec(issuer, now, key, rsa_index);
  spec.must_staple = must_staple;
  if (names_responder) spec.responder_urls = {kResponderUrl};
  return IssueCertificate(spec);
}

Certificate Authority(const char* name, const Certificate* issuer, std::chrono::sys_seconds now,
                      KeyKind key, int rsa_index,
                      std::optional<Bytes> subject_key_identifier = {}) {
  return IssueCertificate({.subject = name,
                           .issuer = issuer,
                           .now = now,
                           .key = key,
                           .rsa_index = rsa_index,
                           .is_ca = true,
                           .subject_key_identifier = std::move(subject_key_identifier)});
}

}  // namespace

StandardPki::StandardPki(std::chrono::sys_seconds now, KeyKind key)
    : root(Authority("Test Root CA", nullptr, now, key, 0)),
      intermediate(Authority(kIntermediateName, &root, now, key, 1)),
      leaf(Leaf(intermediate, now, key, 2, false, true)),
      leaf_must_staple(Leaf(intermediate, now, key, 3, true, true)),
      leaf_without_responder(Leaf(intermediate, now, key, 4, false, false)),
      ocsp_signer(IssueCertificate({.subject = "Test OCSP Signer",
                                    .issuer = &intermediate,
                                    .now = now,
                                    .key = key,
                                    .rsa_index = 5,
                                    .ocsp_signing_eku = true,
                                    .ocsp_nocheck = true})),
      sibling_ca(Authority("Test Sibling CA", &root, now, key, 6)),
      stranger_root(Authority("Stranger Root CA", nullptr, now, key, 7)),
      impostor_intermediate(Authority(kIntermediateName, &stranger_root, now, key, 8,
                                      intermediate.KeyIdentifier())) {}

}  // namespace stapling::testing
