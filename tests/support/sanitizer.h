// Whether the tests, and so the program, are built with a sanitizer, and what that costs.
#pragma once

#include <cstddef>

namespace stapling::testing {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

// Of AddressSanitizer, for a program whose memory is watched: what was freed is given back to it
// soon, so that it does not look like growth.
inline constexpr const char* kSmallQuarantine = "ASAN_OPTIONS=quarantine_size_mb=16";

// A bound on the memory of such a program: the sanitizer keeps books of its own.
constexpr std::size_t MemoryBound(std::size_t bytes) {
  constexpr std::size_t kBooks = std::size_t{128} * 1024 * 1024;
  return kSanitized ? bytes + kBooks : bytes;
}

}  // namespace stapling::testing
