// SOCKS5 (RFC 1928): no authentication, or user and password (RFC 1929) where there are some.
#include <array>

#include "core/net/ip_address.h"
#include "core/proxy/dialects.h"

namespace stapling {
namespace {

constexpr std::uint8_t kVersion = 5;
constexpr std::uint8_t kNoAuthentication = 0;
constexpr std::uint8_t kUserPassword = 2;
constexpr std::uint8_t kNoAcceptableMethod = 0xFF;
constexpr std::uint8_t kCredentialsVersion = 1;
constexpr std::uint8_t kConnect = 1;
constexpr std::uint8_t kIp4 = 1;
constexpr std::uint8_t kDomainName = 3;
constexpr std::uint8_t kIp6 = 4;

// RFC 1928 section 6, from the code 1 on.
constexpr std::array<std::string_view, 8> kReplies = {
    "general SOCKS server failure", "connection not allowed by ruleset",
    "network unreachable",          "host unreachable",
    "connection refused",           "TTL expired",
    "command not supported",        "address type not supported"};

// A text of at most 255 octets, after its length.
void AppendCounted(Bytes& message, std::string_view text) {
  message.push_back(static_cast<std::uint8_t>(text.size()));
  message.insert(message.end(), text.begin(), text.end());
}

// Two octets, of which the first must be `version`; the second.
std::optional<std::uint8_t> ReadAnswer(Conversation& peer, std::uint8_t version) {
  const auto first = peer.ReadExactly(1);
  if (!first) return std::nullopt;
  if (first->front() != version) {
    peer.Fail(Reason::kProtocolError, "the proxy does not answer in SOCKS5");
    return std::nullopt;
  }
  const auto second = peer.ReadExactly(1);
  if (!second) return std::nullopt;
  return second->front();
}

void Authenticate(Conversation& peer, const Proxy& proxy) {
  Bytes message = {kCredentialsVersion};
  AppendCounted(message, proxy.user);
  AppendCounted(message, proxy.password);
  peer.Send(message);
  const auto status = ReadAnswer(peer, kCredentialsVersion);
  if (status && *status != 0) peer.Fail(Reason::kProxyAuth, "user and password refused");
}

void Greet(Conversation& peer, const Proxy& proxy) {
  const bool credentials = proxy.has_credentials();
  peer.Send(credentials ? Bytes{kVersion, 2, kNoAuthentication, kUserPassword}
                        : Bytes{kVersion, 1, kNoAuthentication});
  const auto method = ReadAnswer(peer, kVersion);
  if (!method || method == kNoAuthentication) return;
  if (method == kUserPassword && credentials) return Authenticate(peer, proxy);
  if (method == kNoAcceptableMethod) {
    return peer.Fail(Reason::kProxyAuth, "no acceptable authentication method");
  }
  peer.Fail(Reason::kProtocolError, "the proxy chose a method that was not offered");
}

void AskForWay(Conversation& peer, const Destination& destination) {
  Bytes message = {kVersion, kConnect, 0};
  if (const auto address = IpAddress::Parse(destination.host)) {
    message.push_back(address->is_ip6() ? kIp6 : kIp4);
    const auto octets = address->octets();
    message.insert(message.end(), octets.begin(), octets.end());
  } else {
    message.push_back(kDomainName);
    AppendCounted(message, destination.host);
  }
  message.push_back(static_cast<std::uint8_t>(destination.port >> 8U));
  message.push_back(static_cast<std::uint8_t>(destination.port & 0xFFU));
  peer.Send(message);
}

// The address that the proxy connected from, which nobody needs.
void SkipAddress(Conversation& peer) {
  const auto type = peer.ReadExactly(2);  // a reserved octet first
  if (!type) return;
  std::size_t size = 0;
  switch (type->back()) {
    case kIp4:
      size = 4;
      break;
    case kIp6:
      size = 16;
      break;
    case kDomainName:
      if (const auto length = peer.ReadExactly(1)) size = length->front();
      break;
    default:
      return peer.Fail(Reason::kProtocolError, "the proxy answers with an unknown address type");
  }
  peer.ReadExactly(size + 2);  // with its port
}

}  // namespace

void NegotiateSocks5(Conversation& peer, const Proxy& proxy, const Destination& destination) {
  Greet(peer, proxy);
  if (peer.failure()) return;
  AskForWay(peer, destination);
  const auto reply = ReadAnswer(peer, kVersion);
  if (!reply) return;
  if (*reply == 0) return SkipAddress(peer);
  peer.Fail(Reason::kProxyRefused, *reply <= kReplies.size()
                                       ? std::string(kReplies.at(*reply - 1U))
                                       : "reply code " + std::to_string(*reply));
}

}  // namespace stapling
