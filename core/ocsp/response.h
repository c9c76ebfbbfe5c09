// An OCSPResponse decoded strictly: every field that the judge reads, or the fact that it is not
// one (RFC 6960 section 4.2).
//
// OpenSSL's decoder takes trailing bytes, BER and undefined statuses; here the input must be one
// DER value whose re-encoding gives the same bytes, outside and inside, with times in the one form
// of RFC 5280. Decoding believes nothing: no signature, name or time is judged.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/ocsp/verdict.h"
#include "core/x509/openssl_ptr.h"

namespace stapling {

// The response's claim about one certificate. CertID's fields are as the responder wrote them.
struct SingleResponse {
  std::string hash_algorithm;    // short name of the digest; the dotted OID if it is not known
  const EVP_MD* hash = nullptr;  // null if not known
  BytesView issuer_name_hash;    // into DecodedResponse::basic
  BytesView issuer_key_hash;
  const ASN1_INTEGER* serial = nullptr;
  CertificateStatus status = CertificateStatus::kUnknown;
  std::chrono::sys_seconds this_update;
  std::optional<std::chrono::sys_seconds> next_update;
  std::optional<std::chrono::sys_seconds> revoked_at;
  std::optional<long> revocation_reason;
  bool unknown_critical_extension = false;
};

struct DecodedResponse {
  bool well_formed = false;
  std::optional<ResponseStatus> status;  // only if defined
  // Only of a successful, well-formed response.
  BasicResponsePtr basic;
  std::chrono::sys_seconds produced_at;
  bool unknown_critical_extension = false;
  std::vector<SingleResponse> singles;
};

DecodedResponse DecodeResponse(BytesView der);

}  // namespace stapling
