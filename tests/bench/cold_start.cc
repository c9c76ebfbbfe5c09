#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/cpu_clock.h"
#include "tests/bench/programs.h"
#include "tests/bench/sections.h"
#include "tests/integration/real_server.h"
#include "tests/integration/site.h"
#include "tests/support/free_port.h"
#include "tests/support/process.h"

namespace stapling::bench {
namespace {

using Clock = std::chrono::steady_clock;
using testing::Process;
using testing::Site;

// How a program is started and what is asked of it.
struct Starter {
  ProgramSpec spec;
  std::string ready;  // a path that answers 200 once it serves
};

struct Start {
  double ready = 0;  // seconds from exec
  double probed = 0;
  double idle_bytes = 0;    // when ready
  double probed_bytes = 0;  // after the first probe
};

double Since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Asks until it answers 200; false when it has ended or takes too long.
bool AskUntilReady(const Process& process, std::uint16_t port, const std::string& path) {
  const auto end = Clock::now() + std::chrono::seconds(30);
  while (Clock::now() < end && process.Running()) {
    Scraper scraper(port);
    const auto page = scraper.Get(path);
    if (page && page->status == 200) return true;
    std::this_thread::sleep_for(std::chrono::microseconds(500));
  }
  return false;
}

Result<Start> StartOnce(const Starter& starter, const std::string& target) {
  const std::uint16_t port = testing::FreePort();
  std::vector<std::string> command = starter.spec.command;
  command.push_back("--web.listen-address=127.0.0.1:" + std::to_string(port));
  Start start;
  const auto began = Clock::now();
  const auto process = Process::Start({.arguments = command});
  if (!process) return Error{process.error()};
  if (!AskUntilReady(**process, port, starter.ready)) {
    return Error{starter.spec.name + " is not ready; it said: " + (*process)->Errors()};
  }
  start.ready = Since(began);
  const auto idle = ResidentBytes((*process)->pid());
  const auto probe_began = Clock::now();
  Scraper scraper(port);
  const auto page = scraper.Get(starter.spec.query + target);
  start.probed = start.ready + Since(probe_began);
  const auto probed = ResidentBytes((*process)->pid());
  if (!idle || !probed) return Error{starter.spec.name + " ended after its first probe"};
  if (!page || page->status != 200) return Error{starter.spec.name + " answers no probe"};
  start.idle_bytes = static_cast<double>(*idle);
  start.probed_bytes = static_cast<double>(*probed);
  return start;
}

struct Series {
  std::vector<double> ready;
  std::vector<double> probed;
  std::vector<double> idle;
  std::vector<double> after;

  void Add(const Start& start) {
    constexpr double kMebi = 1024.0 * 1024.0;
    ready.push_back(start.ready * 1e3);
    probed.push_back(start.probed * 1e3);
    idle.push_back(start.idle_bytes / kMebi);
    after.push_back(start.probed_bytes / kMebi);
  }
};

}  // namespace

std::optional<Error> MeasureStart(const Settings& settings, Table& table) {
  const std::size_t rounds = Count(settings, 1, 8, 25);
  const Site site;
  const auto server = testing::StartNginx(
      site, testing::ServerTls::k13, site.WriteBytes("good.der", BuildOcspResponse(site.Good())));
  if (!server) return Error{server.error()};
  // Built-in modules, and the certificate authorities of the system.
  std::vector<Starter> starters = {{.spec = {.name = "exporter",
                                             .command = {settings.exporter},
                                             .query = "/probe?module=tls&target="},
                                    .ready = "/-/ready"}};
  for (const ProgramSpec& peer : PeerSpecs(settings, site.directory(), site.CaFile())) {
    starters.push_back({.spec = peer, .ready = "/"});
  }
  std::vector<Series> series(starters.size());
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < starters.size(); ++i) {
      const auto start = StartOnce(starters[i], (*server)->Target());
      if (!start) return Error{start.error()};
      series[i].Add(*start);
    }
  }
  table.Section("Start, with built-in modules and the system's certificate authorities");
  for (std::size_t i = 0; i < starters.size(); ++i) {
    const std::string& name = starters[i].spec.name;
    table.Add(name + ": from exec until it is ready", series[i].ready, "ms");
    table.Add(name + ": from exec to the answer of a first probe", series[i].probed, "ms");
    table.Add(name + ": resident when ready", series[i].idle, "MiB");
    table.Add(name + ": resident after the first probe", series[i].after, "MiB");
  }
  for (std::size_t i = 1; i < starters.size(); ++i) {
    const std::string name = starters[i].spec.name + " / exporter: ";
    table.Add(name + "until it is ready", Ratios(series[i].ready, series[0].ready), kTimes);
    table.Add(name + "resident when ready", Ratios(series[i].idle, series[0].idle), kTimes);
  }
  return std::nullopt;
}

}  // namespace stapling::bench
