// A real Prometheus scrapes the demo fleet through the configurations that we show, and answers
// queries with the right verdicts.
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "deploy/demo/fleet.h"
#include "deploy/demo/fleet_files.h"
#include "tests/e2e/prometheus_server.h"
#include "tests/e2e/running_demo.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

using demo::DemoServer;
using demo::DemoServers;

constexpr auto kPatience = std::chrono::seconds(60);
// One series each, also of the server that is probed in several ways.
constexpr const char* kLeafVerdicts =
    "group without (address, tls_version, key_type) (ocsp_staple_verdict_info{depth=\"0\"} == 1)";

// Where the exporter listens in every configuration that we show.
constexpr const char* kShownExporter = "127.0.0.1:6960";

void ReplaceAll(std::string& text, const std::string& from, const std::string& to) {
  ASSERT_NE(text.find(from), std::string::npos) << from << " is not in\n" << text;
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

std::string ReadFile(const std::string& name) {
  std::ifstream file(name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// {instance, module} to verdict.
using Verdicts = std::map<std::pair<std::string, std::string>, std::string>;

Verdicts VerdictsIn(const std::vector<Series>& all) {
  Verdicts verdicts;
  for (const Series& series : all) {
    verdicts[{series.labels.at("instance"), series.labels.at("module")}] =
        series.labels.at("verdict");
  }
  return verdicts;
}

Verdicts WaitForVerdicts(const PrometheusServer& prometheus, std::size_t count) {
  std::vector<Series> all;
  EXPECT_TRUE(WaitUntil(
      [&] {
        all = prometheus.Query(kLeafVerdicts);
        return all.size() >= count;
      },
      kPatience))
      << all.size() << " of " << count << " series came";
  EXPECT_EQ(all.size(), count);
  return VerdictsIn(all);
}

TEST(Prometheus, ScrapesTheFleetThroughItsOwnConfiguration) {
  const auto demo = RunningDemo::Start();
  ASSERT_NE(demo, nullptr);
  std::string configuration = demo->directory().Read(demo::kPrometheusConfiguration);
  ReplaceAll(configuration, kShownExporter, demo->exporter());
  ReplaceAll(configuration, "scrape_interval: 5s", "scrape_interval: 1s");
  const auto prometheus = PrometheusServer::Start(configuration);
  ASSERT_NE(prometheus, nullptr);

  const Verdicts verdicts = WaitForVerdicts(*prometheus, DemoServers().size());
  for (std::size_t i = 0; i < DemoServers().size(); ++i) {
    const DemoServer& server = DemoServers()[i];
    SCOPED_TRACE(server.name);
    const auto found = verdicts.find({demo->addresses()[i], std::string(server.module)});
    ASSERT_NE(found, verdicts.end());
    EXPECT_EQ(found->second, server.verdict);
  }
  // Three good ones, one whose CA alone says revoked, and one that need not staple.
  EXPECT_EQ(prometheus->Query("probe_success == 1").size(), 5U);
  EXPECT_EQ(prometheus->Query("probe_failure_info").size(), DemoServers().size() - 5);
  const auto exporter_is_up = [&] {
    return prometheus->Query("up{job=\"ocsp_stapling_exporter\"} == 1").size() == 1;
  };
  EXPECT_TRUE(WaitUntil(exporter_is_up, kPatience));
}

// What the relabelling is for: a server whose answer one module accepts and another finds too old.
TEST(Prometheus, KeepsTwoModulesOnOneTargetApart) {
  const auto demo = RunningDemo::Start();
  ASSERT_NE(demo, nullptr);
  const std::string target = demo->AddressOf("too_old");
  std::string configuration = ReadFile(SOURCE_DIRECTORY "/deploy/prometheus/prometheus.yml");
  ReplaceAll(configuration, kShownExporter, demo->exporter());
  ReplaceAll(configuration, "scrape_interval: 1m", "scrape_interval: 1s");
  ReplaceAll(configuration, "scrape_timeout: 10s", "scrape_timeout: 1s");
  ReplaceAll(configuration, "www.example.org:443", target);
  ReplaceAll(configuration, "          __param_module: tls\n",
             "          __param_module: demo\n"
             "      - targets: [" +
                 target + "]\n        labels: {__param_module: demo_max_age}\n");
  const auto prometheus = PrometheusServer::Start(configuration);
  ASSERT_NE(prometheus, nullptr);

  const Verdicts verdicts = WaitForVerdicts(*prometheus, 2);
  EXPECT_EQ(verdicts,
            (Verdicts{{{target, "demo"}, "good"}, {{target, "demo_max_age"}, "too_old"}}));
}

// The first block of this language in a Markdown file.
std::string CodeBlock(const std::string& markdown, const std::string& language) {
  const std::string opening = "```" + language + "\n";
  const std::size_t start = markdown.find(opening);
  if (start == std::string::npos) return {};
  const std::size_t from = start + opening.size();
  return markdown.substr(from, markdown.find("```", from) - from);
}

TEST(Prometheus, ScrapesThroughTheConfigurationOfTheReadme) {
  const auto demo = RunningDemo::Start();
  ASSERT_NE(demo, nullptr);
  const std::string good = demo->AddressOf("good");
  const std::string revoked = demo->AddressOf("revoked");
  std::string configuration = CodeBlock(ReadFile(SOURCE_DIRECTORY "/README.md"), "yaml");
  ReplaceAll(configuration, kShownExporter, demo->exporter());
  ReplaceAll(configuration, "\"www.example.org:443\", \"mail.example.org:465\"",
             "\"" + good + "\", \"" + revoked + "\"");
  ReplaceAll(configuration, "module: [tls]", "module: [demo]");
  const auto prometheus =
      PrometheusServer::Start("global:\n  scrape_interval: 1s\n" + configuration);
  ASSERT_NE(prometheus, nullptr);

  const Verdicts verdicts = WaitForVerdicts(*prometheus, 2);
  EXPECT_EQ(verdicts, (Verdicts{{{good, "demo"}, "good"}, {{revoked, "demo"}, "revoked"}}));
}

}  // namespace
}  // namespace stapling::testing
