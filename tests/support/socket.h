// Loopback sockets: an owned descriptor and the few ways to make one.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "core/result.h"
#include "tests/support/bytes.h"

namespace stapling::testing {

// Owns a descriptor; -1 is none.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept;
  ~Socket() { Close(); }

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool valid() const { return fd_ >= 0; }
  void Close();
  // From now on closing sends RST instead of FIN.
  void ResetOnClose() const;

 private:
  int fd_ = -1;
};

// Bound with SO_REUSEADDR. `address` is an IP literal; port 0 is any free one.
Result<Socket> ListenTcp(const std::string& address, std::uint16_t port, int backlog = 511);
Result<Socket> BindUdp(const std::string& address, std::uint16_t port);
// From now on send() and recv() mean this peer.
bool ConnectUdp(const Socket& socket, const std::string& address, std::uint16_t port);

// Blocking, with TCP_NODELAY.
Result<Socket> ConnectTcp(const std::string& address, std::uint16_t port,
                          std::chrono::milliseconds timeout = std::chrono::seconds(5));
// The same in two steps, not blocking. The second is false with errno when there is no connection.
Result<Socket> StartConnecting(const std::string& address, std::uint16_t port);
bool FinishConnecting(const Socket& socket, std::chrono::milliseconds timeout);

void SetBlocking(const Socket& socket, bool blocking);
void SetNoDelay(int fd);

[[nodiscard]] std::uint16_t LocalPort(const Socket& socket);
// "127.0.0.1:443", "[::1]:443".
std::string HostPort(const std::string& address, std::uint16_t port);

// False as soon as the peer is gone. Never raises SIGPIPE.
bool SendAll(int fd, const std::uint8_t* data, std::size_t size);
bool SendAll(int fd, const Bytes& bytes);

}  // namespace stapling::testing
