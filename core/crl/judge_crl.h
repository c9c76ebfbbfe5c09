// The judge of CRLs: does this list say, authentically and at this time, whether the certificate is
// revoked? (RFC 5280 section 6.3)
//
// A pure function but for the list's own memory of its signature: no I/O, no clock; the same input
// gives the same judgement, from any thread. It never throws on any input.
//
// It trusts the issuer that it is given, so the issuer must come from FindIssuer (x509/issuer.h).
// The list must be that issuer's own, complete, and signed with that very key: a CA that signs its
// lists with another key than its certificates is told as bad_signature. Delta and indirect lists
// are told as unsupported. Lists of some reasons are not put together: such a list may say
// "revoked", and never "not revoked".
#pragma once

#include <openssl/types.h>

#include <chrono>
#include <cstddef>
#include <optional>

#include "core/crl/crl.h"
#include "core/crl/crl_verdict.h"
#include "core/crl/distribution_points.h"

namespace stapling {

struct CrlInput {
  const Crl* crl = nullptr;                  // null: what was fetched is malformed
  X509* certificate;                         // that the list should speak of; not null
  X509* issuer = nullptr;                    // its issuer, or null when it is not known
  const DistributionPoint* point = nullptr;  // where the list was had from, or null
  std::chrono::sys_seconds now;
  std::chrono::seconds clock_skew{300};  // tolerated at each end of a time check
};

struct CrlJudgement {
  CrlVerdict verdict = CrlVerdict::kMalformed;
  bool valid = false;           // authentic, in scope and current; revoked is then there
  std::optional<bool> revoked;  // only from an authentic list that covers the certificate
  std::optional<std::chrono::sys_seconds> revoked_at;  // revoked only
  std::optional<long> revocation_reason;               // CRLReason, if stated

  // As the list claims, before anything is believed. Absent or zero of a malformed one.
  std::optional<std::chrono::sys_seconds> this_update;
  std::optional<std::chrono::sys_seconds> next_update;
  std::size_t size_bytes = 0;  // of the DER
  std::size_t entries = 0;
};

CrlJudgement JudgeCrl(const CrlInput& input);

}  // namespace stapling
