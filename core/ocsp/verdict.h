// The closed vocabulary of a judgement: checks, verdicts and the states that RFC 6960 names.
//
// The words are label values and JSON values, frozen. The tables in verdict.cc hold one label, one
// sentence and (for a verdict) one remedy each; the command line, the metrics and the reference
// are all made from them. No I/O, no state; safe from any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace stapling {

// In the order in which a report lists them.
enum class Check : std::uint8_t {
  kWellFormed,
  kResponseSuccessful,
  kIssuerKnown,
  kCertificateMatch,
  kCriticalExtensions,
  kSignature,
  kSignerAuthorized,
  kSignerCurrent,
  kProducedAt,
  kThisUpdate,
  kNextUpdate,
  kMaxAge,
};
inline constexpr std::size_t kCheckCount = 12;

// The first that applies, in this order, is the verdict.
enum class Verdict : std::uint8_t {
  kMissing,
  kMalformed,
  kResponderError,
  kIssuerUnknown,
  kWrongCertificate,
  kCriticalExtension,
  kBadSignature,
  kUnauthorizedSigner,
  kSignerExpired,
  kNotYetValid,
  kExpired,
  kTooOld,
  kNoNextUpdate,
  kProducedAtOutOfRange,
  kRevoked,
  kUnknown,
  kGood,
};
inline constexpr std::size_t kVerdictCount = 17;

// OCSPResponseStatus (RFC 6960 section 4.2.1), with the values of the wire. 4 is not used.
enum class ResponseStatus : std::uint8_t {
  kSuccessful = 0,
  kMalformedRequest = 1,
  kInternalError = 2,
  kTryLater = 3,
  kSigRequired = 5,
  kUnauthorized = 6,
};

// CertStatus (RFC 6960 section 4.2.1). A larger value is a worse answer.
enum class CertificateStatus : std::uint8_t { kGood = 0, kUnknown = 1, kRevoked = 2 };

// Who signed: the certificate's issuer, or a responder that it authorised (section 4.2.2.2).
enum class Signer : std::uint8_t { kIssuer, kDelegated };

struct CheckInfo {
  Check check;
  std::string_view label;
  std::string_view sentence;  // what passes
};

struct VerdictInfo {
  Verdict verdict;
  std::string_view label;
  std::string_view sentence;  // what it means
  std::string_view remedy;    // the next step to take; empty for good
};

// In the order of the enums; static storage.
std::span<const CheckInfo, kCheckCount> Checks();
std::span<const VerdictInfo, kVerdictCount> Verdicts();
std::span<const ResponseStatus> ResponseStatuses();
std::span<const CertificateStatus> CertificateStatuses();

const CheckInfo& Describe(Check check);
const VerdictInfo& Describe(Verdict verdict);
std::string_view Label(ResponseStatus status);
std::string_view Label(CertificateStatus status);
std::string_view Label(Signer signer);

// CRLReason (RFC 5280 section 5.3.1) in lower case with underscores; "other" for an undefined code.
std::string_view RevocationReasonLabel(long code);

// True, false, or not evaluated, for each check.
class CheckResults {
 public:
  [[nodiscard]] std::optional<bool> operator[](Check check) const {
    return passed_[static_cast<std::size_t>(check)];
  }
  void Set(Check check, bool passed) { passed_[static_cast<std::size_t>(check)] = passed; }
  [[nodiscard]] bool Passed(Check check) const { return (*this)[check].value_or(false); }
  [[nodiscard]] bool Failed(Check check) const { return !(*this)[check].value_or(true); }
  friend bool operator==(const CheckResults&, const CheckResults&) = default;

 private:
  std::array<std::optional<bool>, kCheckCount> passed_{};
};

}  // namespace stapling
