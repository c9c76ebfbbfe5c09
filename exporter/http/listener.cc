#include "exporter/http/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

namespace stapling::exporter {
namespace {

// A burst of scrapes is accepted late rather than lost; the kernel cuts it to net.core.somaxconn.
constexpr int kBacklog = 4096;

using AddressInfo = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

std::string Sentence(const ListenAddress& address, const std::string& why) {
  return "cannot listen on " + ToString(address) + ": " + why;
}

std::string DescribeErrno(int error) {
  if (error == EADDRINUSE) return "another process is listening there";
  return std::generic_category().message(error);
}

// An open socket, or the errno of the call that failed.
struct Attempt {
  FileDescriptor socket;
  int error = 0;
};

Attempt Bind(const sockaddr* address, socklen_t length) {
  FileDescriptor socket_fd(
      socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  const int on = 1;
  const int off = 0;
  // Both families on one socket whatever net.ipv6.bindv6only says; meaningless but harmless for
  // any address but [::].
  const bool ready =
      socket_fd && setsockopt(socket_fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
      (address->sa_family != AF_INET6 ||
       setsockopt(socket_fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) == 0) &&
      bind(socket_fd.get(), address, length) == 0 && listen(socket_fd.get(), kBacklog) == 0;
  if (!ready) return {.socket = FileDescriptor(), .error = errno};
  return {.socket = std::move(socket_fd), .error = 0};
}

Attempt BindEveryAddress(std::uint16_t port) {
  sockaddr_in6 ipv6{};
  ipv6.sin6_family = AF_INET6;
  ipv6.sin6_port = htons(port);
  ipv6.sin6_addr = in6addr_any;
  Attempt attempt = Bind(reinterpret_cast<const sockaddr*>(&ipv6), sizeof(ipv6));
  if (attempt.error != EAFNOSUPPORT && attempt.error != EADDRNOTAVAIL) return attempt;
  sockaddr_in ipv4{};
  ipv4.sin_family = AF_INET;
  ipv4.sin_port = htons(port);
  ipv4.sin_addr.s_addr = htonl(INADDR_ANY);
  return Bind(reinterpret_cast<const sockaddr*>(&ipv4), sizeof(ipv4));
}

Result<Attempt> BindHost(const ListenAddress& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error =
      getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
  const AddressInfo owner(found, &freeaddrinfo);
  if (error != 0) return Error{Sentence(address, gai_strerror(error))};
  const addrinfo* chosen = found;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    if (each->ai_family != AF_INET) continue;
    chosen = each;
    break;
  }
  return Bind(chosen->ai_addr, chosen->ai_addrlen);
}

// Unset, with errno, where the system does not tell.
std::optional<ListenAddress> BoundAddressOf(const FileDescriptor& socket) {
  sockaddr_storage storage{};
  socklen_t length = sizeof(storage);
  if (getsockname(socket.get(), reinterpret_cast<sockaddr*>(&storage), &length) != 0) {
    return std::nullopt;
  }
  return AddressOf(storage);
}

// -1 of what is no socket.
int OptionOf(const FileDescriptor& socket, int option) {
  int value = -1;
  socklen_t length = sizeof(value);
  getsockopt(socket.get(), SOL_SOCKET, option, &value, &length);
  return value;
}

}  // namespace

ListenAddress AddressOf(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET) {
    sockaddr_in ipv4{};
    std::memcpy(&ipv4, &address, sizeof(ipv4));
    inet_ntop(AF_INET, &ipv4.sin_addr, text.data(), text.size());
    return {.host = text.data(), .port = ntohs(ipv4.sin_port)};
  }
  if (address.ss_family != AF_INET6) return {};
  sockaddr_in6 ipv6{};
  std::memcpy(&ipv6, &address, sizeof(ipv6));
  if (IN6_IS_ADDR_V4MAPPED(&ipv6.sin6_addr)) {
    inet_ntop(AF_INET, &ipv6.sin6_addr.s6_addr[12], text.data(), text.size());
  } else {
    inet_ntop(AF_INET6, &ipv6.sin6_addr, text.data(), text.size());
  }
  return {.host = text.data(), .port = ntohs(ipv6.sin6_port)};
}

Result<Listener> OpenListener(const ListenAddress& address) {
  Attempt attempt;
  if (address.host.empty()) {
    attempt = BindEveryAddress(address.port);
  } else {
    Result<Attempt> bound = BindHost(address);
    if (!bound) return Error{bound.error()};
    attempt = std::move(bound).value();
  }
  if (!attempt.socket) return Error{Sentence(address, DescribeErrno(attempt.error))};

  auto bound = BoundAddressOf(attempt.socket);
  if (!bound) return Error{Sentence(address, DescribeErrno(errno))};
  return Listener{.socket = std::move(attempt.socket), .address = *std::move(bound)};
}

Result<Listener> AdoptListener(FileDescriptor socket) {
  const std::string name = "the passed descriptor " + std::to_string(socket.get());
  if (OptionOf(socket, SO_PROTOCOL) != IPPROTO_TCP || OptionOf(socket, SO_ACCEPTCONN) != 1) {
    return Error{name + " is not a listening TCP socket"};
  }
  auto bound = BoundAddressOf(socket);
  // An accept must not wait for a client that went away. Listening once more sets the backlog.
  if (!bound || fcntl(socket.get(), F_SETFL, O_NONBLOCK) != 0 ||
      listen(socket.get(), kBacklog) != 0) {
    return Error{"cannot listen on " + name + ": " + DescribeErrno(errno)};
  }
  return Listener{.socket = std::move(socket), .address = *std::move(bound)};
}

}  // namespace stapling::exporter
