// Why a chain did not verify, in a closed list of words.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace stapling {

enum class ChainError : std::uint8_t {
  kExpired,
  kNotYetValid,
  kSelfSigned,
  kUntrustedRoot,
  kMissingIntermediate,
  kBadSignature,
  kWrongPurpose,
  kPathLength,
  kNameConstraint,
  kWeakKey,
  kRevoked,
  kOther,
};

struct ChainErrorInfo {
  ChainError error;
  std::string_view label;
  std::string_view sentence;
};

std::span<const ChainErrorInfo> ChainErrors();
const ChainErrorInfo& Describe(ChainError error);

// For an X509_V_ERR_ value other than X509_V_OK.
ChainError ChainErrorOf(int x509_error);

}  // namespace stapling
