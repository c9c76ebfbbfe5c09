// Text of strangers made fit for labels, logs and pages.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "core/bytes.h"

namespace stapling {

inline constexpr std::size_t kMaxText = 1024;

// Valid UTF-8 of at most kMaxText octets, cut between characters: each octet that is not part of
// a well-formed sequence, and each character that ends a line, turns the writing direction round or
// is a control, becomes U+FFFD.
std::string CleanText(std::string_view text);

std::string ToHex(BytesView bytes);  // lower case

}  // namespace stapling
