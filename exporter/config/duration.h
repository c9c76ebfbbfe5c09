// Durations as Prometheus writes them: 10s, 1h30m, 500ms, 1d, 0s.
//
// Units ms s m h d w y (a day is 24 hours, a year 365 days), largest first, each at most once,
// whole numbers only, 100 years in all at most, so that it can be added to a clock that counts
// nanoseconds. Pure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/result.h"

namespace stapling::exporter {

// The error is a clause such as: "10" is not a duration such as 10s, 5m or 1h30m. What it quotes is
// printable and short.
Result<std::chrono::milliseconds> ParseDuration(std::string_view text);

// The inverse, as Prometheus prints: 90s is 1m30s, zero is 0s. Not for negative spans.
std::string PrintDuration(std::chrono::milliseconds duration);

}  // namespace stapling::exporter
