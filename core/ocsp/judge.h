// The judge: would a strict client accept this OCSP response for this certificate at this time?
//
// A pure function over bytes (RFC 6960, RFC 6066 section 8): no I/O, no clock, no global state;
// the same input gives the same judgement, from any thread. It never throws on any input.
//
// It trusts the issuer that it is given, so the issuer must come from FindIssuer (x509/issuer.h);
// a certificate that the response carries is believed only as far as that issuer's key vouches
// for it. It does not check whether a delegated signer's certificate was itself revoked, and it
// does not fetch anything.
#pragma once

#include <openssl/types.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "core/bytes.h"
#include "core/ocsp/examination.h"
#include "core/ocsp/verdict.h"

namespace stapling {

struct JudgePolicy {
  std::chrono::seconds clock_skew{300};         // tolerated at each end of a time check
  std::optional<std::chrono::seconds> max_age;  // of thisUpdate; absent: no such check
  bool require_next_update = false;
  friend bool operator==(const JudgePolicy&, const JudgePolicy&) = default;
};

struct JudgeInput {
  BytesView response;      // DER of an OCSPResponse, exactly as stapled; may be anything
  X509* certificate;       // the certificate that the response should speak of; not null
  X509* issuer = nullptr;  // its issuer, or null when it is not known
  std::chrono::sys_seconds now;
  JudgePolicy policy;
};

struct Judgement {
  Verdict verdict = Verdict::kMissing;
  bool valid = false;  // every check that applies was evaluated and passes
  CheckResults checks;

  // Absent where the response does not say, or says nothing about this certificate.
  std::optional<ResponseStatus> response_status;
  std::optional<CertificateStatus> certificate_status;  // only from an authentic response
  std::optional<std::chrono::sys_seconds> this_update;
  std::optional<std::chrono::sys_seconds> next_update;
  std::optional<std::chrono::sys_seconds> produced_at;
  // The earlier of nextUpdate and the delegated signer's notAfter; without nextUpdate,
  // thisUpdate + max_age.
  std::optional<std::chrono::sys_seconds> effective_expiry;
  std::optional<std::chrono::sys_seconds> signer_not_after;  // delegated signer only
  std::optional<std::chrono::sys_seconds> revoked_at;        // revoked only
  std::optional<long> revocation_reason;                     // CRLReason, if stated

  // As the response writes them, before anything is believed. Empty where it does not.
  std::string serial;               // of the SingleResponse that counts, lower-case hex
  std::optional<Signer> signer;     // once the signature verified under an authorised key
  std::string responder_id;         // the name (RFC 2253), or the key hash in hex
  std::string signature_algorithm;  // such as ecdsa-with-SHA256
  std::string certid_hash;          // such as SHA1
  std::size_t size_bytes = 0;
};

Judgement Judge(const JudgeInput& input);

// The same of what was examined before, at this instant.
Judgement Judge(const Examination& examined, std::chrono::sys_seconds now,
                const JudgePolicy& policy);

}  // namespace stapling
