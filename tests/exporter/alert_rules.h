// The alerts of deploy/prometheus/ocsp_stapling.rules.yml, as the tests look at them.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace stapling::testing {

struct AlertRule {
  std::string name;
  std::string expression;
  std::string severity;
  std::map<std::string, std::string> annotations;
};

struct AlertRules {
  std::vector<AlertRule> alerts;
  std::map<std::string, std::string> recordings;  // name to expression
};

// Stops the test program (yaml-cpp throws) if the file is not there or not YAML.
AlertRules ReadAlertRules();

}  // namespace stapling::testing
