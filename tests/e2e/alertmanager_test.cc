// deploy/alertmanager/alertmanager.yml under a real Alertmanager: who is told, and which alerts are
// silent under their cause. The alerts are those that promtool saw fire together.
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "tests/e2e/alertmanager_server.h"
#include "tests/support/process.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

constexpr auto kPatience = std::chrono::seconds(20);
constexpr const char* kConfiguration = SOURCE_DIRECTORY "/deploy/alertmanager/alertmanager.yml";

std::string ReadFile(const char* name) {
  std::ifstream file(name);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

ProcessResult Amtool(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "amtool");
  auto run = RunProcess({.arguments = std::move(arguments)});
  EXPECT_TRUE(run.ok()) << run.error();
  return run.ok() ? *run : ProcessResult{.exit_status = -1};
}

TEST(Amtool, AcceptsTheConfiguration) {
  const ProcessResult checked = Amtool({"check-config", kConfiguration});
  EXPECT_EQ(checked.exit_status, 0) << checked.output << checked.errors;
}

TEST(Amtool, RoutesBySeverity) {
  struct Row {
    std::vector<std::string> labels;
    const char* receiver;
  };
  const Row rows[] = {
      {{"alertname=OcspStapleInvalid", "severity=critical", "instance=a:443"}, "on_call"},
      {{"alertname=OcspExporterDown", "severity=critical", "instance=b:6960"}, "on_call"},
      {{"alertname=OcspStapleExpiring", "severity=warning", "instance=a:443"}, "tickets"},
      {{"alertname=OcspResponderDown", "severity=warning", "url=http://c/"}, "tickets"},
      {{"alertname=OfSomethingElse"}, "tickets"},
  };
  for (const Row& row : rows) {
    std::vector<std::string> arguments{"config", "routes", "test",
                                       std::string("--config.file=") + kConfiguration,
                                       std::string("--verify.receivers=") + row.receiver};
    arguments.insert(arguments.end(), row.labels.begin(), row.labels.end());
    const ProcessResult routed = Amtool(arguments);
    EXPECT_EQ(routed.exit_status, 0) << row.labels[0] << ": " << routed.output << routed.errors;
  }
}

// What tells two alerts of one situation apart: "OcspStapleInvalid all_addresses 192.0.2.1".
std::string NameOf(const AlertLabels& labels) {
  std::string name = labels.at("alertname");
  for (const char* label : {"module", "address", "exporter"}) {
    if (const auto found = labels.find(label); found != labels.end()) name += " " + found->second;
  }
  return name;
}

std::multiset<std::string> NamesOf(const std::vector<AlertLabels>& alerts) {
  std::multiset<std::string> names;
  for (const AlertLabels& labels : alerts) names.insert(NameOf(labels));
  return names;
}

std::vector<AlertLabels> AlertsOfSituation(const std::string& name) {
  std::vector<AlertLabels> alerts;
  const YAML::Node file =
      YAML::LoadFile(SOURCE_DIRECTORY "/deploy/prometheus/tests/inhibition.yml");
  for (const YAML::Node& test : file["tests"]) {
    if (test["name"].as<std::string>() != name) continue;
    for (const YAML::Node& expected : test["alert_rule_test"]) {
      for (const YAML::Node& alert : expected["exp_alerts"]) {
        auto labels = alert["exp_labels"].as<AlertLabels>();
        labels["alertname"] = expected["alertname"].as<std::string>();
        alerts.push_back(std::move(labels));
      }
    }
  }
  return alerts;
}

struct Situation {
  const char* name;
  std::multiset<std::string> told;
  std::size_t fire;
};

void PrintTo(const Situation& situation, std::ostream* out) { *out << situation.name; }

class Inhibition : public ::testing::TestWithParam<Situation> {};

TEST_P(Inhibition, LeavesTheCauses) {
  const auto alertmanager = AlertmanagerServer::Start(ReadFile(kConfiguration));
  ASSERT_NE(alertmanager, nullptr);
  const std::vector<AlertLabels> firing = AlertsOfSituation(GetParam().name);
  ASSERT_EQ(firing.size(), GetParam().fire);
  alertmanager->Fire(firing);
  const auto knows_all = [&] {
    return alertmanager->Alerts(/*with_inhibited=*/true).size() == firing.size();
  };
  ASSERT_TRUE(WaitUntil(knows_all, kPatience));
  std::multiset<std::string> told;
  const auto tells_the_causes = [&] {
    told = NamesOf(alertmanager->Alerts(/*with_inhibited=*/false));
    return told == GetParam().told;
  };
  EXPECT_TRUE(WaitUntil(tells_the_causes, kPatience)) << ::testing::PrintToString(told);
}

INSTANTIATE_TEST_SUITE_P(
    Alertmanager, Inhibition,
    ::testing::Values(
        Situation{"exporter down",
                  {"OcspExporterDown 127.0.0.1:6960", "OcspStapleNearlyExpired tls 127.0.0.1:6961"},
                  6},
        Situation{"scrape failing",
                  {"OcspProbeScrapeFailing tls 127.0.0.1:6960",
                   "OcspStapleInvalid strict 127.0.0.1:6960"},
                  3},
        Situation{
            "probe failing",
            {"OcspProbeFailing tls 127.0.0.1:6960", "OcspProbeFailing all_addresses 127.0.0.1:6960",
             "OcspStapleInvalid all_addresses 192.0.2.1 127.0.0.1:6960",
             "OcspStapleInvalid strict 127.0.0.1:6960"},
            5},
        Situation{"one exporter failing",
                  {"OcspProbeFailing tls 127.0.0.1:6960", "OcspStapleInvalid tls 127.0.0.1:6961"},
                  2},
        Situation{"one address failing",
                  {"OcspProbeFailing all_addresses", "OcspStapleAddressesDisagree all_addresses",
                   "OcspStapleInvalid all_addresses 192.0.2.1",
                   "OcspStapleInvalid all_addresses 2001:db8::1"},
                  4},
        Situation{"staple expired", {"OcspStapleInvalid tls"}, 4},
        Situation{"must-staple without a responder",
                  {"OcspCertificateMustStapleWithoutResponder tls"},
                  3},
        Situation{"revoked", {"OcspCertificateRevoked tls"}, 2}),
    [](const auto& row) {
      std::string name = row.param.name;
      std::replace_if(
          name.begin(), name.end(), [](char c) { return c == ' ' || c == '-'; }, '_');
      return name;
    });

}  // namespace
}  // namespace stapling::testing
