#include <algorithm>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/cpu_clock.h"
#include "tests/bench/named_sites.h"
#include "tests/bench/programs.h"
#include "tests/bench/sections.h"
#include "tests/integration/real_server.h"
#include "tests/integration/site.h"
#include "tests/support/http_get.h"
#include "tests/support/wait_until.h"

namespace stapling::bench {
namespace {

using testing::RealServer;
using testing::Site;
using Json = nlohmann::json;

constexpr const char* kTotal = "prometheus_target_interval_length_seconds";

// How many targets how often, and for how long it is watched once all were scraped.
struct Watch {
  std::size_t targets;
  int interval;  // seconds
  int time;
};

void WriteConfiguration(const testing::TempDir& directory, const Watch& watch,
                        const NamedSites& sites, const ScrapedProgram& program) {
  Json names = Json::array();
  for (std::size_t i = 0; i < watch.targets; ++i) names.push_back(sites.Name(i));
  directory.Write("targets.json", Json::array({{{"targets", names}}}).dump());
  const std::string timeout = std::to_string(std::min(watch.interval, 10));
  directory.Write("prometheus.yml",
                  "global: {scrape_interval: " + std::to_string(watch.interval) +
                      "s, scrape_timeout: " + timeout +
                      "s}\nscrape_configs:\n- job_name: probes\n  metrics_path: /probe\n"
                      "  params: {module: [bench], target: [\"" +
                      sites.Address() +
                      "\"]}\n  file_sd_configs: [{files: [targets.json]}]\n  relabel_configs:\n"
                      "  - {source_labels: [__address__], target_label: __param_hostname}\n"
                      "  - {source_labels: [__address__], target_label: instance}\n"
                      "  - {target_label: __address__, replacement: \"127.0.0.1:" +
                      std::to_string(program.port()) + "\"}\n");
}

testing::StartedServer StartPrometheus(const testing::TempDir& directory) {
  return RealServer::Start([&](std::uint16_t port) -> std::vector<std::string> {
    return {testing::FindProgram("prometheus"), "--config.file=" + directory.Path("prometheus.yml"),
            "--storage.tsdb.path=" + directory.Path("data"), "--log.level=warn",
            "--web.listen-address=127.0.0.1:" + std::to_string(port)};
  });
}

// Of a query with one number for an answer; nothing while there is none.
std::optional<double> Ask(const RealServer& prometheus, const std::string& expression) {
  const auto response =
      testing::SendHttp({.port = prometheus.port(),
                         .path = "/api/v1/query?query=" + testing::UrlEncode(expression),
                         .timeout = std::chrono::seconds(60)});
  if (!response || response->status != 200) return std::nullopt;
  const Json answer = Json::parse(response->body, nullptr, /*allow_exceptions=*/false);
  if (answer.is_discarded()) return std::nullopt;
  const Json& results = answer["data"]["result"];
  if (results.size() != 1) return std::nullopt;
  return std::stod(results[0]["value"][1].get<std::string>());
}

void AddAnswer(Table& table, const RealServer& prometheus, const std::string& figure,
               const std::string& expression, const std::string& unit) {
  if (const auto value = Ask(prometheus, expression)) {
    table.Add(figure, {*value}, unit);
  } else {
    table.Note(figure + ": no answer");
  }
}

// The greatest of Prometheus's own quantiles of the time between two scrapes of a target.
void AddInterval(Table& table, const RealServer& prometheus, const Watch& watch) {
  const auto page = testing::HttpGet(prometheus.port(), "/metrics");
  if (!page) return;
  const std::string series = std::string("\n") + kTotal + "{interval=\"" +
                             std::to_string(watch.interval) + "s\",quantile=\"0.99\"} ";
  const std::size_t at = page->body.find(series);
  if (at == std::string::npos) return;
  const double seconds = std::stod(page->body.substr(at + series.size(), 32));
  table.Add("p99 of the time between two scrapes / interval", {seconds / watch.interval}, kTimes);
}

}  // namespace

std::optional<Error> MeasurePrometheus(const Settings& settings, Table& table) {
  const Watch watch = By(settings, Watch{20, 2, 4}, Watch{2000, 30, 60}, Watch{10000, 30, 120});
  const Site site;
  const auto sites = NamedSites::Start(site.pki, watch.targets);
  if (!sites) return Error{sites.error()};
  const auto program =
      ScrapedProgram::Start(ExporterSpec(settings, site.directory(), site.CaFile()));
  if (!program) return Error{program.error()};
  WriteConfiguration(site.directory(), watch, **sites, **program);
  const auto prometheus = StartPrometheus(site.directory());
  if (!prometheus) return Error{prometheus.error()};
  const auto targets = static_cast<double>(watch.targets);
  const bool begun = testing::WaitUntil([&] { return Ask(**prometheus, "count(up)") == targets; },
                                        std::chrono::seconds(3 * watch.interval + 60));
  if (!begun) return Error{"Prometheus has not scraped every target after three intervals"};

  const auto before = CpuSeconds((*program)->pid());
  std::this_thread::sleep_for(std::chrono::seconds(watch.time));
  const auto after = CpuSeconds((*program)->pid());
  const auto resident = ResidentBytes((*program)->pid());
  if (!before || !after || !resident) return Error{"the exporter ended"};

  const std::string window = "[" + std::to_string(watch.time) + "s]";
  table.Section(std::to_string(watch.targets) + " targets every " + std::to_string(watch.interval) +
                " s by Prometheus, for " + std::to_string(watch.time) + " s");
  AddAnswer(table, **prometheus, "scrapes", "sum(count_over_time(up" + window + "))", "");
  AddAnswer(table, **prometheus, "scrapes that failed",
            "sum(count_over_time(up" + window + ") - sum_over_time(up" + window + "))", "");
  AddAnswer(table, **prometheus, "probes that did not succeed",
            "sum(count_over_time(probe_success" + window + ") - sum_over_time(probe_success" +
                window + "))",
            "");
  AddAnswer(table, **prometheus, "p99 of a scrape's duration",
            "quantile(0.99, max_over_time(scrape_duration_seconds" + window + ")) * 1000", "ms");
  AddAnswer(table, **prometheus, "longest scrape",
            "max(max_over_time(scrape_duration_seconds" + window + ")) * 1000", "ms");
  AddInterval(table, **prometheus, watch);
  const double cores = (*after - *before) / watch.time;
  table.Add("CPU of the exporter", {cores}, "cores");
  table.Add("CPU of the exporter / scrape", {cores * watch.interval / targets * 1e3}, "ms");
  table.Add("resident memory of the exporter", {static_cast<double>(*resident) / 1048576}, "MiB");
  return std::nullopt;
}

}  // namespace stapling::bench
