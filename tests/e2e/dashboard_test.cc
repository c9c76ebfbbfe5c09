// The Grafana dashboards: sound in themselves, and each of their expressions has data of the demo.
#include "tests/e2e/dashboard.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "core/ocsp/verdict.h"
#include "deploy/demo/fleet.h"
#include "deploy/demo/fleet_files.h"
#include "tests/e2e/prometheus_server.h"
#include "tests/e2e/running_demo.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

using Json = nlohmann::json;
using Values = std::map<std::string, std::string>;

constexpr auto kPatience = std::chrono::seconds(60);
constexpr int kColumns = 24;
constexpr int kSchemaOfGrafana10 = 38;

// Calls `visit` with each object of the document and everything below it.
template <typename Visit>
void ForEachObject(const Json& node, const Visit& visit) {
  if (node.is_object()) visit(node);
  if (!node.is_structured()) return;
  for (const Json& child : node) ForEachObject(child, visit);
}

class DashboardTest : public ::testing::TestWithParam<std::string_view> {
 protected:
  void SetUp() override {
    dashboard_ = LoadDashboard(GetParam());
    ASSERT_TRUE(dashboard_.is_object());
  }
  Json dashboard_;
};

INSTANTIATE_TEST_SUITE_P(Each, DashboardTest, ::testing::ValuesIn(kDashboards),
                         [](const auto& row) { return std::string(row.param); });

TEST_P(DashboardTest, IsForGrafana10) {
  EXPECT_EQ(dashboard_.at("schemaVersion"), kSchemaOfGrafana10);
  EXPECT_EQ(dashboard_.at("uid"), "ocsp-stapling-" + std::string(GetParam()));
}

TEST_P(DashboardTest, ExplainsEachPanel) {
  const std::set<std::string> units = {"none",  "short", "s", "percentunit", "dateTimeFromNow",
                                       "bytes", "ops"};
  for (const Json& panel : PanelsOf(dashboard_)) {
    SCOPED_TRACE(panel.value("title", "without a title"));
    EXPECT_GT(panel.value("description", "").size(), 20U);
    const Json& defaults = panel.at("fieldConfig").at("defaults");
    EXPECT_TRUE(units.contains(defaults.value("unit", ""))) << defaults.value("unit", "");
    EXPECT_TRUE(defaults.contains("noValue"));
  }
}

TEST_P(DashboardTest, NumbersEachPanelOnce) {
  std::set<int> numbers;
  for (const Json& panel : dashboard_.at("panels")) {
    EXPECT_TRUE(numbers.insert(panel.at("id").get<int>()).second) << panel.at("id");
  }
}

TEST_P(DashboardTest, LaysPanelsBesideEachOther) {
  std::set<std::pair<int, int>> taken;
  for (const Json& panel : dashboard_.at("panels")) {
    SCOPED_TRACE(panel.value("title", ""));
    const Json& at = panel.at("gridPos");
    const int left = at.at("x");
    const int top = at.at("y");
    const int right = left + at.at("w").get<int>();
    const int bottom = top + at.at("h").get<int>();
    EXPECT_TRUE(left >= 0 && left < right && right <= kColumns && top >= 0 && top < bottom);
    for (int x = left; x < right; ++x) {
      for (int y = top; y < bottom; ++y) EXPECT_TRUE(taken.emplace(x, y).second) << x << " " << y;
    }
  }
}

TEST_P(DashboardTest, LeavesTheDataSourceToTheVariable) {
  for (const Json& panel : PanelsOf(dashboard_)) {
    EXPECT_TRUE(panel.contains("datasource")) << panel.value("title", "");
  }
  ForEachObject(dashboard_, [](const Json& object) {
    if (!object.contains("datasource")) return;
    EXPECT_EQ(object.at("datasource").value("uid", ""), "${datasource}") << object.dump(2);
  });
}

TEST_P(DashboardTest, LinksToDashboardsThatExist) {
  std::set<std::string> known;
  for (const std::string_view name : kDashboards) known.insert(LoadDashboard(name).at("uid"));
  int links = 0;
  ForEachObject(dashboard_, [&](const Json& object) {
    const std::string url = object.value("url", "");
    if (!url.starts_with("/d/")) return;
    ++links;
    EXPECT_TRUE(known.contains(url.substr(3, url.find('?') - 3))) << url;
  });
  EXPECT_GT(links, 0);
}

// The row of the state timeline: the number that stands for a verdict in the expression is the one
// that the panel maps to its word.
TEST(TargetDashboard, NamesEveryVerdict) {
  const Json dashboard = LoadDashboard("target");
  const auto panels = PanelsOf(dashboard);
  const auto timeline = std::ranges::find_if(
      panels, [](const Json& panel) { return panel.value("title", "") == "Verdict over time"; });
  ASSERT_NE(timeline, panels.end());
  const std::string expression = timeline->at("targets").at(0).at("expr");
  const Json& words = timeline->at("fieldConfig").at("defaults").at("mappings").at(0).at("options");
  EXPECT_EQ(words.size(), 17U);
  for (const auto& [number, word] : words.items()) {
    const std::string verdict = word.at("text");
    EXPECT_NE(expression.find(" " + number + " * ocsp_staple_verdict_info{"), std::string::npos);
    EXPECT_TRUE(std::ranges::any_of(Verdicts(), [&](const auto& known) {
      return known.label == verdict;
    })) << verdict;
    const std::size_t term = expression.find(" " + number + " * ");
    EXPECT_EQ(expression.find("verdict=\"" + verdict + "\"", term),
              expression.find("verdict=\"", term))
        << verdict;
  }
}

// An alert of the fleet that fires at once, for the annotations.
constexpr const char* kRules = R"(groups:
  - name: dashboard_test
    interval: 1s
    rules:
      - alert: OcspStapleRevoked
        expr: ocsp_staple_certificate_status{status="revoked"} == 1
)";

// A demo fleet, an exporter and a Prometheus that scrapes both each second.
class DashboardDataTest : public ::testing::Test {
 protected:
  void SetUp() override {
    demo_ = RunningDemo::Start();
    ASSERT_NE(demo_, nullptr);
    std::string configuration = demo_->directory().Read(demo::kPrometheusConfiguration);
    const std::string interval = "scrape_interval: 5s";
    const std::size_t at = configuration.find(interval);
    ASSERT_NE(at, std::string::npos);
    configuration.replace(at, interval.size(), "scrape_interval: 1s");
    configuration +=
        "\nrule_files: [" + demo_->directory().Write("dashboard_rules.yml", kRules) + "]\n";
    const std::string shown = "127.0.0.1:6960";  // twice
    for (std::size_t i = configuration.find(shown); i != std::string::npos;
         i = configuration.find(shown, i + 1)) {
      configuration.replace(i, shown.size(), demo_->exporter());
    }
    prometheus_ = PrometheusServer::Start(configuration);
    ASSERT_NE(prometheus_, nullptr);
  }

  // Whether one of the demo servers has data for it.
  bool HasData(const std::string& expression) const {
    const bool one_target = expression.find("$instance") != std::string::npos;
    const auto servers = demo::DemoServers();
    for (std::size_t i = servers.size(); i-- > 0;) {  // those that show most come last
      const std::string asked =
          Substituted(expression, {{"job", "ocsp_stapling"},
                                   {"exporter_job", "ocsp_stapling_exporter"},
                                   {"instance", demo_->addresses()[i]},
                                   {"module", one_target ? std::string(servers[i].module) : ".*"},
                                   {"__range", "1m"},
                                   {"__rate_interval", "10s"}});
      EXPECT_EQ(asked.find('$'), std::string::npos) << "an unknown variable in " << asked;
      if (!prometheus_->Query(asked).empty()) return true;
      if (asked == expression) break;  // the same for all
    }
    return false;
  }

  std::unique_ptr<RunningDemo> demo_;
  std::unique_ptr<PrometheusServer> prometheus_;
};

// What an expression adds up from must be there as well: a sum or an `or` hides what is missing.
TEST_F(DashboardDataTest, IsThereForEachExpression) {
  std::map<std::string, std::string> without_data;  // to where it is
  for (const std::string_view name : kDashboards) {
    const auto expressions = ExpressionsOf(LoadDashboard(name));
    EXPECT_GT(expressions.size(), 50U);
    for (const auto& [where, text] : expressions) {
      without_data.emplace(text, where);
      for (const std::string& part : SelectorsIn(text)) without_data.emplace(part, where);
    }
  }
  EXPECT_TRUE(WaitUntil(
      [&] {
        std::erase_if(without_data, [&](const auto& entry) { return HasData(entry.first); });
        return without_data.empty();
      },
      kPatience));
  for (const auto& [text, where] : without_data) ADD_FAILURE() << where << ":\n" << text;
}

}  // namespace
}  // namespace stapling::testing
