#include "core/net/connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace stapling {
namespace {

Failure ConnectFailure(int error_number) {
  return {Phase::kConnect, ReasonOf(error_number), std::strerror(error_number)};
}

int PendingError(int descriptor) {
  int error_number = 0;
  socklen_t length = sizeof error_number;
  if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error_number, &length) != 0) return errno;
  return error_number;
}

bool Bind(int descriptor, const IpAddress& source) {
  const auto [address, length] = source.ToSockaddr(0);
  const int on = 1;
  // The port is chosen when the connection is made, so that many may share one source address.
  setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  return bind(descriptor, reinterpret_cast<const sockaddr*>(&address), length) == 0;
}

}  // namespace

Ready WaitFor(int descriptor, short events, Deadline deadline) {
  std::array<pollfd, 2> entries{pollfd{.fd = descriptor, .events = events, .revents = 0},
                                deadline.CallOffEntry()};
  for (;;) {
    const int ready = poll(entries.data(), entries.size(), deadline.PollMilliseconds());
    if (ready > 0 && entries[1].revents != 0) return Ready::kTimeout;
    if (ready > 0) return Ready::kReady;
    if (ready < 0 && errno != EINTR) return Ready::kReady;  // the next call on it tells why
    if (deadline.Passed()) return Ready::kTimeout;
  }
}

Reason ReasonOf(int error_number) {
  switch (error_number) {
    case ECONNREFUSED:
      return Reason::kRefused;
    case ECONNRESET:
    case ECONNABORTED:
      return Reason::kReset;
    case EPIPE:
      return Reason::kClosed;
    case ETIMEDOUT:
      return Reason::kTimeout;
    case EPROTO:
      return Reason::kProtocolError;
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ENETDOWN:
    case EHOSTDOWN:
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
    case EACCES:
    case EPERM:
    case EINVAL:
      return Reason::kUnreachable;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case EAGAIN:
      return Reason::kResources;
    default:
      return Reason::kInternal;
  }
}

std::variant<FileDescriptor, Failure> Connect(const IpAddress& address, std::uint16_t port,
                                              const std::optional<IpAddress>& source,
                                              Deadline deadline) {
  FileDescriptor descriptor(
      socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  if (!descriptor) return ConnectFailure(errno);
  const int on = 1;
  setsockopt(descriptor.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (source && !Bind(descriptor.get(), *source)) return ConnectFailure(errno);

  const auto [peer, length] = address.ToSockaddr(port);
  if (connect(descriptor.get(), reinterpret_cast<const sockaddr*>(&peer), length) == 0) {
    return descriptor;
  }
  if (errno != EINPROGRESS && errno != EINTR) return ConnectFailure(errno);
  if (WaitFor(descriptor.get(), POLLOUT, deadline) == Ready::kTimeout) {
    return Failure{Phase::kConnect, Reason::kTimeout, "no answer to the connection request"};
  }
  if (const int error_number = PendingError(descriptor.get()); error_number != 0) {
    return ConnectFailure(error_number);
  }
  return descriptor;
}

}  // namespace stapling
