// Work split over threads that run side by side, and what it came to.
#pragma once

#include <cstddef>
#include <functional>

#include "core/result.h"

namespace stapling::bench {

// Calls `work(thread, share)` on `threads` threads of its own, the shares together `count`, and
// adds up what they return. Waits for all; the first Error, if any, is the result.
Result<double> SideBySide(
    std::size_t count, std::size_t threads,
    const std::function<Result<double>(std::size_t thread, std::size_t share)>& work);

}  // namespace stapling::bench
