// Octets as they came from the wire.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace stapling {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

}  // namespace stapling
