#include "core/net/ip_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace stapling {
namespace {

constexpr std::array<std::uint8_t, 12> kIp4Mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr std::array<std::uint8_t, 12> kNat64 = {0, 0x64, 0xFF, 0x9B};

}  // namespace

IpAddress::IpAddress(int family, std::span<const std::uint8_t> octets) : family_(family) {
  std::ranges::copy(octets, octets_.begin());
}

std::optional<IpAddress> IpAddress::Parse(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
  const std::string terminated(text);
  if (terminated.find('\0') != std::string::npos) return std::nullopt;
  std::array<std::uint8_t, 16> octets{};
  if (inet_pton(AF_INET, terminated.c_str(), octets.data()) == 1) {
    return IpAddress(AF_INET, std::span(octets).first(4));
  }
  if (inet_pton(AF_INET6, terminated.c_str(), octets.data()) == 1) {
    return IpAddress(AF_INET6, octets);
  }
  return std::nullopt;
}

std::optional<IpAddress> IpAddress::From(const sockaddr& address) {
  std::array<std::uint8_t, 16> octets{};
  if (address.sa_family == AF_INET) {
    const auto& ip4 = reinterpret_cast<const sockaddr_in&>(address);
    std::memcpy(octets.data(), &ip4.sin_addr, 4);
    return IpAddress(AF_INET, std::span(octets).first(4));
  }
  if (address.sa_family == AF_INET6) {
    const auto& ip6 = reinterpret_cast<const sockaddr_in6&>(address);
    std::memcpy(octets.data(), &ip6.sin6_addr, 16);
    return IpAddress(AF_INET6, octets);
  }
  return std::nullopt;
}

bool IpAddress::is_unspecified() const {
  return std::ranges::all_of(octets(), [](std::uint8_t octet) { return octet == 0; });
}

std::optional<IpAddress> IpAddress::EmbeddedIp4() const {
  if (!is_ip6()) return std::nullopt;
  const auto prefix = octets().first(12);
  if (!std::ranges::equal(prefix, kIp4Mapped) && !std::ranges::equal(prefix, kNat64)) {
    return std::nullopt;
  }
  return IpAddress(AF_INET, octets().last(4));
}

IpAddress IpAddress::Destination() const {
  const IpAddress reached = EmbeddedIp4().value_or(*this);
  if (!reached.is_unspecified()) return reached;
  return *Parse(reached.is_ip6() ? "::1" : "127.0.0.1");
}

IpAddress IpAddress::Masked(unsigned length) const {
  IpAddress masked = *this;
  for (unsigned i = 0; i < octets().size(); ++i) {
    const unsigned kept = std::min(8U, length > 8 * i ? length - 8 * i : 0U);
    masked.octets_.at(i) &= static_cast<std::uint8_t>(0xFF00U >> kept);
  }
  return masked;
}

std::string IpAddress::ToString() const {
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(family_, octets_.data(), text, sizeof text);
  return text;
}

std::pair<sockaddr_storage, socklen_t> IpAddress::ToSockaddr(std::uint16_t port) const {
  sockaddr_storage storage{};
  if (!is_ip6()) {
    auto& ip4 = reinterpret_cast<sockaddr_in&>(storage);
    ip4.sin_family = AF_INET;
    ip4.sin_port = htons(port);
    std::memcpy(&ip4.sin_addr, octets_.data(), 4);
    return {storage, sizeof(sockaddr_in)};
  }
  auto& ip6 = reinterpret_cast<sockaddr_in6&>(storage);
  ip6.sin6_family = AF_INET6;
  ip6.sin6_port = htons(port);
  std::memcpy(&ip6.sin6_addr, octets_.data(), 16);
  return {storage, sizeof(sockaddr_in6)};
}

}  // namespace stapling
