// Durations as Go writes them: 1s, 1m30s, 1.5h, 500ms, 10us, 0.
//
// Units ns us (or µs) ms s m h, in any order. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace stapling::exporter {

// nullopt for anything else, for a negative one and for one beyond 290 years.
std::optional<std::chrono::nanoseconds> ParseGoDuration(std::string_view text);

}  // namespace stapling::exporter
