// Bytes: what every part of the test support builds, signs and sends.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stapling::testing {

using Bytes = std::vector<std::uint8_t>;

inline Bytes ToBytes(std::string_view text) { return {text.begin(), text.end()}; }

inline std::string ToString(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

inline void Append(Bytes& to, const Bytes& more) { to.insert(to.end(), more.begin(), more.end()); }

// `size` bytes that look random and are the same in every run.
Bytes Noise(std::size_t size, std::uint32_t seed = 1);

}  // namespace stapling::testing
