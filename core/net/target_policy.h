// Which targets may be probed: two lists of rules, where deny wins and an empty allow allows all.
//
// A target is judged twice: as it is written (name or literal, and port), and again for every
// address before it is connected to, so that a name which changes its address gains nothing.
//
// - deny: a name rule denies the name, an address rule every address, whatever the name was.
// - allow: a name that a name rule allows may have any address that is not denied. Any other name
//   passes as it is written only where an address rule for its port is left, and each of its
//   addresses must then match one. A literal must match an address rule.
// - Addresses are compared as what they reach (IpAddress::Destination); deny rules also as they
//   are, so that denying ::/0 denies every IPv6 address, mapped and NAT64 ones included.
//
// Names are compared as they are written, without regard to case and a trailing dot: neither the
// search list of resolv.conf nor an alias (CNAME) is seen. What must not be reached is denied by
// address. The server name that a handshake asks for is not looked at.
//
// A value; resolves nothing; safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/net/ip_address.h"
#include "core/net/target.h"
#include "core/net/target_rule.h"

namespace stapling {

class TargetPolicy {
 public:
  // The default: all but link-local addresses, 169.254.0.0/16 and fe80::/10, where clouds keep
  // their metadata.
  TargetPolicy();
  TargetPolicy(std::vector<TargetRule> allow, std::vector<TargetRule> deny);

  [[nodiscard]] const std::vector<TargetRule>& allow() const { return allow_; }
  [[nodiscard]] const std::vector<TargetRule>& deny() const { return deny_; }

  // Why the target may not be probed at this port as it is written, in a clause that names the
  // rule; nothing if it may, as far as one can tell before its name is resolved.
  [[nodiscard]] std::optional<std::string> Denial(const Target& target, std::uint16_t port) const;

  // Why this address of the target may not be connected to. Looks at the target as written, too.
  [[nodiscard]] std::optional<std::string> Denial(const Target& target, std::uint16_t port,
                                                  const IpAddress& address) const;

  friend bool operator==(const TargetPolicy&, const TargetPolicy&) = default;

 private:
  [[nodiscard]] bool AllowsName(const Target& target, std::uint16_t port) const;
  [[nodiscard]] std::optional<std::string> DenialOfName(const Target& target,
                                                        std::uint16_t port) const;
  [[nodiscard]] std::optional<std::string> DenialOf(const IpAddress& address, std::uint16_t port,
                                                    bool allowed_by_name) const;

  std::vector<TargetRule> allow_;
  std::vector<TargetRule> deny_;
};

}  // namespace stapling
