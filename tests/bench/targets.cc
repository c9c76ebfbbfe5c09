#include <memory>
#include <string>
#include <vector>

#include "tests/bench/cpu_clock.h"
#include "tests/bench/named_sites.h"
#include "tests/bench/pairs.h"
#include "tests/bench/programs.h"
#include "tests/bench/sections.h"
#include "tests/integration/site.h"

namespace stapling::bench {
namespace {

using testing::Site;

// So that each number of targets has every one of its targets probed before it counts.
std::optional<Error> ProbeOnce(const ScrapedProgram& program,
                               const std::vector<std::string>& targets) {
  Scrapes all("each target once", program, targets);
  const auto done = all.Run(targets.size(), 4);
  return done ? std::nullopt : std::optional<Error>(Error{done.error()});
}

std::optional<Error> MeasureNumber(const Settings& settings, const Site& site,
                                   const NamedSites& sites, Table& table) {
  std::vector<std::unique_ptr<ScrapedProgram>> programs;
  Pairs pairs;
  for (std::size_t count = 1; count <= sites.count(); count *= 10) {
    const std::string name = std::to_string(count) + (count == 1 ? " target" : " targets");
    auto program = ScrapedProgram::Start(
        ExporterSpec(settings, site.directory(), site.CaFile(), {.name = "exporter of " + name}));
    if (!program) return Error{program.error()};
    programs.push_back(std::move(program).value());
    const std::vector<std::string> targets = sites.Targets(count);
    if (auto error = ProbeOnce(*programs.back(), targets)) return error;
    pairs.Add(name, std::make_unique<Scrapes>(name, *programs.back(), targets), nullptr);
  }
  return pairs.Run({.rounds = Count(settings, 1, 20, 60), .batch = Count(settings, 4, 16, 32)},
                   "CPU of a probe, by the number of targets that take turns", table);
}

std::optional<Error> MeasureGrowth(const Settings& settings, const Site& site,
                                   const NamedSites& sites, Table& table) {
  constexpr double kMebi = 1024.0 * 1024.0;
  const auto program = ScrapedProgram::Start(
      ExporterSpec(settings, site.directory(), site.CaFile(), {.name = "exporter that may grow"}));
  if (!program) return Error{program.error()};
  const std::size_t targets = std::min<std::size_t>(sites.count(), 1000);
  Scrapes scrapes("scrapes", **program, sites.Targets(targets));
  table.Section("Resident memory after many scrapes of " + std::to_string(targets) + " targets");
  std::size_t done = 0;
  std::vector<double> first;
  for (const std::size_t until :
       {Count(settings, 10, 1000, 1000), Count(settings, 20, 10000, 10000),
        Count(settings, 40, 20000, 100000)}) {
    const auto run = scrapes.Run(until - done, 8);
    if (!run) return Error{run.error()};
    done = until;
    const auto bytes = ResidentBytes((*program)->pid());
    if (!bytes) return Error{bytes.error()};
    const std::vector<double> now = {static_cast<double>(*bytes)};
    if (first.empty()) first = now;
    const std::string name = "after " + std::to_string(until) + " scrapes";
    table.Add(name, Scaled(now, 1 / kMebi), "MiB");
    if (until > 1000) table.Add(name + " / after the first thousand", Ratios(now, first), kTimes);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Error> MeasureTargets(const Settings& settings, Table& table) {
  const Site site;
  const auto sites = NamedSites::Start(site.pki, Count(settings, 10, 1000, 10000));
  if (!sites) return Error{sites.error()};
  if (auto error = MeasureNumber(settings, site, **sites, table)) return error;
  return MeasureGrowth(settings, site, **sites, table);
}

}  // namespace stapling::bench
