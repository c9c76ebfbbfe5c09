// Whether the tests, and so the program, are built with a sanitizer, and what that costs.
#pragma once

#include <cstddef>

namespace stapling::testing {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

// A bound on memory: AddressSanitizer keeps up to 256 MiB of what was freed in quarantine, and
// ThreadSanitizer remembers the last accesses to all that was touched.
constexpr std::size_t MemoryBound(std::size_t bytes) {
  constexpr std::size_t kBooks = std::size_t{384} * 1024 * 1024;
  return kSanitized ? bytes + kBooks : bytes;
}

}  // namespace stapling::testing
