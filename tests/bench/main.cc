// The benchmark suite: runs the sections that were asked for and prints their table.
//
// tests/bench/run.sh builds and calls it.

#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <array>
#include <csignal>
#include <cstdio>
#include <exception>
#include <sstream>
#include <string>

#include "tests/bench/machine.h"
#include "tests/bench/sections.h"
#include "tests/integration/exporter.h"

namespace stapling::bench {
namespace {

struct Section {
  const char* name;
  const char* summary;
  std::optional<Error> (*measure)(const Settings& settings, Table& table);
  bool takes_minutes = false;  // left out of a quick run that does not ask for it
};

constexpr std::array<Section, 9> kSections = {{
    {"cost", "CPU of a probe, of the peers' probes and of a bare handshake", MeasureCost},
    {"memory", "Memory of a hung probe, the exporter's and the peers'", MeasureHungMemory},
    {"latency", "Latency of healthy probes while others hang", MeasureHungLatency},
    {"saturation", "Scrapes per second, and who burns the CPU", MeasureSaturation},
    {"start", "Time from exec to the first answers, and memory at rest", MeasureStart},
    {"judge", "CPU of the judge alone", MeasureJudge},
    {"variations", "CPU by chain, staple, keys, modules and combinations", MeasureVariations},
    {"targets", "CPU by the number of targets, and memory after many scrapes", MeasureTargets},
    {"prometheus", "Ten thousand targets every 30 s by a real Prometheus", MeasurePrometheus, true},
}};

bool Wanted(const Section& section, const Settings& settings) {
  if (!settings.only.empty()) return settings.only.contains(section.name);
  return settings.length != Length::kQuick || !section.takes_minutes;
}

std::string Names() {
  std::string names;
  for (const Section& section : kSections) {
    names += std::string("\n  ") + section.name +
             std::string(12 - std::string(section.name).size(), ' ') + section.summary;
  }
  return names;
}

bool Known(const std::string& name) {
  for (const Section& section : kSections) {
    if (name == section.name) return true;
  }
  return false;
}

// A thousand hung probes take a few descriptors each, here and in what is started from here.
void RaiseDescriptorLimit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int RunSections(const Settings& settings) {
  PrintMachine(settings);
  int failures = 0;
  Table table;
  for (const Section& section : kSections) {
    if (!Wanted(section, settings)) continue;
    if (const auto error = section.measure(settings, table)) {
      std::fflush(stdout);
      std::fprintf(stderr, "stapling_bench: %s: %s\n", section.name, error->sentence.c_str());
      ++failures;
    }
  }
  return failures == 0 ? 0 : 1;
}

int Main(int argc, char** argv) {
  Settings settings{.exporter = testing::ExporterPath()};
  bool quick = false;
  bool tiny = false;
  std::string only;
  CLI::App app("What a probe costs, as ratios that travel. Sections:" + Names());
  app.add_flag("--quick", quick, "Fewer rounds, and no section that takes minutes");
  app.add_flag("--tiny", tiny, "Only to see that everything runs: the figures say nothing");
  app.add_option("--only", only, "Sections to run, separated by commas");
  app.add_option("--exporter", settings.exporter, "The program to measure");
  app.add_option("--peers", settings.peers_directory, "Where else than in PATH peers may be");
  CLI11_PARSE(app, argc, argv);
  if (quick) settings.length = Length::kQuick;
  if (tiny) settings.length = Length::kTiny;
  std::istringstream names(only);
  for (std::string name; std::getline(names, name, ',');) {
    if (!Known(name)) {
      std::fprintf(stderr, "stapling_bench: there is no section \"%s\"; there are:%s\n",
                   name.c_str(), Names().c_str());
      return 2;
    }
    settings.only.insert(name);
  }
  std::signal(SIGPIPE, SIG_IGN);
  RaiseDescriptorLimit();
  return RunSections(settings);
}

}  // namespace
}  // namespace stapling::bench

int main(int argc, char** argv) {
  try {
    return stapling::bench::Main(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "stapling_bench: %s\n", e.what());
    return 1;
  }
}
