// The table of everything that /probe exports: name and help, in the order of the output.
//
// The exporter and the reference are made from it. All are gauges: a probe has no past. Static
// storage; safe from any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace stapling::exporter {

enum class ProbeMetric : std::uint8_t {
  kSuccess,
  kDuration,
  kTimeout,
  kFailureInfo,
  kDnsLookupTime,
  kIpProtocol,
  kIpAddrHash,
  kPhaseDuration,
  kTlsLibraryInfo,
  kTlsVersionInfo,
  kTlsCipherInfo,
  kChainValid,
  kChainErrorInfo,
  kHostnameValid,
  kEarliestCertExpiry,
  kLastChainExpiry,
  kLastChainInfo,
  kHandshakeSuccess,
  kCombinationUnsupportedInfo,
  kCombinationsSkipped,
  kMustStaple,
  kNamesResponder,
  kStapleRequired,
  kStapleExpected,
  kStaplePresent,
  kStapleValid,
  kSignatureValid,
  kCheckPassed,
  kVerdictInfo,
  kResponseStatus,
  kCertificateStatus,
  kThisUpdate,
  kNextUpdate,
  kProducedAt,
  kEffectiveExpiry,
  kAge,
  kRemaining,
  kLifetimeUsed,
  kSignerNotAfter,
  kRevokedAt,
  kRevocationReasonInfo,
  kSize,
  kStapleInfo,
  kAcceptedByLibrary,
  kStapleAttempts,
  kStapleAttemptsStapled,
  kStapleLag,
  kResponderUp,
  kResponderDuration,
  kResponderHttpStatus,
  kResponderFailureInfo,
  kResponderVerdictInfo,
  kResponderResponseStatus,
  kResponderCertificateStatus,
  kResponderThisUpdate,
  kResponderNextUpdate,
  kResponderCacheAge,
  kCrlUp,
  kCrlHttpStatus,
  kCrlFailureInfo,
  kCrlVerdictInfo,
  kCrlCertificateRevoked,
  kCrlThisUpdate,
  kCrlNextUpdate,
  kCrlCacheAge,
  kRevocationAgreement,
};

struct ProbeMetricInfo {
  ProbeMetric metric;
  std::string_view name;
  std::string_view help;  // one sentence
};

// In the order of the enum.
std::span<const ProbeMetricInfo> ProbeMetricTable();

}  // namespace stapling::exporter
