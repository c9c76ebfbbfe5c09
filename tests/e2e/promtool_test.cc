// What Prometheus' own linter says of what we export and of the configurations that we show.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "deploy/demo/fleet.h"
#include "deploy/demo/fleet_files.h"
#include "tests/e2e/running_demo.h"
#include "tests/support/http_get.h"
#include "tests/support/process.h"

namespace stapling::testing {
namespace {

void ExpectCleanMetrics(const std::string& text) {
  const auto checked = RunProcess({.arguments = {"promtool", "check", "metrics"}, .input = text});
  ASSERT_TRUE(checked.ok()) << checked.error();
  EXPECT_EQ(checked->exit_status, 0);
  EXPECT_EQ(checked->output + checked->errors, "") << text;
}

void ExpectSuccess(const std::vector<std::string>& arguments,
                   std::chrono::seconds timeout = std::chrono::seconds(30)) {
  const auto checked = RunProcess({.arguments = arguments}, timeout);
  ASSERT_TRUE(checked.ok()) << checked.error();
  EXPECT_EQ(checked->exit_status, 0) << checked->output << checked->errors;
}

void ExpectGoodConfiguration(const std::string& file) {
  ExpectSuccess({"promtool", "check", "config", file});
}

// The names of a directory's files that begin with `prefix`.
std::vector<std::string> FilesIn(const std::string& directory, const std::string& prefix) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_regular_file() && name.starts_with(prefix)) files.push_back(entry.path().string());
  }
  return files;
}

TEST(Promtool, FindsNothingWrongWithTheMetrics) {
  const auto demo = RunningDemo::Start();
  ASSERT_NE(demo, nullptr);
  for (std::size_t i = 0; i < demo->addresses().size(); ++i) {
    const demo::DemoServer& server = demo::DemoServers()[i];
    SCOPED_TRACE(server.name);
    const auto probe = HttpGet(demo->exporter_port(), "/probe?target=" + demo->addresses()[i] +
                                                          "&module=" + std::string(server.module));
    ASSERT_TRUE(probe.ok()) << probe.error();
    ASSERT_EQ(probe->status, 200) << probe->body;
    ExpectCleanMetrics(probe->body);
  }
  const auto metrics = HttpGet(demo->exporter_port(), "/metrics");
  ASSERT_TRUE(metrics.ok()) << metrics.error();
  ExpectCleanMetrics(metrics->body);
}

TEST(Promtool, AcceptsTheConfigurations) {
  const std::string directory = SOURCE_DIRECTORY "/deploy/prometheus";
  ExpectGoodConfiguration(directory + "/prometheus.yml");
  ExpectGoodConfiguration(directory + "/sharding.yml");
  const std::vector<std::string> examples = FilesIn(directory, "scrape-");
  EXPECT_EQ(examples.size(), 4U);
  for (const std::string& example : examples) ExpectGoodConfiguration(example);
  const auto demo = RunningDemo::Start();
  ASSERT_NE(demo, nullptr);
  ExpectGoodConfiguration(demo->directory().Path(demo::kPrometheusConfiguration));
}

TEST(Promtool, AcceptsTheRules) {
  ExpectSuccess({"promtool", "check", "rules", "--lint=all", "--lint-fatal",
                 SOURCE_DIRECTORY "/deploy/prometheus/ocsp_stapling.rules.yml"});
}

TEST(Promtool, SeesEachAlertFireAndStaySilent) {
  std::vector<std::string> arguments{"promtool", "test", "rules"};
  for (std::string& file : FilesIn(SOURCE_DIRECTORY "/deploy/prometheus/tests", "")) {
    arguments.push_back(std::move(file));
  }
  ASSERT_GT(arguments.size(), 3U);
  ExpectSuccess(arguments, std::chrono::seconds(200));
}

}  // namespace
}  // namespace stapling::testing
