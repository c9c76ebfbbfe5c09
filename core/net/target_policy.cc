#include "core/net/target_policy.h"

#include <algorithm>
#include <utility>

#include "core/net/target_text.h"

namespace stapling {
namespace {

constexpr const char* kNotAllowed = "no rule of targets.allow covers it";

std::string DeniedBy(const TargetRule& rule) {
  return "the rule \"" + rule.text() + "\" of targets.deny covers it";
}

std::string ComparableName(const std::string& host) {
  std::string name = Lowered(host);
  if (name.ends_with('.')) name.pop_back();
  return name;
}

}  // namespace

TargetPolicy::TargetPolicy() {
  for (const char* block : {"169.254.0.0/16", "fe80::/10"}) {
    deny_.push_back(TargetRule::Parse(block).value());
  }
}

TargetPolicy::TargetPolicy(std::vector<TargetRule> allow, std::vector<TargetRule> deny)
    : allow_(std::move(allow)), deny_(std::move(deny)) {}

std::optional<std::string> TargetPolicy::Denial(const Target& target, std::uint16_t port) const {
  return target.address ? DenialOf(*target.address, port, false) : DenialOfName(target, port);
}

std::optional<std::string> TargetPolicy::Denial(const Target& target, std::uint16_t port,
                                                const IpAddress& address) const {
  if (auto denial = Denial(target, port)) return denial;
  return DenialOf(address, port, !target.address && AllowsName(target, port));
}

bool TargetPolicy::AllowsName(const Target& target, std::uint16_t port) const {
  const std::string name = ComparableName(target.host);
  return std::ranges::any_of(allow_,
                             [&](const TargetRule& rule) { return rule.MatchesName(name, port); });
}

std::optional<std::string> TargetPolicy::DenialOfName(const Target& target,
                                                      std::uint16_t port) const {
  const std::string name = ComparableName(target.host);
  for (const TargetRule& rule : deny_) {
    if (rule.MatchesName(name, port)) return DeniedBy(rule);
  }
  if (allow_.empty() || AllowsName(target, port)) return std::nullopt;
  const bool may_have_allowed_address = std::ranges::any_of(
      allow_, [&](const TargetRule& rule) { return !rule.is_name() && rule.MatchesPort(port); });
  if (may_have_allowed_address) return std::nullopt;
  return kNotAllowed;
}

std::optional<std::string> TargetPolicy::DenialOf(const IpAddress& address, std::uint16_t port,
                                                  bool allowed_by_name) const {
  const IpAddress destination = address.Destination();
  for (const TargetRule& rule : deny_) {
    if (rule.MatchesAddress(address, port) || rule.MatchesAddress(destination, port)) {
      return DeniedBy(rule);
    }
  }
  if (allow_.empty() || allowed_by_name) return std::nullopt;
  const bool allowed = std::ranges::any_of(
      allow_, [&](const TargetRule& rule) { return rule.MatchesAddress(destination, port); });
  if (allowed) return std::nullopt;
  return kNotAllowed;
}

}  // namespace stapling
