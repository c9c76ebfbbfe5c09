// A Grafana dashboard of ours, and every PromQL expression in it.
//
// It reads what Grafana would send to Prometheus: the targets of panels, annotations, and variables
// that label_values() fills. It knows nothing of how Grafana shows the answers.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace stapling::testing {

inline constexpr std::string_view kDashboards[] = {"fleet", "target"};

// Of grafana/dashboards/NAME.json; null if that is no JSON.
nlohmann::json LoadDashboard(std::string_view name);

// All of them, those inside of rows too; rows themselves are none.
std::vector<nlohmann::json> PanelsOf(const nlohmann::json& dashboard);

struct DashboardExpression {
  std::string where;  // for a person: the panel's title and the query's letter
  std::string text;   // with Grafana's variables
};
std::vector<DashboardExpression> ExpressionsOf(const nlohmann::json& dashboard);

// "name{matchers}" wherever the text has it.
std::vector<std::string> SelectorsIn(const std::string& text);

// The text with $NAME replaced by its value; of two names the longer one is tried first.
std::string Substituted(std::string text, const std::map<std::string, std::string>& values);

}  // namespace stapling::testing
