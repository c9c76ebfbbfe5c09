// A proxy by which targets are reached: http://[user:pass@]host:port (HTTP CONNECT, RFC 9110
// section 9.3.6) or socks5://[user:pass@]host:port (RFC 1928), taken apart.
//
// Plain values: what is said to it is in tunnel.h. The password is a secret; nothing here shows it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"

namespace stapling {

enum class ProxyKind : std::uint8_t { kHttp, kSocks5 };

struct Proxy {
  ProxyKind kind = ProxyKind::kHttp;
  std::string host;  // a DNS name in lower case, or an address without brackets
  std::uint16_t port = 0;
  std::string user;  // both empty: no credentials
  std::string password;
  friend bool operator==(const Proxy&, const Proxy&) = default;

  [[nodiscard]] bool has_credentials() const { return !user.empty() || !password.empty(); }
};

// User and password are percent-decoded. The error is the end of a sentence that the caller begins;
// it quotes nothing of the URL, for the password may stand anywhere in a mistyped one.
Result<Proxy> ParseProxyUrl(std::string_view url);

// The URL again, with <secret> in place of a password; ParseProxyUrl refuses that.
std::string PrintProxyUrl(const Proxy& proxy);

}  // namespace stapling
