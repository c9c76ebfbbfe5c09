// What the fuzz targets share: an assertion that stops the fuzzer, and UTF-8.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/x509/text.h"

namespace stapling::fuzz {

// Stops with the invariant's text, so that the finding explains itself.
inline void Require(bool holds, const char* invariant) {
  if (holds) return;
  std::fprintf(stderr, "broken invariant: %s\n", invariant);
  std::abort();
}

// `text` needs no cleaning, up to the length that CleanText cuts at.
inline bool IsClean(std::string_view text) { return CleanText(text) == text; }

inline std::string_view TextOf(const unsigned char* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace stapling::fuzz
