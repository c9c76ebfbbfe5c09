// Two Prometheus servers with the sharding configuration that we show, each with an exporter of its
// own, share one list of targets: every target is scraped exactly once.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>

#include "deploy/demo/fleet.h"
#include "deploy/demo/fleet_files.h"
#include "tests/e2e/prometheus_server.h"
#include "tests/e2e/running_demo.h"
#include "tests/e2e/shown_text.h"
#include "tests/integration/exporter.h"
#include "tests/integration/samples.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

constexpr auto kPatience = std::chrono::seconds(60);

using Pair = std::pair<std::string, std::string>;  // instance, module
using Pairs = std::set<Pair>;

// All demo servers through all modules that do the handshake by OpenSSL, as file_sd has them.
std::string TargetsFile(const RunningDemo& demo) {
  nlohmann::json groups = nlohmann::json::array();
  for (const demo::DemoModule& module : demo::DemoModules()) {
    groups.push_back(
        {{"targets", demo.addresses()}, {"labels", {{"__param_module", module.name}}}});
  }
  return groups.dump();
}

Pairs AllPairs(const RunningDemo& demo) {
  Pairs pairs;
  for (const demo::DemoModule& module : demo::DemoModules()) {
    for (const std::string& address : demo.addresses()) pairs.emplace(address, module.name);
  }
  return pairs;
}

struct Shard {
  std::unique_ptr<Exporter> exporter;
  std::unique_ptr<PrometheusServer> prometheus;

  [[nodiscard]] Pairs Scraped() const {
    Pairs pairs;
    for (const Series& series : prometheus->Query("probe_success")) {
      pairs.emplace(series.labels.at("instance"), series.labels.at("module"));
    }
    return pairs;
  }

  // How many samples all series of this selector have together.
  [[nodiscard]] double Count(const std::string& selector) const {
    const auto sum = prometheus->Query("sum(count_over_time(" + selector + "[1h]))");
    return sum.empty() ? 0 : std::stod(sum.front().value);
  }

  // Scrapes of targets, be they successful or not.
  [[nodiscard]] double Scrapes() const { return Count("up{job=\"ocsp_stapling\"}"); }

  // How many probes the exporter says that it made.
  [[nodiscard]] double Probes() const {
    const Samples samples(exporter->Metrics());
    double probes = 0;
    for (const demo::DemoModule& module : demo::DemoModules()) {
      const std::string series =
          "ocsp_stapling_exporter_probes_total{module=\"" + std::string(module.name) + "\",result=";
      probes += samples.Value(series + "\"success\"}").value_or(0);
      probes += samples.Value(series + "\"failure\"}").value_or(0);
    }
    return probes;
  }
};

class TwoShards : public ::testing::Test {
 protected:
  void SetUp() override {
    demo_ = RunningDemo::Start();
    ASSERT_NE(demo_, nullptr);
    demo_->directory().Write("all_targets.json", TargetsFile(*demo_));
    for (std::size_t i = 0; i < shards_.size(); ++i) ASSERT_NO_FATAL_FAILURE(Start(i));
  }

  void Start(std::size_t number) {
    Shard& shard = shards_[number];
    auto exporter = Exporter::Start(demo_->directory().Read(demo::kExporterConfiguration));
    ASSERT_TRUE(exporter.ok()) << exporter.error();
    shard.exporter = std::move(exporter).value();
    std::string configuration = ReadShown("deploy/prometheus/sharding.yml");
    ReplaceAll(configuration, "regex: \"0\"", "regex: \"" + std::to_string(number) + "\"");
    ReplaceAll(configuration, "/etc/prometheus/ocsp_targets.json",
               demo_->directory().Path("all_targets.json"));
    ReplaceAll(configuration, kShownExporter,
               "127.0.0.1:" + std::to_string(shard.exporter->port()));
    ReplaceAll(configuration, "scrape_interval: 1m", "scrape_interval: 1s");
    ReplaceAll(configuration, "scrape_timeout: 10s", "scrape_timeout: 1s");
    shard.prometheus = PrometheusServer::Start(configuration);
    ASSERT_NE(shard.prometheus, nullptr);
  }

  std::unique_ptr<RunningDemo> demo_;
  std::array<Shard, 2> shards_;
};

// At least four scrapes of each pair, and one probe for each scrape.
void ExpectOneProbeForEachScrape(const Shard& shard, double pairs) {
  ASSERT_TRUE(WaitUntil([&] { return shard.Scrapes() >= 4 * pairs; }, kPatience));
  const double probes = shard.Probes();
  // Of each pair one scrape may be under way, its probe made and itself not stored yet.
  EXPECT_LE(probes, shard.Scrapes() + pairs);
  const double answered = shard.Count("probe_success");
  EXPECT_GE(shard.Probes(), answered);
}

TEST_F(TwoShards, ScrapeEachTargetExactlyOnce) {
  const Pairs expected = AllPairs(*demo_);
  std::array<Pairs, 2> scraped;
  const auto all_came = [&] {
    for (std::size_t i = 0; i < shards_.size(); ++i) scraped[i] = shards_[i].Scraped();
    return scraped[0].size() + scraped[1].size() >= expected.size();
  };
  ASSERT_TRUE(WaitUntil(all_came, kPatience))
      << scraped[0].size() << " + " << scraped[1].size() << " of " << expected.size();
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    SCOPED_TRACE(i);
    ExpectOneProbeForEachScrape(shards_[i], static_cast<double>(scraped[i].size()));
  }

  // Whatever should come has come several times by now.
  ASSERT_TRUE(all_came());
  EXPECT_FALSE(scraped[0].empty());
  EXPECT_FALSE(scraped[1].empty());
  Pairs either = scraped[0];
  either.insert(scraped[1].begin(), scraped[1].end());
  EXPECT_EQ(either, expected);
  EXPECT_EQ(scraped[0].size() + scraped[1].size(), expected.size()) << "some are in both";
}

TEST(Sharding, IsInTheGuideAsItIsInTheFile) {
  const std::string shown = CodeBlock(ReadShown("deploy/SCALING.md"), "yaml");
  EXPECT_NE(shown.find("action: hashmod"), std::string::npos) << shown;
  EXPECT_NE(ReadShown("deploy/prometheus/sharding.yml").find(shown), std::string::npos) << shown;
}

}  // namespace
}  // namespace stapling::testing
