#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/cpu_clock.h"
#include "tests/bench/programs.h"
#include "tests/bench/sections.h"
#include "tests/integration/real_server.h"
#include "tests/integration/site.h"

namespace stapling::bench {
namespace {

using Clock = std::chrono::steady_clock;
using testing::Site;

constexpr std::array<std::size_t, 5> kClients = {1, 2, 4, 8, 16};

// What a stretch of scraping without a pause came to, per second of it.
struct Stretch {
  double scrapes = 0;
  double exporter = 0;  // cores
  double nginx = 0;
  double scraper = 0;
};

// CPU seconds of all that take part.
struct Clocks {
  double exporter = 0;
  double nginx = 0;
  double scraper = 0;

  static Result<Clocks> Read(pid_t exporter, pid_t nginx) {
    const auto first = CpuSeconds(exporter);
    const auto second = CpuSeconds(nginx);
    const auto third = CpuSeconds(getpid());
    for (const auto* clock : {&first, &second, &third}) {
      if (!*clock) return Error{clock->error()};
    }
    return Clocks{*first, *second, *third};
  }
};

// So many clients, each with a connection of its own and the next scrape as soon as it has the
// last.
class Crowd {
 public:
  Crowd(const ScrapedProgram& program, std::string target, std::size_t clients)
      : program_(program), target_(std::move(target)) {
    for (std::size_t i = 0; i < clients; ++i) threads_.emplace_back([this] { Scrape(); });
  }
  ~Crowd() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
  }
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  [[nodiscard]] std::size_t done() const { return done_; }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  void Scrape() {
    Scraper scraper(program_.port());
    while (!stop_) {
      if (program_.Scrape(scraper, target_)) failed_ = true;
      ++done_;
    }
  }

  const ScrapedProgram& program_;
  const std::string target_;
  std::atomic<bool> stop_ = false;
  std::atomic<bool> failed_ = false;
  std::atomic<std::size_t> done_ = 0;
  std::vector<std::thread> threads_;
};

Result<Stretch> Measure(const ScrapedProgram& program, testing::RealServer& nginx,
                        std::size_t clients, std::chrono::milliseconds time) {
  const Crowd crowd(program, nginx.Target(), clients);
  std::this_thread::sleep_for(time / 4);  // they have begun
  const auto start = Clock::now();
  const std::size_t first = crowd.done();
  const auto before = Clocks::Read(program.pid(), nginx.process().pid());
  std::this_thread::sleep_for(time);
  const auto after = Clocks::Read(program.pid(), nginx.process().pid());
  const std::size_t last = crowd.done();
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  if (!before) return Error{before.error()};
  if (!after) return Error{after.error()};
  if (crowd.failed()) return Error{"a scrape at saturation did not find the server in order"};
  return Stretch{.scrapes = static_cast<double>(last - first) / seconds,
                 .exporter = (after->exporter - before->exporter) / seconds,
                 .nginx = (after->nginx - before->nginx) / seconds,
                 .scraper = (after->scraper - before->scraper) / seconds};
}

struct Series {
  std::vector<double> scrapes;
  std::vector<double> exporter;
  std::vector<double> nginx;
  std::vector<double> scraper;
  std::vector<double> share;  // the exporter's, of what the three use

  void Add(const Stretch& stretch) {
    scrapes.push_back(stretch.scrapes);
    exporter.push_back(stretch.exporter);
    nginx.push_back(stretch.nginx);
    scraper.push_back(stretch.scraper);
    share.push_back(stretch.exporter / (stretch.exporter + stretch.nginx + stretch.scraper));
  }
};

}  // namespace

std::optional<Error> MeasureSaturation(const Settings& settings, Table& table) {
  const std::size_t rounds = Count(settings, 1, 4, 10);
  const std::chrono::milliseconds time(By(settings, 40, 500, 1000));
  const Site site;
  const auto server = testing::StartNginx(
      site, testing::ServerTls::k13, site.WriteBytes("good.der", BuildOcspResponse(site.Good())));
  if (!server) return Error{server.error()};
  const auto program =
      ScrapedProgram::Start(ExporterSpec(settings, site.directory(), site.CaFile()));
  if (!program) return Error{program.error()};

  std::array<Series, kClients.size()> series;
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < kClients.size(); ++i) {
      const auto stretch = Measure(**program, **server, kClients[i], time);
      if (!stretch) return Error{stretch.error()};
      series[i].Add(*stretch);
    }
  }
  table.Section("Scrapes without a pause, by the number of clients, and who burns the CPU");
  for (std::size_t i = 0; i < kClients.size(); ++i) {
    const std::string clients = std::to_string(kClients[i]) + " clients: ";
    table.Add(clients + "scrapes", series[i].scrapes, "1/s");
    table.Add(clients + "against one client", Ratios(series[i].scrapes, series[0].scrapes), kTimes);
    table.Add(clients + "exporter", series[i].exporter, "cores");
    table.Add(clients + "nginx", series[i].nginx, "cores");
    table.Add(clients + "scraper", series[i].scraper, "cores");
    table.Add(clients + "exporter's share of the three", series[i].share, kTimes);
  }
  return std::nullopt;
}

}  // namespace stapling::bench
