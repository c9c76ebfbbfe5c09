// What the fuzz targets share: an assertion that stops the fuzzer, and views of its input.
#pragma once

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace stapling::fuzz {

// Stops with the invariant's text, so that the finding explains itself.
inline void Require(bool holds, const char* invariant) {
  if (holds) return;
  std::fprintf(stderr, "broken invariant: %s\n", invariant);
  std::abort();
}

inline std::string_view TextOf(const unsigned char* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace stapling::fuzz
