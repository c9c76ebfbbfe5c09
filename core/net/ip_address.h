// An IPv4 or IPv6 address as a value: parsed from text, shown as text, made into a sockaddr.
//
// Literals only; it never asks DNS. No zone identifiers (fe80::1%eth0): a link-local address
// names no host to a service that probes for others.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace stapling {

class IpAddress {
 public:
  // `text` without brackets and port; nullopt if it is not an address.
  static std::optional<IpAddress> Parse(std::string_view text);
  // Of an AF_INET or AF_INET6 sockaddr; nullopt for another family.
  static std::optional<IpAddress> From(const sockaddr& address);

  [[nodiscard]] bool is_ip6() const { return family_ == AF_INET6; }
  [[nodiscard]] int family() const { return family_; }
  // 4 or 16 octets in network order.
  [[nodiscard]] std::span<const std::uint8_t> octets() const {
    return std::span(octets_).first(is_ip6() ? 16U : 4U);
  }
  // 0.0.0.0 or ::
  [[nodiscard]] bool is_unspecified() const;
  // The address inside an IPv4-mapped (RFC 4291 section 2.5.5.2) or NAT64 one (64:ff9b::/96, RFC
  // 6052), to which the kernel or the network's gateway sends what is sent to this one.
  [[nodiscard]] std::optional<IpAddress> EmbeddedIp4() const;
  // What a connection to this address reaches: the embedded address, and loopback for an
  // unspecified one, which the kernel connects to this host.
  //
  // The IPv4 address inside a 6to4 (2002::/16) or Teredo one is that of a router or relay on the
  // way, not of the host that is reached, and without such a tunnel nothing is; a NAT64 prefix of
  // the network's own cannot be told from other addresses. All these are themselves.
  [[nodiscard]] IpAddress Destination() const;
  // With all bits beyond the first `length` cleared.
  [[nodiscard]] IpAddress Masked(unsigned length) const;
  // Without brackets and port, as inet_ntop writes it.
  [[nodiscard]] std::string ToString() const;
  [[nodiscard]] std::pair<sockaddr_storage, socklen_t> ToSockaddr(std::uint16_t port) const;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;

 private:
  IpAddress(int family, std::span<const std::uint8_t> octets);

  int family_;
  std::array<std::uint8_t, 16> octets_{};
};

}  // namespace stapling
