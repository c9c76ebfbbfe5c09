// Several things at once that may block, on threads of the process's own.
//
// The threads are kept for the next: one that ends leaves behind what GnuTLS holds for it (see
// worker_pool.h), which a thread for each combination of each probe would make a leak. Safe from
// any thread; what it runs may use it again.
#pragma once

#include <cstddef>
#include <functional>

namespace stapling {

// Calls run(i) for each i below `count`, the first on the calling thread, and returns when all of
// them have. Where no thread can be had, give_up(i, why) is called instead. Neither may throw, and
// `why` is a literal.
void SideBySide(std::size_t count, const std::function<void(std::size_t)>& run,
                const std::function<void(std::size_t, const char* why)>& give_up);

}  // namespace stapling
