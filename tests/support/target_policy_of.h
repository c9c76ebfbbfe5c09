// A target policy from the text of its rules.
#pragma once

#include <string>
#include <vector>

#include "core/net/target_policy.h"

namespace stapling::testing {

// A rule that is not valid ends the test.
inline TargetPolicy TargetPolicyOf(const std::vector<std::string>& allow,
                                   const std::vector<std::string>& deny) {
  const auto parsed = [](const std::vector<std::string>& texts) {
    std::vector<TargetRule> rules;
    for (const std::string& text : texts) rules.push_back(TargetRule::Parse(text).value());
    return rules;
  };
  return {parsed(allow), parsed(deny)};
}

}  // namespace stapling::testing
