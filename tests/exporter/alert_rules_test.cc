// The alerts say what an alert has to say, and each is tested.
#include "tests/exporter/alert_rules.h"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>

namespace stapling::exporter {
namespace {

using testing::AlertRule;
using testing::AlertRules;
using testing::ReadAlertRules;

constexpr std::size_t kAlerts = 26;

TEST(AlertRules, RecordNothingThatNoAlertUses) {
  const AlertRules rules = ReadAlertRules();
  ASSERT_FALSE(rules.recordings.empty());
  for (const auto& [name, expression] : rules.recordings) {
    const auto uses = [&name = name](const AlertRule& alert) {
      return alert.expression.find(name) != std::string::npos;
    };
    EXPECT_TRUE(std::ranges::any_of(rules.alerts, uses)) << name;
  }
}

TEST(AlertRules, SayHowBadWhatAndWhy) {
  const AlertRules rules = ReadAlertRules();
  ASSERT_EQ(rules.alerts.size(), kAlerts);
  std::set<std::string> names;
  for (const AlertRule& alert : rules.alerts) {
    SCOPED_TRACE(alert.name);
    EXPECT_TRUE(names.insert(alert.name).second);
    EXPECT_TRUE(alert.severity == "critical" || alert.severity == "warning") << alert.severity;
    EXPECT_FALSE(alert.annotations.at("summary").empty());
    const std::string& description = alert.annotations.at("description");
    const bool of_exporter = alert.name.starts_with("OcspExporter");
    EXPECT_TRUE(of_exporter ||
                std::regex_search(description, std::regex("Verdicts?|Reason|verdict")))
        << description;
    EXPECT_TRUE(std::regex_search(description, std::regex("\\$labels\\.(instance|url)")))
        << description;
  }
}

// How often a unit test expects each alert to fire, and to be silent.
struct Expectations {
  int fires = 0;
  int silent = 0;
};

std::map<std::string, Expectations> UnitTests() {
  std::map<std::string, Expectations> all;
  for (const auto& file :
       std::filesystem::directory_iterator(STAPLING_SOURCE_DIRECTORY "/deploy/prometheus/tests")) {
    const YAML::Node tests = YAML::LoadFile(file.path().string())["tests"];
    for (const YAML::Node& test : tests) {
      for (const YAML::Node& expected : test["alert_rule_test"]) {
        Expectations& counts = all[expected["alertname"].as<std::string>()];
        ++(expected["exp_alerts"].size() > 0 ? counts.fires : counts.silent);
      }
    }
  }
  return all;
}

TEST(AlertRules, EachIsSeenToFireAndToBeSilent) {
  std::map<std::string, Expectations> tests = UnitTests();
  for (const AlertRule& alert : ReadAlertRules().alerts) {
    EXPECT_GT(tests[alert.name].fires, 0) << alert.name;
    EXPECT_GT(tests[alert.name].silent, 0) << alert.name;
  }
  EXPECT_EQ(tests.size(), kAlerts) << "a test names an alert that does not exist";
}

}  // namespace
}  // namespace stapling::exporter
