#include "tests/support/socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

namespace stapling::testing {
namespace {

struct Endpoint {
  sockaddr_storage storage{};
  socklen_t size = 0;

  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

std::optional<Endpoint> ParseEndpoint(const std::string& address, std::uint16_t port) {
  Endpoint endpoint;
  sockaddr_in v4{};
  if (inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&endpoint.storage, &v4, sizeof v4);
    endpoint.size = sizeof v4;
    return endpoint;
  }
  sockaddr_in6 v6{};
  if (inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&endpoint.storage, &v6, sizeof v6);
    endpoint.size = sizeof v6;
    return endpoint;
  }
  return std::nullopt;
}

Error Failed(const std::string& what, const std::string& address, std::uint16_t port) {
  return {what + " " + HostPort(address, port) + ": " + std::strerror(errno)};
}

Result<Socket> Bind(const std::string& address, std::uint16_t port, int type) {
  const std::optional<Endpoint> endpoint = ParseEndpoint(address, port);
  if (!endpoint) return Error{"not an IP address: " + address};
  Socket socket(::socket(endpoint->storage.ss_family, type | SOCK_CLOEXEC, 0));
  const int on = 1;
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(socket.get(), endpoint->get(), endpoint->size) != 0) {
    return Failed("cannot bind", address, port);
  }
  return socket;
}

}  // namespace

Socket& Socket::operator=(Socket&& other) noexcept {
  if (this != &other) {
    Close();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void Socket::Close() {
  if (fd_ >= 0) close(std::exchange(fd_, -1));
}

void Socket::ResetOnClose() const {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

Result<Socket> ListenTcp(const std::string& address, std::uint16_t port, int backlog) {
  Result<Socket> socket = Bind(address, port, SOCK_STREAM);
  if (socket && listen(socket->get(), backlog) != 0)
    return Failed("cannot listen on", address, port);
  return socket;
}

Result<Socket> BindUdp(const std::string& address, std::uint16_t port) {
  return Bind(address, port, SOCK_DGRAM);
}

bool ConnectUdp(const Socket& socket, const std::string& address, std::uint16_t port) {
  const std::optional<Endpoint> endpoint = ParseEndpoint(address, port);
  return endpoint && connect(socket.get(), endpoint->get(), endpoint->size) == 0;
}

Result<Socket> StartConnecting(const std::string& address, std::uint16_t port) {
  const std::optional<Endpoint> endpoint = ParseEndpoint(address, port);
  if (!endpoint) return Error{"not an IP address: " + address};
  Socket socket(
      ::socket(endpoint->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (connect(socket.get(), endpoint->get(), endpoint->size) != 0 && errno != EINPROGRESS) {
    return Failed("cannot connect to", address, port);
  }
  return socket;
}

bool FinishConnecting(const Socket& socket, std::chrono::milliseconds timeout) {
  pollfd writable{.fd = socket.get(), .events = POLLOUT, .revents = 0};
  if (poll(&writable, 1, static_cast<int>(timeout.count())) != 1) {
    errno = ETIMEDOUT;
    return false;
  }
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  errno = error;
  return error == 0;
}

Result<Socket> ConnectTcp(const std::string& address, std::uint16_t port,
                          std::chrono::milliseconds timeout) {
  Result<Socket> socket = StartConnecting(address, port);
  if (!socket) return socket;
  if (!FinishConnecting(*socket, timeout)) return Failed("cannot connect to", address, port);
  SetBlocking(*socket, true);
  SetNoDelay(socket->get());
  return socket;
}

void SetBlocking(const Socket& socket, bool blocking) {
  const int flags = fcntl(socket.get(), F_GETFL);
  fcntl(socket.get(), F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
}

void SetNoDelay(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

std::uint16_t LocalPort(const Socket& socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  getsockname(socket.get(), reinterpret_cast<sockaddr*>(&storage), &size);
  // sin_port and sin6_port are at the same place.
  sockaddr_in address{};
  std::memcpy(&address, &storage, sizeof address);
  return ntohs(address.sin_port);
}

std::string HostPort(const std::string& address, std::uint16_t port) {
  const bool v6 = address.find(':') != std::string::npos;
  return (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

bool SendAll(int fd, const std::uint8_t* data, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    data += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

bool SendAll(int fd, const Bytes& bytes) { return SendAll(fd, bytes.data(), bytes.size()); }

}  // namespace stapling::testing
