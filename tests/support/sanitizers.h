// Whether this build is instrumented: then it is five to ten times slower, and its memory is not
// what the program would use.
#pragma once

namespace stapling::testing {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace stapling::testing
