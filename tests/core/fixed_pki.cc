#include "tests/core/fixed_pki.h"

namespace stapling::testing {

const StandardPki& Pki() {
  static const auto* pki = new StandardPki(kNow);  // outlives every static table that uses it
  return *pki;
}

const Certificate& CrossSignedTwin() {
  static const auto* twin = new Certificate(IssueCertificate({.subject = "Test Intermediate CA",
                                                              .issuer = &Pki().stranger_root,
                                                              .now = kNow,
                                                              .same_key_as = &Pki().intermediate,
                                                              .is_ca = true}));
  return *twin;
}

}  // namespace stapling::testing
