// Who signed an OCSP response, and was that signer entitled to? (RFC 6960 section 4.2.2.2)
//
// Entitled are the certificate's issuer, and a certificate that the issuer's own key signed, under
// its own name, with extendedKeyUsage OCSPSigning. No deeper chain, no local trust. Whether the
// delegated certificate was itself revoked is not checked.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/ocsp/verdict.h"
#include "core/x509/openssl_ptr.h"

namespace stapling {

struct SignerFinding {
  // Absent: no candidate, for the ResponderID names neither the issuer nor an embedded certificate.
  std::optional<bool> verifies;
  std::optional<bool> authorized;  // absent when no candidate's key verifies
  std::optional<Signer> signer;    // once authorized
  // Of a delegated signer's certificate.
  std::optional<bool> current;
  std::optional<std::chrono::sys_seconds> not_after;
};

// At most this many embedded certificates that the ResponderID matches are tried.
inline constexpr int kMaxEmbeddedCandidates = 8;

SignerFinding FindSigner(const OCSP_BASICRESP* response, X509* issuer,
                         std::chrono::sys_seconds now);

// RFC 2253 name or hex key hash, and the algorithm's name; as claimed.
std::string ResponderIdText(const OCSP_BASICRESP* response);
std::string SignatureAlgorithmName(const OCSP_BASICRESP* response);

}  // namespace stapling
