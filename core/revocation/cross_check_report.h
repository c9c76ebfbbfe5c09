// What the CA says of the certificates of a connection, beside what was stapled: plain values.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/crl/judge_crl.h"
#include "core/failure.h"
#include "core/ocsp/judge.h"

namespace stapling {

// The last exchange with one URL about the certificate at one depth.
struct CaExchange {
  unsigned depth = 0;
  std::string url;
  bool up = false;  // the last answer was one: an OCSP response, or a CRL
  std::optional<unsigned> http_status;
  std::optional<Failure> failure;                         // exactly when not up
  std::optional<std::chrono::duration<double>> duration;  // of the exchange; absent: none ended
  // Of the answer that was judged, which may be an older one than the last.
  std::optional<std::chrono::seconds> cache_age;
};

struct ResponderReport {
  CaExchange exchange;
  std::optional<Judgement> judgement;  // absent: there is no answer to judge
};

struct CrlReport {
  CaExchange exchange;
  std::optional<CrlJudgement> judgement;
};

// What one scheme says of a certificate, in an authentic and current answer.
enum class RevocationStatus : std::uint8_t { kGood, kRevoked, kUnknown };

std::string_view Label(RevocationStatus status);  // good, revoked, unknown

// The schemes side by side, for one certificate. Absent: no valid, current answer.
struct SchemeComparison {
  unsigned depth = 0;
  bool names_responder = false;
  bool names_crl = false;
  std::optional<RevocationStatus> staple;
  std::optional<RevocationStatus> responder;
  std::optional<RevocationStatus> crl;
  std::optional<std::chrono::seconds> staple_lag;  // responder's thisUpdate less the staple's

  // Whether those that say something say the same; absent unless there are two. A CRL says only
  // revoked or not, and unknown is not "not revoked".
  [[nodiscard]] std::optional<bool> agreement() const;
};

struct CrossCheck {
  // The CA was not asked: nothing vouches for the URLs of a chain that does not verify.
  bool chain_unverified = false;
  std::vector<ResponderReport> responders;  // by depth; as tried, the last of each depth the best
  std::vector<CrlReport> crls;
  std::vector<SchemeComparison> schemes;  // one for each depth that was looked at
};

}  // namespace stapling
