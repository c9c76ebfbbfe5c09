#include "core/probe_result.h"

#include <algorithm>

namespace stapling {

const std::optional<Failure>& ProbeResult::failure() const {
  static const std::optional<Failure> kNone;
  const auto failed = std::ranges::find_if(
      connections, [](const Connection& of) { return of.failure.has_value(); });
  return failed == connections.end() ? kNone : failed->failure;
}

}  // namespace stapling
