#include "core/net/target.h"

#include <algorithm>
#include <cctype>

#include "core/net/target_text.h"

namespace stapling {
namespace {

constexpr std::size_t kMaxTarget = 512;  // a name has at most 253 octets

struct Url {
  std::optional<Scheme> scheme;
  std::string_view authority;
};

// Takes the scheme off, and what follows the authority; the error is a sentence's middle.
Result<Url> SplitUrl(std::string_view text) {
  const std::size_t separator = text.find("://");
  if (separator == std::string_view::npos) return Url{.scheme = {}, .authority = text};
  const std::string name = Lowered(text.substr(0, separator));
  if (name == "http") return Error{"http:// has no TLS; write https:// or HOST:PORT"};
  const auto scheme = FindScheme(name);
  if (!scheme) return Error{"the scheme is not known; write https:// or HOST:PORT"};
  text.remove_prefix(separator + 3);
  text = text.substr(0, text.find_first_of("/?#"));
  if (text.find('@') != std::string_view::npos) return Error{"a target takes no user name"};
  return Url{.scheme = scheme, .authority = text};
}

Result<Target> Parse(std::string_view text) {
  if (text.empty()) return Error{"it is empty"};
  if (text.size() > kMaxTarget) return Error{"it is too long"};
  if (!std::ranges::all_of(text, IsPrintable)) {
    return Error{"it holds a space, a control or a non-ASCII character"};
  }
  const auto url = SplitUrl(text);
  if (!url) return Error{url.error()};
  auto place = ParseHostPort(url->authority);
  if (!place) return Error{place.error()};
  return Target{.text = std::string(text),
                .host = std::move(place->host),
                .port = place->port,
                .scheme = url->scheme,
                .address = place->address};
}

}  // namespace

bool IsHostName(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > 253) return false;
  std::size_t label = 0;
  char previous = '.';
  for (const char character : text) {
    if (character == '.') {
      if (label == 0 || previous == '-') return false;
      label = 0;
    } else {
      const bool allowed = std::isalnum(static_cast<unsigned char>(character)) != 0 ||
                           character == '_' || (character == '-' && label != 0);
      if (!allowed || ++label > 63) return false;
    }
    previous = character;
  }
  // An all-numeric last label is a mistyped address, not a name (RFC 3696 section 2).
  const std::string_view last = text.substr(text.rfind('.') + 1);
  const bool numeric = std::ranges::all_of(
      last, [](unsigned char character) { return std::isdigit(character) != 0; });
  return previous != '-' && !numeric;
}

Result<HostPort> ParseHostPort(std::string_view text) {
  const bool bracketed = text.starts_with('[');
  if (!bracketed && std::ranges::count(text, ':') > 1) {
    return Error{"an IPv6 address is written in brackets, such as [::1]:443"};
  }
  const auto authority = bracketed ? SplitBracketed(text) : std::optional(SplitPlain(text));
  if (!authority) return Error{"the brackets of its address are not closed, or not by :PORT"};

  HostPort place{.host = Lowered(authority->host), .port = {}, .address = {}};
  if (place.host.empty()) return Error{"it names no host"};
  if (authority->port) {
    place.port = ParsePort(*authority->port);
    if (!place.port) return Error{"its port is not a number from 1 to 65535"};
  }
  place.address = IpAddress::Parse(place.host);
  if (bracketed && (!place.address || !place.address->is_ip6())) {
    return Error{"there is no IPv6 address in its brackets"};
  }
  if (!place.address && !IsHostName(place.host)) return Error{"its host is not a valid name"};
  if (place.address) place.host = place.address->ToString();
  return place;
}

Result<Target> ParseTarget(std::string_view text) {
  auto target = Parse(text);
  if (!target) return Error{"target " + Quoted(text) + " is not valid: " + target.error()};
  return target;
}

}  // namespace stapling
