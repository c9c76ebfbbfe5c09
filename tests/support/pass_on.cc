#include "tests/support/pass_on.h"

#include <sys/socket.h>

#include <array>
#include <thread>

namespace stapling::testing {
namespace {

void Pass(const Socket& from, const Socket& to) {
  std::array<std::uint8_t, 4096> chunk{};
  for (ssize_t size = 0; (size = recv(from.get(), chunk.data(), chunk.size(), 0)) > 0;) {
    if (!SendAll(to.get(), chunk.data(), static_cast<std::size_t>(size))) break;
  }
  shutdown(to.get(), SHUT_RDWR);
}

}  // namespace

void PassOn(const Socket& client, std::uint16_t upstream) {
  const Result<Socket> server = ConnectTcp("127.0.0.1", upstream);
  if (!server) return;
  std::thread back([&] { Pass(*server, client); });
  Pass(client, *server);
  back.join();
}

}  // namespace stapling::testing
