// Where a probe failed, and why, in the words of its metrics.
#pragma once

#include <optional>
#include <string>

#include "core/failure.h"

namespace stapling::exporter {

// "connect: refused"; "-" of none.
inline std::string FailureText(const std::optional<Failure>& failure) {
  if (!failure) return "-";
  return std::string(Describe(failure->phase).label) + ": " +
         std::string(Describe(failure->reason).label);
}

}  // namespace stapling::exporter
