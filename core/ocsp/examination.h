// What an OCSP response proves about a certificate, whatever the time is.
//
// This is the costly part of a judgement: decoding, hashing, verifying signatures. No clock has a
// part in it, so the same octets prove the same on every probe, and what was examined once may be
// kept and judged again at another instant (judge.h). Plain values: nothing points into the
// response or into OpenSSL.
//
// Pure, never throws on any input, safe from any thread. It trusts the issuer that it is given.
#pragma once

#include <openssl/types.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/ocsp/verdict.h"
#include "core/x509/validity.h"

namespace stapling {

// How a CertID names a certificate, as text.
struct CertIdText {
  std::string serial;  // lower-case hex
  std::string hash;    // such as SHA1
};

// What one SingleResponse says of the certificate.
struct CertificateAnswer {
  CertIdText id;
  CertificateStatus status = CertificateStatus::kUnknown;
  std::chrono::sys_seconds this_update;
  std::optional<std::chrono::sys_seconds> next_update;
  std::optional<std::chrono::sys_seconds> revoked_at;
  std::optional<long> revocation_reason;
};

struct Examination {
  std::size_t size_bytes = 0;
  std::optional<ResponseStatus> response_status;
  CheckResults checks;  // those in which time has no part
  std::string responder_id;
  std::string signature_algorithm;
  std::chrono::sys_seconds produced_at;    // only with answers
  std::vector<CertificateAnswer> answers;  // of the SingleResponses that match, as they came
  std::optional<CertIdText> another;       // what the first one names where none matches
  Validity certificate;                    // of the certificate that was asked about
  std::optional<Signer> signer;            // once authorised
  std::vector<Validity> delegates;         // of each certificate that makes the signer authorised

  // It is the CA's word on this certificate, whatever that word is and when it was said.
  [[nodiscard]] bool authentic() const {
    return checks.Passed(Check::kCertificateMatch) && checks.Passed(Check::kCriticalExtensions) &&
           checks.Passed(Check::kSignature) && checks.Passed(Check::kSignerAuthorized);
  }
  [[nodiscard]] std::size_t Bytes() const;  // in memory
};

// `certificate` is not null; `issuer` is null when it is not known.
Examination Examine(BytesView response, X509* certificate, X509* issuer);

}  // namespace stapling
