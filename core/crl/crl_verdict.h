// The closed vocabulary of what is made of a CRL for one certificate.
//
// The words are label values and JSON values, frozen. The table in crl_verdict.cc holds one label,
// one sentence and one remedy each. No I/O, no state; safe from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace stapling {

// The first that applies, in this order, is the verdict. The last two are of a valid list alone.
enum class CrlVerdict : std::uint8_t {
  kMalformed,
  kUnsupported,
  kIssuerUnknown,
  kWrongIssuer,
  kWrongScope,
  kCriticalExtension,
  kBadSignature,
  kUnauthorizedSigner,
  kNotYetValid,
  kExpired,
  kNoNextUpdate,
  kRevoked,
  kNotRevoked,
};
inline constexpr std::size_t kCrlVerdictCount = 13;

struct CrlVerdictInfo {
  CrlVerdict verdict;
  std::string_view label;
  std::string_view sentence;  // what it means
  std::string_view remedy;    // the next step to take; empty for not_revoked
};

// In the order of the enum; static storage.
std::span<const CrlVerdictInfo, kCrlVerdictCount> CrlVerdicts();
const CrlVerdictInfo& Describe(CrlVerdict verdict);

}  // namespace stapling
