// When a certificate is valid (RFC 5280 section 4.1.2.5), both ends included.
#pragma once

#include <chrono>
#include <optional>

namespace stapling {

// An end is absent where the certificate has a date that X.509 does not allow: it is valid never.
struct Validity {
  std::optional<std::chrono::sys_seconds> not_before;
  std::optional<std::chrono::sys_seconds> not_after;

  [[nodiscard]] bool Contains(std::chrono::sys_seconds instant) const {
    return not_before && not_after && *not_before <= instant && instant <= *not_after;
  }
};

}  // namespace stapling
