// Base64 (RFC 4648 section 4), on one line and with padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/bytes.h"

namespace stapling {

std::string Base64(BytesView octets);

// nullopt if it is none.
std::optional<Bytes> DecodeBase64(std::string_view text);

}  // namespace stapling
