// TLS records as they come from a socket, not understood.
#pragma once

#include <optional>

#include "tests/support/bytes.h"

namespace stapling::testing {

// What is in the next record (RFC 8446 section 5.1), of a well-behaved client's first one its
// ClientHello. Blocks; nullopt if the client goes first.
std::optional<Bytes> ReadRecord(int fd);

}  // namespace stapling::testing
