#include <chrono>
#include <string>
#include <vector>

#include "tests/bench/cpu_clock.h"
#include "tests/bench/hung_probes.h"
#include "tests/bench/programs.h"
#include "tests/bench/sections.h"
#include "tests/integration/real_server.h"
#include "tests/integration/site.h"
#include "tests/support/wait_until.h"

namespace stapling::bench {
namespace {

using testing::Site;

// Probes that a program has made before, so that what it allocates once is not counted.
constexpr std::size_t kWarmUp = 50;

// Once it has stopped growing: the same after a tenth of a second.
Result<double> SettledResidentBytes(pid_t process) {
  Result<std::size_t> last = std::size_t{0};
  auto asked = std::chrono::steady_clock::now();
  const bool settled = testing::WaitUntil(
      [&] {
        if (std::chrono::steady_clock::now() < asked + std::chrono::milliseconds(100)) return false;
        asked = std::chrono::steady_clock::now();
        const Result<std::size_t> now = ResidentBytes(process);
        const bool same = !now || (last && *last == *now);
        last = now;
        return same;
      },
      std::chrono::seconds(20));
  if (!last) return Error{last.error()};
  if (!settled) return Error{"the memory of a process with hung probes does not settle"};
  return static_cast<double>(*last);
}

// In a process of its own, which ends with it: memory that was used once may stay.
Result<double> BytesOfHungProbe(const ProgramSpec& spec, const std::string& healthy,
                                std::size_t count) {
  const auto program = ScrapedProgram::Start(spec);
  if (!program) return Error{program.error()};
  Scrapes warm_up(spec.name, **program, {healthy});
  if (const auto done = warm_up.Run(kWarmUp, 2); !done) return done;
  const auto before = SettledResidentBytes((*program)->pid());
  if (!before) return before;
  const auto hung = HungProbes::Start(**program, count);
  if (!hung) return Error{hung.error()};
  const auto after = SettledResidentBytes((*program)->pid());
  if (!after) return after;
  return (*after - *before) / static_cast<double>(count);
}

}  // namespace

std::optional<Error> MeasureHungMemory(const Settings& settings, Table& table) {
  const std::size_t count = Count(settings, 20, 500, 500);
  const std::size_t rounds = Count(settings, 1, 3, 5);
  const Site site;
  const auto server = testing::StartNginx(
      site, testing::ServerTls::k13, site.WriteBytes("good.der", BuildOcspResponse(site.Good())));
  if (!server) return Error{server.error()};
  std::vector<ProgramSpec> specs = {ExporterSpec(settings, site.directory(), site.CaFile())};
  for (auto& peer : PeerSpecs(settings, site.directory(), site.CaFile())) specs.push_back(peer);

  std::vector<std::vector<double>> bytes(specs.size());
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < specs.size(); ++i) {
      const auto one = BytesOfHungProbe(specs[i], (*server)->Target(), count);
      if (!one) return Error{specs[i].name + ": " + one.error()};
      bytes[i].push_back(*one);
    }
  }
  table.Section("Resident memory of a hung probe, of " + std::to_string(count));
  for (std::size_t i = 0; i < specs.size(); ++i) {
    table.Add(specs[i].name, Scaled(bytes[i], 1.0 / 1024), "KiB");
  }
  for (std::size_t i = 1; i < specs.size(); ++i) {
    table.Add(specs[i].name + " / exporter", Ratios(bytes[i], bytes[0]), kTimes);
  }
  return std::nullopt;
}

}  // namespace stapling::bench
