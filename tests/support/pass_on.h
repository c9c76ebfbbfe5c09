// The middle of a connection: what two ends say goes through.
#pragma once

#include <cstdint>

#include "tests/support/socket.h"

namespace stapling::testing {

// Both ways between `client` and a new connection to this port of 127.0.0.1, until one end goes;
// then the other is told.
void PassOn(const Socket& client, std::uint16_t upstream);

}  // namespace stapling::testing
