#include "tests/support/free_port.h"

#include <mutex>
#include <set>

#include "tests/support/socket.h"

namespace stapling::testing {

std::uint16_t FreePort(const std::string& address) {
  static std::mutex mutex;
  static std::set<std::uint16_t> given;
  const std::lock_guard lock(mutex);
  while (true) {
    const Result<Socket> listener = ListenTcp(address, 0);
    if (!listener) return 0;
    const std::uint16_t port = LocalPort(*listener);
    if (given.insert(port).second) return port;
  }
}

}  // namespace stapling::testing
