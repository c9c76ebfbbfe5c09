#include "exporter/http/listen_address.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace stapling::exporter {
namespace {

std::optional<std::uint16_t> ParsePort(std::string_view text) {
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [parsed, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || parsed != end) return std::nullopt;
  return port;
}

bool IsHostByte(char byte) {
  return byte > ' ' && byte < 0x7f &&
         std::string_view("[]/?#@").find(byte) == std::string_view::npos;
}

Error Malformed(std::string_view text, std::string_view why) {
  return Error{"listen address \"" + std::string(text) + "\": " + std::string(why)};
}

}  // namespace

Result<ListenAddress> ParseListenAddress(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || text.ends_with(']')) {
    return Malformed(text, "no port; write HOST:PORT or :PORT");
  }
  const std::optional<std::uint16_t> port = ParsePort(text.substr(colon + 1));
  if (!port) return Malformed(text, "the port must be a number from 0 to 65535");

  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) {
    host = host.substr(1, host.size() - 2);
    if (host.find(':') == std::string_view::npos) {
      return Malformed(text, "brackets must hold an IPv6 address");
    }
  } else if (host.find(':') != std::string_view::npos) {
    return Malformed(text, "an IPv6 address needs brackets, as in [::1]:6960");
  }
  if (!std::all_of(host.begin(), host.end(), IsHostByte)) {
    return Malformed(text, "the host holds a character that no host has");
  }
  return ListenAddress{.host = std::string(host), .port = *port};
}

std::string ToString(const ListenAddress& address) {
  const std::string port = std::to_string(address.port);
  if (address.host.find(':') == std::string::npos) return address.host + ":" + port;
  return "[" + address.host + "]:" + port;
}

}  // namespace stapling::exporter
