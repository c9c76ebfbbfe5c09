#include "exporter/config/target_keys.h"

#include <array>
#include <string_view>
#include <vector>

#include "core/x509/text.h"
#include "exporter/config/suggestion.h"

namespace stapling::exporter {
namespace {

constexpr std::array<std::string_view, 2> kTargetKeys = {"allow", "deny"};

// A key without a value is refused: a list whose rules are all commented out must not become one
// that allows everything.
std::vector<TargetRule> ReadRules(const YamlEntry& entry) {
  if (entry.value.kind != YamlNode::Kind::kSequence) {
    throw YamlError(entry.value.line,
                    entry.key + " must be a list, such as [\"*.example.org\"], or [] for none");
  }
  std::vector<TargetRule> rules;
  for (const YamlNode& item : entry.value.items) {
    if (item.kind == YamlNode::Kind::kNull) {  // which has no line of its own
      throw YamlError(entry.line, entry.key + " holds an empty rule");
    }
    if (item.kind != YamlNode::Kind::kScalar) {
      throw YamlError(item.line, "a rule of " + entry.key +
                                     " must be a single value; one with brackets needs quotes");
    }
    auto rule = TargetRule::Parse(item.scalar);
    if (!rule) throw YamlError(item.line, entry.key + " is wrong: " + rule.error());
    rules.push_back(std::move(rule).value());
  }
  return rules;
}

std::string PrintRules(const std::vector<TargetRule>& rules) {
  std::string list;
  for (const TargetRule& rule : rules) list += (list.empty() ? "" : ", ") + QuoteYaml(rule.text());
  return "[" + list + "]";
}

}  // namespace

TargetPolicy ReadTargets(const YamlNode& node) {
  TargetPolicy defaults;
  if (node.kind == YamlNode::Kind::kNull) return defaults;
  if (node.kind != YamlNode::Kind::kMapping) {
    throw YamlError(node.line, "targets must be a mapping with the keys allow and deny");
  }
  std::vector<TargetRule> allow = defaults.allow();
  std::vector<TargetRule> deny = defaults.deny();
  for (const YamlEntry& entry : node.entries) {
    if (entry.key == "allow") {
      allow = ReadRules(entry);
    } else if (entry.key == "deny") {
      deny = ReadRules(entry);
    } else {
      throw YamlError(entry.line, "unknown key \"" + CleanText(entry.key) + "\" in targets" +
                                      Suggestion(entry.key, kTargetKeys));
    }
  }
  return {std::move(allow), std::move(deny)};
}

std::string PrintTargets(const TargetPolicy& policy, const std::string& indent) {
  return indent + "allow: " + PrintRules(policy.allow()) + "\n" + indent +
         "deny: " + PrintRules(policy.deny()) + "\n";
}

}  // namespace stapling::exporter
