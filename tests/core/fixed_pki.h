// The one clock and the one PKI of core's tests.
#pragma once

#include <chrono>

#include "tests/support/standard_pki.h"

namespace stapling::testing {

// 2026-03-01T12:00:00Z. Leaves are valid from 30 days before to 60 days after, CAs for years.
inline constexpr std::chrono::sys_seconds kNow =
    std::chrono::sys_days(std::chrono::year(2026) / 3 / 1) + std::chrono::hours(12);

// Made once for each process; never destroyed before the last test.
const StandardPki& Pki();

// The same name and key as the intermediate, by the other root.
const Certificate& CrossSignedTwin();

}  // namespace stapling::testing
