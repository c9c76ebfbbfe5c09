#include "core/proxy/proxy.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

#include "core/net/target.h"

namespace stapling {
namespace {

constexpr std::size_t kMaxUrl = 2048;
constexpr std::size_t kMaxSocksCredential = 255;  // RFC 1929 section 2
constexpr std::string_view kSecret = "<secret>";

constexpr std::string_view SchemeOf(ProxyKind kind) {
  return kind == ProxyKind::kHttp ? "http://" : "socks5://";
}

bool IsControl(char character) {
  return static_cast<unsigned char>(character) < 0x20 || character == 0x7F;
}

// RFC 3986 section 2.3
bool IsUnreserved(char character) {
  return std::isalnum(static_cast<unsigned char>(character)) != 0 ||
         std::string_view("-._~").find(character) != std::string_view::npos;
}

std::optional<ProxyKind> TakeScheme(std::string_view& url) {
  for (const ProxyKind kind : {ProxyKind::kHttp, ProxyKind::kSocks5}) {
    const std::string_view scheme = SchemeOf(kind);
    const bool same =
        url.size() >= scheme.size() &&
        std::ranges::equal(url.substr(0, scheme.size()), scheme, {}, [](unsigned char character) {
          return static_cast<char>(std::tolower(character));
        });
    if (!same) continue;
    url.remove_prefix(scheme.size());
    return kind;
  }
  return std::nullopt;
}

// RFC 3986 section 2.1
Result<std::string> PercentDecoded(std::string_view text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    char character = text[at];
    if (character == '%') {
      const std::string_view digits = text.substr(at + 1, 2);
      unsigned value = 0;
      const auto [end, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
      if (error != std::errc() || digits.size() != 2 || end != digits.data() + 2) {
        return Error{"a % in its user or password is written %25"};
      }
      character = static_cast<char>(value);
      at += 2;
    }
    // Neither kind of proxy can be told one (RFC 7617 section 2).
    if (IsControl(character)) return Error{"its user or password holds a control character"};
    decoded += character;
  }
  return decoded;
}

std::string PercentEncoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char character : text) {
    const auto octet = static_cast<unsigned char>(character);
    if (IsUnreserved(character)) {
      encoded += character;
    } else {
      encoded += {'%', kDigits[octet >> 4U], kDigits[octet & 0x0FU]};
    }
  }
  return encoded;
}

// What each kind of proxy can be told; empty if all is well.
std::string ObjectionTo(const Proxy& proxy) {
  if (proxy.kind == ProxyKind::kHttp) {
    if (!proxy.has_credentials()) return "nothing stands before its @";
    // RFC 7617 section 2
    return proxy.user.find(':') == std::string::npos ? "" : "its user holds a colon";
  }
  const auto fits = [](const std::string& text) {
    return !text.empty() && text.size() <= kMaxSocksCredential;
  };
  return fits(proxy.user) && fits(proxy.password) ? ""
                                                  : "its user and password have 1 to 255 octets";
}

Result<Proxy> WithCredentials(Proxy proxy, std::string_view user_info) {
  if (user_info.find('@') != std::string_view::npos) {
    return Error{"an @ in its user or password is written %40"};
  }
  const std::size_t colon = user_info.find(':');
  auto user = PercentDecoded(user_info.substr(0, colon));
  if (!user) return Error{user.error()};
  proxy.user = std::move(*user);
  if (colon != std::string_view::npos) {
    const std::string_view text = user_info.substr(colon + 1);
    if (text == kSecret) return Error{"its password was hidden where it was copied from"};
    auto password = PercentDecoded(text);
    if (!password) return Error{password.error()};
    proxy.password = std::move(*password);
  }
  if (std::string objection = ObjectionTo(proxy); !objection.empty()) return Error{objection};
  return proxy;
}

}  // namespace

Result<Proxy> ParseProxyUrl(std::string_view url) {
  if (url.size() > kMaxUrl) return Error{"it is too long"};
  const auto kind = TakeScheme(url);
  if (!kind) return Error{"it begins neither with http:// nor with socks5://"};
  const std::size_t path = std::min(url.find_first_of("/?#"), url.size());
  if (url.find('@', path) != std::string_view::npos) {
    return Error{"a /, ? or # in its user or password is written %2F, %3F or %23"};
  }
  if (path < url.size() && url.substr(path) != "/") return Error{"it has a path"};
  url = url.substr(0, path);

  const std::size_t at = url.rfind('@');
  auto place = ParseHostPort(at == std::string_view::npos ? url : url.substr(at + 1));
  if (!place) return Error{place.error()};
  if (!place->port) return Error{"it names no port"};
  Proxy proxy{.kind = *kind,
              .host = std::move(place->host),
              .port = *place->port,
              .user = {},
              .password = {}};
  if (at == std::string_view::npos) return proxy;
  return WithCredentials(std::move(proxy), url.substr(0, at));
}

std::string PrintProxyUrl(const Proxy& proxy) {
  std::string url(SchemeOf(proxy.kind));
  if (proxy.has_credentials()) {
    url += PercentEncoded(proxy.user);
    if (!proxy.password.empty()) url += ":" + std::string(kSecret);
    url += '@';
  }
  const bool ip6 = proxy.host.find(':') != std::string::npos;
  return url + (ip6 ? "[" + proxy.host + "]" : proxy.host) + ":" + std::to_string(proxy.port);
}

}  // namespace stapling
