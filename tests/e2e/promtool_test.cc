// What Prometheus' own linter says of what we export and of the configurations that we show.
#include <gtest/gtest.h>

#include <string>

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

void ExpectGoodConfiguration(const std::string& file) {
  const auto checked = RunProcess({.arguments = {"promtool", "check", "config", file}});
  ASSERT_TRUE(checked.ok()) << checked.error();
  EXPECT_EQ(checked->exit_status, 0) << checked->output << checked->errors;
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
  ExpectGoodConfiguration(SOURCE_DIRECTORY "/deploy/prometheus/prometheus.yml");
  const auto demo = RunningDemo::Start();
  ASSERT_NE(demo, nullptr);
  ExpectGoodConfiguration(demo->directory().Path(demo::kPrometheusConfiguration));
}

}  // namespace
}  // namespace stapling::testing
