#include "tests/support/wait_until.h"

#include "tests/support/socket.h"

namespace stapling::testing {

bool WaitForPort(std::uint16_t port, const std::string& address,
                 std::chrono::milliseconds timeout) {
  return WaitUntil([&] { return ConnectTcp(address, port, std::chrono::seconds(1)).ok(); },
                   timeout);
}

}  // namespace stapling::testing
