// One section of a web configuration: a mapping whose keys are known.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/x509/text.h"
#include "exporter/config/key.h"
#include "exporter/config/suggestion.h"
#include "exporter/config/yaml_reader.h"

namespace stapling::exporter {

template <typename Target>
struct SectionKey {
  std::string_view name;
  void (*read)(const Value& value, Target& target);
};

[[noreturn]] inline void FailUnknownKey(const YamlEntry& entry, const std::string& section,
                                        std::span<const std::string_view> known) {
  throw YamlError(entry.line, "unknown key \"" + CleanText(entry.key) + "\"" +
                                  (section.empty() ? "" : " in " + section) +
                                  Suggestion(entry.key, known));
}

// False: it has no value. Throws where it is something else than a mapping.
inline bool IsGiven(const YamlEntry& section) {
  if (section.value.kind == YamlNode::Kind::kNull) return false;
  if (section.value.kind == YamlNode::Kind::kMapping) return true;
  throw YamlError(section.value.line, CleanText(section.key) + " must be a mapping");
}

// Reads every key that has a value.
template <typename Target>
void ReadSection(const YamlEntry& section, const std::string& directory,
                 std::span<const SectionKey<Target>> keys, Target& target) {
  if (!IsGiven(section)) return;
  for (const YamlEntry& entry : section.value.entries) {
    const auto key = std::ranges::find(keys, entry.key, &SectionKey<Target>::name);
    if (key == keys.end()) {
      std::vector<std::string_view> known;
      known.reserve(keys.size());
      for (const auto& each : keys) known.push_back(each.name);
      FailUnknownKey(entry, section.key, known);
    }
    if (entry.value.kind == YamlNode::Kind::kNull) continue;
    key->read({entry.value, key->name, directory}, target);
  }
}

// A switch as YAML 1.1 has it, which the toolkit's reader takes: true, yes, on and so on.
bool ReadSwitch(const Value& value);

}  // namespace stapling::exporter
