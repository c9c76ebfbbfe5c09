// The PKI that most tests need: two levels of CA, leaves, a delegated OCSP signer and three
// strangers who would like to be believed.
#pragma once

#include <chrono>
#include <vector>

#include "tests/support/pki.h"

namespace stapling::testing {

// Every leaf is valid for localhost, leaf.test, 127.0.0.1 and ::1 from now - 30 days to
// now + 60 days.
struct StandardPki {
  // RSA kinds use the shared keys of indices 0 to 9, one for each certificate.
  explicit StandardPki(std::chrono::sys_seconds now, KeyKind key = KeyKind::kEcP256);

  Certificate root;
  Certificate intermediate;            // by root
  Certificate leaf;                    // by intermediate, names a responder
  Certificate leaf_must_staple;        // the same with the TLS Feature extension
  Certificate leaf_without_responder;  // the same with neither
  Certificate ocsp_signer;             // delegated: by intermediate, OCSPSigning, ocsp-nocheck
  Certificate sibling_ca;              // another CA by root
  Certificate stranger_root;           // trusted by nobody
  Certificate impostor_intermediate;   // by stranger_root, with the name and the key identifier of
                                       // intermediate and another key

  // leaf_certificate, intermediate: what a server sends.
  [[nodiscard]] std::vector<Certificate> Chain(const Certificate& leaf_certificate) const {
    return {leaf_certificate, intermediate};
  }
};

// The responder that the leaves name. Nobody answers there.
inline constexpr const char* kResponderUrl = "http://ocsp.test/";

}  // namespace stapling::testing
