#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/hung_probes.h"
#include "tests/bench/programs.h"
#include "tests/bench/sections.h"
#include "tests/integration/real_server.h"
#include "tests/integration/site.h"

namespace stapling::bench {
namespace {

using Clock = std::chrono::steady_clock;
using testing::Site;

constexpr std::chrono::milliseconds kInterval{20};  // fifty a second

// Seconds that each of `count` scrapes took, started at a fixed rate: one that is late delays none
// of those that come after it more than it must.
Result<std::vector<double>> Latencies(const ScrapedProgram& program, const std::string& target,
                                      std::size_t count) {
  Scraper scraper(program.port());
  std::vector<double> seconds;
  auto next = Clock::now();
  for (std::size_t i = 0; i < count; ++i) {
    std::this_thread::sleep_until(next);
    const auto start = Clock::now();
    if (auto error = program.Scrape(scraper, target)) return *std::move(error);
    seconds.push_back(std::chrono::duration<double>(Clock::now() - start).count());
    next = std::max(next + kInterval, Clock::now());
  }
  return seconds;
}

// By round.
struct Quantiles {
  std::vector<double> half;
  std::vector<double> most;

  void Add(const std::vector<double>& seconds) {
    half.push_back(Quantile(seconds, 0.5));
    most.push_back(Quantile(seconds, 0.99));
  }
};

}  // namespace

std::optional<Error> MeasureHungLatency(const Settings& settings, Table& table) {
  const std::size_t hung_count = Count(settings, 20, 1000, 1000);
  const std::size_t rounds = Count(settings, 1, 4, 10);
  const std::size_t per_round = Count(settings, 5, 150, 300);
  const Site site;
  const auto server = testing::StartNginx(
      site, testing::ServerTls::k13, site.WriteBytes("good.der", BuildOcspResponse(site.Good())));
  if (!server) return Error{server.error()};
  const auto program =
      ScrapedProgram::Start(ExporterSpec(settings, site.directory(), site.CaFile()));
  if (!program) return Error{program.error()};

  Quantiles alone;
  Quantiles beside;
  for (std::size_t round = 0; round < rounds; ++round) {
    const auto quiet = Latencies(**program, (*server)->Target(), per_round);
    if (!quiet) return Error{quiet.error()};
    alone.Add(*quiet);
    auto hung = HungProbes::Start(**program, hung_count);
    if (!hung) return Error{hung.error()};
    const auto crowded = Latencies(**program, (*server)->Target(), per_round);
    if (!crowded) return Error{crowded.error()};
    beside.Add(*crowded);
    if (auto error = hung->End()) return error;
  }
  const std::string number = std::to_string(hung_count);
  table.Section("Latency of a healthy probe, fifty a second, alone and beside " + number +
                " hung ones");
  table.Add("p50 alone", Scaled(alone.half, 1e3), "ms");
  table.Add("p50 beside hung probes", Scaled(beside.half, 1e3), "ms");
  table.Add("p99 alone", Scaled(alone.most, 1e3), "ms");
  table.Add("p99 beside hung probes", Scaled(beside.most, 1e3), "ms");
  table.Add("p50 beside / alone", Ratios(beside.half, alone.half), kTimes);
  table.Add("p99 beside / alone", Ratios(beside.most, alone.most), kTimes);
  return std::nullopt;
}

}  // namespace stapling::bench
