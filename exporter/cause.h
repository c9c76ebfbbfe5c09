// Whose fault does it look like? One cause for each certificate of a cross-check, from a closed
// table: label, sentence and remedy.
//
// Reads what was judged; judges nothing itself. What nobody entitled has signed exculpates nobody,
// and an authentic "revoked" outweighs everything, even out of date. Pure; safe from any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/probe_result.h"
#include "exporter/exit_status.h"

namespace stapling::exporter {

// The first that applies, in this order.
enum class Cause : std::uint8_t {
  kSchemesDisagree,
  kRevoked,
  kResponderKnowsNothing,
  kResponderDown,
  kResponderUnfit,
  kStapleOfAnotherCertificate,
  kServerNotFetching,
  kCrlDown,
  kCrlUnfit,
  kOcspRetired,
  kSchemesAgree,
  kNothingToCompare,
};

struct CauseInfo {
  Cause cause;
  std::string_view label;
  std::string_view sentence;
  std::string_view remedy;  // empty where there is nothing to do
  ExitStatus status;        // that it makes of a check
};

// In the order of the enum; static storage.
std::span<const CauseInfo> Causes();
const CauseInfo& Describe(Cause cause);

// `schemes` is of the connection's cross-check, which must be there.
Cause CauseOf(const Connection& connection, const SchemeComparison& schemes);

}  // namespace stapling::exporter
