// What every probe asks of a certificate, read once: plain values, which outlive the certificate.
//
// Reading only; nothing here trusts or verifies.
#pragma once

#include <openssl/types.h>

#include <string>

#include "core/x509/sha256.h"
#include "core/x509/validity.h"

namespace stapling {

struct CertificateFacts {
  bool must_staple = false;      // the TLS Feature extension lists status_request (RFC 7633)
  bool names_responder = false;  // an OCSP URL in Authority Information Access
  bool self_issued = false;      // under its own name, with its own key
  Validity validity;
};

// Names of a certificate, as labels have them: valid UTF-8, RFC 2253, lower-case hex.
struct CertificateLabels {
  std::string fingerprint_sha256;
  std::string subject;
  std::string issuer;
  std::string subject_alternative;  // DNS names, with commas between them
  std::string serial;
};

CertificateFacts ReadFacts(X509* certificate);

// `sha256` is the digest of its DER.
CertificateLabels ReadLabels(X509* certificate, const Sha256Digest& sha256);

}  // namespace stapling
