// Base64 (RFC 4648 section 4), on one line and with padding.
#pragma once

#include <string>

#include "core/bytes.h"

namespace stapling {

std::string Base64(BytesView octets);

}  // namespace stapling
