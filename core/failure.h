// Why a probe failed: the first phase that failed and one reason from a closed list.
//
// The tables in failure.cc are what label values, the command line's text and the reference are
// made of. A new situation gets a new reason; a wrong word is never reused.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace stapling {

enum class Phase : std::uint8_t {
  kResolve,
  kConnect,
  kProxy,
  kStarttls,
  kHandshake,
  kJudge,
  // Of the cross-check with the CA; they fail no probe.
  kResponder,
  kCrl,
};

enum class Reason : std::uint8_t {
  kTimeout,
  kRefused,
  kUnreachable,
  kReset,
  kClosed,
  kStapleTooLarge,
  kChainTooLarge,
  kDenied,
  kNotFound,
  kDnsError,
  kProxyRefused,
  kProxyAuth,
  kStarttlsRefused,
  kStarttlsUnsupported,
  kInjectedBytes,
  kNotTls,
  kProtocolError,
  kAlert,
  kNoSharedVersion,
  kNoSharedKeyType,
  kClientCertificateRequired,
  kResources,
  kInternal,
  kChainInvalid,
  kHostnameMismatch,
  kStapleMissing,
  kStapleIntermittent,
  kStapleInvalid,
  kRevoked,
  kUnknown,
  // Of the phases responder and crl alone.
  kHttpStatus,
  kBadRedirect,
  kBodyTooLarge,
  kBadUrl,
  kTlsUntrusted,
};

struct PhaseInfo {
  Phase phase;
  std::string_view label;
  std::string_view sentence;
};

struct ReasonInfo {
  Reason reason;
  std::string_view label;
  std::string_view sentence;  // for an operator, without the details of the case
  std::string_view remedy;    // the next step to take
};

// In the order of the enums; static storage.
std::span<const PhaseInfo> Phases();
std::span<const ReasonInfo> Reasons();
const PhaseInfo& Describe(Phase phase);
const ReasonInfo& Describe(Reason reason);

struct Failure {
  Phase phase;
  Reason reason;
  std::string detail;  // what the case adds, such as the library's message; may be empty
  std::optional<std::uint8_t> alert = {};  // of the peer, if one did it (RFC 8446 section 6)
};

}  // namespace stapling
