#include "tests/support/bytes.h"

#include <random>

namespace stapling::testing {

Bytes Noise(std::size_t size, std::uint32_t seed) {
  std::mt19937 random(seed);
  Bytes noise(size);
  for (std::uint8_t& byte : noise) byte = static_cast<std::uint8_t>(random() & 0xff);
  return noise;
}

}  // namespace stapling::testing
