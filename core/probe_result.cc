#include "core/probe_result.h"

#include <algorithm>

namespace stapling {

const std::optional<Failure>& ProbeResult::failure() const {
  static const std::optional<Failure> kNone;
  const auto failed = std::ranges::find_if(
      connections, [](const Connection& of) { return of.failure.has_value(); });
  return failed == connections.end() ? kNone : failed->failure;
}

bool Connection::completed() const {
  const bool was_made = !handshake.failure && !handshake.chain.empty();
  const bool was_too_large = failure && failure->reason == Reason::kChainTooLarge;
  return !unsupported &&
         (!failure || failure->phase == Phase::kJudge || (was_made && was_too_large));
}

std::string_view Label(TlsVersion version) {
  return version == TlsVersion::kTls12 ? "TLS 1.2" : "TLS 1.3";
}

std::string_view Label(KeyType type) { return type == KeyType::kRsa ? "rsa" : "ecdsa"; }

}  // namespace stapling
