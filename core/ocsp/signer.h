// Who signed an OCSP response, and was that signer entitled to? (RFC 6960 section 4.2.2.2)
//
// Entitled are the certificate's issuer, and a certificate that the issuer's own key signed, under
// its own name, with extendedKeyUsage OCSPSigning. No deeper chain, no local trust. Whether the
// delegated certificate was itself revoked is not checked, and whether it is valid now is the
// judge's to see.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/ocsp/verdict.h"
#include "core/x509/openssl_ptr.h"
#include "core/x509/validity.h"

namespace stapling {

struct SignerFinding {
  // Absent: no candidate, for the ResponderID names neither the issuer nor an embedded certificate.
  std::optional<bool> verifies;
  std::optional<bool> authorized;   // absent when no candidate's key verifies
  std::optional<Signer> signer;     // once authorized
  std::vector<Validity> delegates;  // of each delegated signer's certificate
};

// At most this many embedded certificates that the ResponderID matches are tried.
inline constexpr int kMaxEmbeddedCandidates = 8;

SignerFinding FindSigner(const OCSP_BASICRESP* response, X509* issuer);

// RFC 2253 name or hex key hash, and the algorithm's name; as claimed.
std::string ResponderIdText(const OCSP_BASICRESP* response);
std::string SignatureAlgorithmName(const OCSP_BASICRESP* response);

}  // namespace stapling
