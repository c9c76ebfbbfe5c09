#include "tests/soak/soak.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/integration/exporter.h"
#include "tests/soak/fleet.h"
#include "tests/soak/footprint.h"
#include "tests/soak/page_reader.h"
#include "tests/soak/recurring.h"
#include "tests/soak/report.h"
#include "tests/soak/scraper.h"
#include "tests/soak/tally.h"
#include "tests/soak/upheaval.h"
#include "tests/support/private_network.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr auto kBetweenChanges = 100ms;
constexpr auto kBetweenReadings = 200ms;
// No tenth takes longer, unless something hangs.
constexpr auto kPatience = 2h;

double Seconds(Clock::duration time) { return std::chrono::duration<double>(time).count(); }

class Soak {
 public:
  Soak(const SoakOptions& options, const Exporter& exporter, Fleet& fleet)
      : options_(options),
        exporter_(exporter),
        fleet_(fleet),
        upheaval_(exporter, fleet, tally_),
        reader_(exporter, tally_) {}

  // True if all is as it should be; what is not is printed.
  bool Run() {
    // By then what is kept of late probes, what the caches hold and what every thread needs at its
    // first are there.
    const std::size_t warm_up = options_.scrapes / 5;
    Drive(warm_up, 1);
    const auto start = Measure();
    if (start) Drive(options_.scrapes - warm_up, 10);
    const auto end = start ? Measure() : std::nullopt;
    std::printf("%zu scrapes in %.0f s: %.0f/s. %zu reloads, %zu that had to fail; %zu pages.\n",
                done_.load(), Seconds(driven_), static_cast<double>(done_) / Seconds(driven_),
                upheaval_.good_reloads(), upheaval_.bad_reloads(), reader_.pages());
    const bool answers_right = ReportScrapes(tally_);
    return end && ReportFootprints(*start, *end, tally_, options_) && answers_right;
  }

 private:
  // So many scrapes by all scrapers together, while everything changes.
  void Drive(std::size_t count, std::size_t parts) {
    const auto began = Clock::now();
    const std::size_t first = done_;
    std::atomic<std::size_t> tickets = count;
    const Recurring changes(kBetweenChanges, [this] { upheaval_.Step(); });
    const Recurring readings(kBetweenReadings, [this] { reader_.ReadAll(); });
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < options_.scrapers; ++i) {
      threads.emplace_back([this, &tickets] { ScrapeWhile(tickets); });
    }
    bool gets_on = true;
    for (std::size_t part = 1; part <= parts && gets_on; ++part) {
      const std::size_t goal = first + count * part / parts;
      gets_on = WaitUntil([&] { return done_ >= goal || HadEnough(); }, kPatience) && !HadEnough();
      PrintProgress(began);
    }
    if (!gets_on) {
      tally_.Complain("the rest was not tried");
      tickets = 0;
    }
    threads.clear();
    driven_ += Clock::now() - began;
  }

  void ScrapeWhile(std::atomic<std::size_t>& tickets) {
    Scraper scraper(exporter_.port(), fleet_.targets(), tally_, ++seeds_);
    for (std::size_t left = tickets; left > 0;) {
      if (!tickets.compare_exchange_weak(left, left - 1)) continue;
      scraper.ScrapeOnce();
      ++done_;
      left = tickets;
    }
  }

  // An exporter that is gone answers nothing, and that quickly.
  [[nodiscard]] bool HadEnough() const { return tally_.ComplaintCount() >= 100; }

  // Memory as it is under load: where it goes, the two measurements at rest do not show.
  void PrintProgress(Clock::time_point began) {
    const auto memory = MeasureMemory(exporter_.process().pid());
    std::printf("%9zu scrapes, %5.0f s, %lld KiB resident, %lld anonymous\n", done_.load(),
                Seconds(driven_ + (Clock::now() - began)),
                memory ? static_cast<long long>(memory->resident) : -1,
                memory ? static_cast<long long>(memory->anonymous) : -1);
    std::fflush(stdout);
  }

  std::optional<Footprint> Measure() {
    auto measured = MeasureQuiet(exporter_);
    if (measured) return std::move(measured).value();
    std::printf("WRONG: %s\n", measured.error().c_str());
    return std::nullopt;
  }

  const SoakOptions& options_;
  const Exporter& exporter_;
  Fleet& fleet_;
  Tally tally_;
  Upheaval upheaval_;
  PageReader reader_;
  std::atomic<std::size_t> done_ = 0;
  std::atomic<unsigned> seeds_ = 0;
  Clock::duration driven_{0};
};

bool EndsWell(Exporter& exporter) {
  exporter.process().Signal(SIGTERM);
  const auto status = exporter.process().Wait(2min);
  if (status == 0) {
    std::printf("It ends with status 0 on SIGTERM.\n");
    return true;
  }
  const std::string log = exporter.process().Errors();
  constexpr std::size_t kShown = 20'000;
  std::printf("WRONG: after SIGTERM it %s; the last that it said:\n%s\n",
              status ? ("ends with status " + std::to_string(*status)).c_str() : "does not end",
              log.substr(log.size() - std::min(log.size(), kShown)).c_str());
  return false;
}

}  // namespace

bool RunSoak(const SoakOptions& options) {
  const auto name_server = EnterPrivateNetwork();
  if (!name_server) {
    std::printf("WRONG: %s\n", name_server.error().c_str());
    return false;
  }
  const auto fleet = Fleet::Start(*name_server);
  if (!fleet) {
    std::printf("WRONG: %s\n", fleet.error().c_str());
    return false;
  }
  // The cache is so small that it is full long before the warm-up ends: what is verified changes
  // all the time. malloc keeps for each thread up to seven freed blocks of each size, up to 1 KiB;
  // those fill for hundreds of thousands of scrapes, and would hide what is lost.
  const auto exporter =
      Exporter::Start((*fleet)->Configuration(0),
                      {"--web.enable-lifecycle", "--probe.verification-cache-bytes=196608"},
                      {.environment = {"GLIBC_TUNABLES=glibc.malloc.tcache_count=0"}});
  if (!exporter) {
    std::printf("WRONG: %s\n", exporter.error().c_str());
    return false;
  }
  const bool right = Soak(options, **exporter, **fleet).Run();
  return EndsWell(**exporter) && right;
}

}  // namespace stapling::testing
