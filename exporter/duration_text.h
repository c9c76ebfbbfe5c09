// Spans of time as a person says them.
//
// Pure; safe from any thread. English; days are 24 hours long.
#pragma once

#include <chrono>
#include <string>

namespace stapling::exporter {

// The two largest units, rounded towards zero: "2 days 3 hours", "1 minute", "0 seconds". The sign
// is dropped.
std::string DurationText(std::chrono::seconds span);

// "in 3 hours", "2 days 3 hours ago", "now".
std::string RelativeText(std::chrono::sys_seconds instant, std::chrono::sys_seconds now);

}  // namespace stapling::exporter
