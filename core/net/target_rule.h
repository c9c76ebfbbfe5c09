// One rule about targets: a host name, *.suffix, address or CIDR block, each with an optional port.
//
//   example.org  *.example.org:443  192.0.2.1  10.0.0.0/8:443  2001:db8::/32  [2001:db8::/32]:443
//
// A name rule matches names alone, an address rule addresses alone. *.example.org is every name
// below example.org, not itself. Without a port a rule is about all of them. A value; pure; safe
// from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/net/ip_address.h"
#include "core/net/ip_prefix.h"
#include "core/result.h"

namespace stapling {

class TargetRule {
 public:
  // The error names the rule, printable and short. Refused as well are rules of nothing but
  // addresses that IpAddress::Destination makes into others: one would think that they hold.
  static Result<TargetRule> Parse(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }  // as given
  [[nodiscard]] bool is_name() const { return !prefix_.has_value(); }
  [[nodiscard]] bool MatchesPort(std::uint16_t port) const { return port_.value_or(port) == port; }
  // `name` in lower case and without a trailing dot.
  [[nodiscard]] bool MatchesName(std::string_view name, std::uint16_t port) const;
  [[nodiscard]] bool MatchesAddress(const IpAddress& address, std::uint16_t port) const;

  friend bool operator==(const TargetRule&, const TargetRule&) = default;

 private:
  TargetRule() = default;

  std::string text_;
  std::string name_;  // in lower case; of a suffix with its first dot
  std::optional<IpPrefix> prefix_;
  std::optional<std::uint16_t> port_;
};

}  // namespace stapling
