// OCSP responses of a given size.
#pragma once

#include <cstddef>

#include "tests/support/ocsp_response.h"

namespace stapling::bench {

// With an extension that nobody knows and nobody must know, so long that the response takes about
// `size` bytes, which is more than it takes already.
inline testing::OcspResponseSpec Padded(testing::OcspResponseSpec spec, std::size_t size) {
  const std::size_t bare = BuildOcspResponse(spec).size();
  spec.extensions.push_back(
      {.oid = "1.3.6.1.4.1.55555.1", .value = testing::Noise(size > bare ? size - bare : 0)});
  return spec;
}

}  // namespace stapling::bench
