// The keys of `targets`, allow and deny: how they are read and how they are printed.
#pragma once

#include <string>

#include "core/net/target_policy.h"
#include "exporter/config/yaml_reader.h"

namespace stapling::exporter {

// Throws YamlError. A list that is not given keeps its default; one that is given replaces it.
TargetPolicy ReadTargets(const YamlNode& node);

// Both keys, each on a line of its own, indented by `indent`.
std::string PrintTargets(const TargetPolicy& policy, const std::string& indent);

}  // namespace stapling::exporter
