#include "tests/support/notify_socket.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>

namespace stapling::testing {

NotifySocket::NotifySocket() : socket_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  Path().copy(address.sun_path, sizeof(address.sun_path) - 1);
  // Where it fails, no message comes, and the test says so.
  static_cast<void>(
      bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)));
}

std::optional<std::string> NotifySocket::Next(std::chrono::milliseconds timeout) const {
  pollfd ready{.fd = socket_.get(), .events = POLLIN, .revents = 0};
  if (poll(&ready, 1, static_cast<int>(timeout.count())) != 1) return std::nullopt;
  std::array<char, 4096> message{};
  const ssize_t size = recv(socket_.get(), message.data(), message.size(), 0);
  if (size < 0) return std::nullopt;
  return std::string(message.data(), static_cast<std::size_t>(size));
}

std::string NotifySocket::NextThatStartsWith(const std::string& text) const {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (std::chrono::steady_clock::now() < end) {
    const auto message = Next();
    if (message && message->starts_with(text)) return *message;
  }
  return {};
}

}  // namespace stapling::testing
