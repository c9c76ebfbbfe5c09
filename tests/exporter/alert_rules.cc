#include "tests/exporter/alert_rules.h"

#include <yaml-cpp/yaml.h>

namespace stapling::testing {

AlertRules ReadAlertRules() {
  AlertRules rules;
  const YAML::Node file =
      YAML::LoadFile(STAPLING_SOURCE_DIRECTORY "/deploy/prometheus/ocsp_stapling.rules.yml");
  for (const YAML::Node& group : file["groups"]) {
    for (const YAML::Node& rule : group["rules"]) {
      const auto expression = rule["expr"].as<std::string>();
      if (rule["record"]) {
        rules.recordings[rule["record"].as<std::string>()] = expression;
        continue;
      }
      rules.alerts.push_back(
          {.name = rule["alert"].as<std::string>(),
           .expression = expression,
           .severity = rule["labels"]["severity"].as<std::string>(),
           .annotations = rule["annotations"].as<std::map<std::string, std::string>>()});
    }
  }
  return rules;
}

}  // namespace stapling::testing
