#include "core/net/ip_prefix.h"

#include <charconv>
#include <optional>
#include <string>

namespace stapling {
namespace {

std::optional<unsigned> ParseLength(std::string_view text) {
  unsigned length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return length;
}

}  // namespace

Result<IpPrefix> IpPrefix::Parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::Parse(text.substr(0, slash));
  if (!address) return Error{"it holds no IP address"};
  const unsigned longest = address->is_ip6() ? 128 : 32;
  if (slash == std::string_view::npos) return IpPrefix(*address, longest);
  const auto length = ParseLength(text.substr(slash + 1));
  if (!length) return Error{"its prefix length is not a number"};
  if (*length > longest) {
    return Error{"its prefix is longer than " + std::to_string(longest) + " bits"};
  }
  const IpAddress first = address->Masked(*length);
  if (first != *address) {
    return Error{"it has bits beyond its prefix; the block is " + first.ToString() + "/" +
                 std::to_string(*length)};
  }
  return IpPrefix(*address, *length);
}

bool IpPrefix::Contains(const IpAddress& address) const {
  return address.family() == address_.family() && address.Masked(length_) == address_;
}

}  // namespace stapling
