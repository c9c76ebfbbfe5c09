#include "tests/e2e/dashboard.h"

#include <fstream>
#include <regex>

namespace stapling::testing {

using Json = nlohmann::json;

namespace {

// label_values(METRIC, LABEL) in PromQL, which does not have it: one series for each value.
std::string LabelValues(const std::string& query) {
  static const std::regex kForm(R"(label_values\((.*), *([a-z_]+)\))");
  return std::regex_replace(query, kForm, "count by ($2) ($1)");
}

void AppendTargets(const Json& panel, std::vector<DashboardExpression>& all) {
  for (const Json& target : panel.at("targets")) {
    all.push_back({.where = panel.value("title", "") + ", query " + target.value("refId", ""),
                   .text = target.at("expr")});
  }
}

}  // namespace

Json LoadDashboard(std::string_view name) {
  std::ifstream file(SOURCE_DIRECTORY "/grafana/dashboards/" + std::string(name) + ".json");
  Json dashboard = Json::parse(file, nullptr, /*allow_exceptions=*/false);
  return dashboard.is_discarded() ? Json() : dashboard;
}

std::vector<Json> PanelsOf(const Json& dashboard) {
  std::vector<Json> panels;
  for (const Json& panel : dashboard.at("panels")) {
    if (panel.at("type") != "row") panels.push_back(panel);
    for (const Json& inner : panel.value("panels", Json::array())) panels.push_back(inner);
  }
  return panels;
}

std::vector<DashboardExpression> ExpressionsOf(const Json& dashboard) {
  std::vector<DashboardExpression> all;
  for (const Json& panel : PanelsOf(dashboard)) AppendTargets(panel, all);
  for (const Json& annotation : dashboard.at("annotations").at("list")) {
    all.push_back(
        {.where = "annotation " + annotation.value("name", ""), .text = annotation.at("expr")});
  }
  for (const Json& variable : dashboard.at("templating").at("list")) {
    if (variable.at("type") != "query") continue;
    all.push_back({.where = "variable " + variable.value("name", ""),
                   .text = LabelValues(variable.at("query").at("query"))});
  }
  return all;
}

std::vector<std::string> SelectorsIn(const std::string& text) {
  static const std::regex kSelector(R"([A-Za-z_][A-Za-z0-9_]*\{[^}]*\})");
  std::vector<std::string> selectors;
  for (std::sregex_iterator at(text.begin(), text.end(), kSelector), end; at != end; ++at) {
    selectors.push_back(at->str());
  }
  return selectors;
}

std::string Substituted(std::string text, const std::map<std::string, std::string>& values) {
  // From the last name on: one that begins with another comes after it.
  for (auto value = values.rbegin(); value != values.rend(); ++value) {
    const std::string name = "$" + value->first;
    for (std::size_t at = text.find(name); at != std::string::npos;
         at = text.find(name, at + value->second.size())) {
      text.replace(at, name.size(), value->second);
    }
  }
  return text;
}

}  // namespace stapling::testing
