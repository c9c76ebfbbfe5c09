#include "core/net/target_rule.h"

#include <algorithm>

#include "core/net/target.h"
#include "core/net/target_text.h"

namespace stapling {
namespace {

constexpr unsigned kEmbeddingBits = 96;

// An IPv6 address stands without brackets where no port follows.
std::optional<Authority> Split(std::string_view text) {
  if (text.starts_with('[')) return SplitBracketed(text);
  if (std::ranges::count(text, ':') > 1) return Authority{.host = text, .port = {}};
  return SplitPlain(text);
}

bool IsAddress(std::string_view host) {
  return host.find('/') != std::string_view::npos || IpAddress::Parse(host).has_value();
}

Result<IpPrefix> ParsePrefix(std::string_view host) {
  auto prefix = IpPrefix::Parse(host);
  if (!prefix) return prefix;
  const IpAddress& address = prefix->address();
  if (prefix->length() >= kEmbeddingBits && address.EmbeddedIp4()) {
    return Error{"such an address is compared as the IPv4 address in it: name that one"};
  }
  if (prefix->length() >= 8 * address.octets().size() && address.is_unspecified()) {
    return Error{"the unspecified address is compared as loopback: name that one"};
  }
  return prefix;
}

// In lower case, without a trailing dot; of a suffix without its star.
Result<std::string> ParseName(std::string_view host) {
  const bool suffix = host.starts_with("*.");
  if (!IsHostName(suffix ? host.substr(2) : host)) {
    return Error{"it is neither a host name nor *.suffix, an IP address or a CIDR block"};
  }
  if (host.ends_with('.')) host.remove_suffix(1);
  return Lowered(suffix ? host.substr(1) : host);
}

}  // namespace

Result<TargetRule> TargetRule::Parse(std::string_view text) {
  const auto fail = [&](const std::string& why) {
    return Error{"the rule " + Quoted(text) + " is not valid: " + why};
  };
  if (text.empty()) return fail("it is empty");
  TargetRule rule;
  rule.text_ = text;
  const auto parts = Split(text);
  if (!parts) return fail("its brackets are not closed, or not by :PORT");
  if (parts->port) {
    rule.port_ = ParsePort(*parts->port);
    if (!rule.port_) return fail("its port is not a number from 1 to 65535");
  }
  if (!parts->bracketed && !IsAddress(parts->host)) {
    auto name = ParseName(parts->host);
    if (!name) return fail(name.error());
    rule.name_ = std::move(name).value();
    return rule;
  }
  const auto prefix = ParsePrefix(parts->host);
  if (!prefix) return fail(prefix.error());
  if (parts->bracketed && !prefix->address().is_ip6()) {
    return fail("there is no IPv6 address in its brackets");
  }
  rule.prefix_ = *prefix;
  return rule;
}

bool TargetRule::MatchesName(std::string_view name, std::uint16_t port) const {
  if (!is_name() || !MatchesPort(port)) return false;
  if (!name_.starts_with('.')) return name == name_;
  return name.size() > name_.size() && name.ends_with(name_);
}

bool TargetRule::MatchesAddress(const IpAddress& address, std::uint16_t port) const {
  return prefix_ && MatchesPort(port) && prefix_->Contains(address);
}

}  // namespace stapling
