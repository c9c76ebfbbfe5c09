#include "core/net/target.h"

#include <algorithm>
#include <cctype>

#include "core/net/target_text.h"

namespace stapling {
namespace {

constexpr std::size_t kMaxTarget = 512;  // a name has at most 253 octets

// Takes the scheme off, and what follows the authority; the error is a sentence's middle.
Result<std::string_view> StripUrl(std::string_view text) {
  const std::size_t separator = text.find("://");
  if (separator == std::string_view::npos) return text;
  const std::string scheme = Lowered(text.substr(0, separator));
  if (scheme == "http") return Error{"http:// has no TLS; write https:// or HOST:PORT"};
  if (scheme != "https") return Error{"the scheme is not known; write https:// or HOST:PORT"};
  text.remove_prefix(separator + 3);
  text = text.substr(0, text.find_first_of("/?#"));
  if (text.find('@') != std::string_view::npos) return Error{"a target takes no user name"};
  return text;
}

Result<Target> Parse(std::string_view text) {
  if (text.empty()) return Error{"it is empty"};
  if (text.size() > kMaxTarget) return Error{"it is too long"};
  if (!std::ranges::all_of(text, IsPrintable)) {
    return Error{"it holds a space, a control or a non-ASCII character"};
  }
  const auto stripped = StripUrl(text);
  if (!stripped) return Error{stripped.error()};
  const bool bracketed = stripped->starts_with('[');
  if (!bracketed && std::ranges::count(*stripped, ':') > 1) {
    return Error{"an IPv6 address is written in brackets, such as [::1]:443"};
  }
  const auto authority =
      bracketed ? SplitBracketed(*stripped) : std::optional(SplitPlain(*stripped));
  if (!authority) return Error{"the brackets of its address are not closed, or not by :PORT"};

  Target target{.text = std::string(text), .host = Lowered(authority->host)};
  if (target.host.empty()) return Error{"it names no host"};
  if (authority->port) {
    const auto port = ParsePort(*authority->port);
    if (!port) return Error{"its port is not a number from 1 to 65535"};
    target.port = *port;
  }
  target.address = IpAddress::Parse(target.host);
  if (bracketed && (!target.address || !target.address->is_ip6())) {
    return Error{"there is no IPv6 address in its brackets"};
  }
  if (!target.address && !IsHostName(target.host)) return Error{"its host is not a valid name"};
  if (target.address) target.host = target.address->ToString();
  return target;
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

Result<Target> ParseTarget(std::string_view text) {
  auto target = Parse(text);
  if (!target) return Error{"target " + Quoted(text) + " is not valid: " + target.error()};
  return target;
}

}  // namespace stapling
