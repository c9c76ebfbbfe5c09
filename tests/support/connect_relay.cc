#include "tests/support/connect_relay.h"

#include <sys/socket.h>

#include "tests/support/pass_on.h"

namespace stapling::testing {
namespace {

constexpr std::size_t kMaxConnections = 16;

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
  if (SendAll(client.get(), ToBytes("HTTP/1.1 200 OK\r\n\r\n"))) PassOn(client, upstream_);
}

}  // namespace stapling::testing
