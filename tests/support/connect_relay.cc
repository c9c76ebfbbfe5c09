#include "tests/support/connect_relay.h"

#include <sys/socket.h>

#include <array>
#include <thread>

namespace stapling::testing {
namespace {

constexpr std::size_t kMaxConnections = 16;

// Until one of them goes; then the other is told.
void Pass(const Socket& from, const Socket& to) {
  std::array<std::uint8_t, 4096> chunk{};
  for (ssize_t size = 0; (size = recv(from.get(), chunk.data(), chunk.size(), 0)) > 0;) {
    if (!SendAll(to.get(), chunk.data(), static_cast<std::size_t>(size))) break;
  }
  shutdown(to.get(), SHUT_RDWR);
}

}  // namespace

ConnectRelay::ConnectRelay(std::uint16_t upstream)
    : upstream_(upstream),
      pool_(ListenTcp("127.0.0.1", 0).value(), kMaxConnections,
            [this](const Socket& socket, std::size_t /*number*/) { Serve(socket); }) {}

std::vector<std::string> ConnectRelay::Asked() const {
  const std::scoped_lock lock(mutex_);
  return asked_;
}

void ConnectRelay::Serve(const Socket& client) {
  std::string head;
  char octet = 0;
  while (!head.ends_with("\r\n\r\n") && recv(client.get(), &octet, 1, 0) == 1) head += octet;
  {
    const std::scoped_lock lock(mutex_);
    asked_.push_back(head.substr(0, head.find('\r')));
  }
  const Result<Socket> server = ConnectTcp("127.0.0.1", upstream_);
  if (!server || !SendAll(client.get(), ToBytes("HTTP/1.1 200 OK\r\n\r\n"))) return;
  std::thread back([&] { Pass(*server, client); });
  Pass(client, *server);
  back.join();
}

}  // namespace stapling::testing
