// SHA-256, for fingerprints and for telling apart what was seen before.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>

#include "core/bytes.h"

namespace stapling {

using Sha256Digest = std::array<std::uint8_t, 32>;

// Of the parts one after the other: where they are to stay apart, all but the last must be of a
// fixed length. Throws std::bad_alloc where the library has no memory; never gives a wrong digest.
Sha256Digest Sha256Of(std::initializer_list<BytesView> parts);

}  // namespace stapling
