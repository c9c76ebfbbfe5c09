// Signals of every kind, many at once, and an end without a warning.

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <future>
#include <string>
#include <thread>

#include "tests/integration/ordeal.h"
#include "tests/integration/prober_crew.h"
#include "tests/integration/scrape.h"
#include "tests/support/rude_server.h"
#include "tests/support/tls_server.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr const char* kModule = "modules: {test: {timeout: 3s}}\n";

TEST(Signals, ThatAskForNothingChangeNothing) {
  struct Row {
    const char* name;
    int number;
  };
  const auto exporter = Exporter::Start(kModule);
  ASSERT_TRUE(exporter) << exporter.error();
  Ordeal ordeal("signals", **exporter);
  for (const Row& row : {Row{"SIGUSR1", SIGUSR1}, Row{"SIGUSR2", SIGUSR2}, Row{"SIGPIPE", SIGPIPE},
                         Row{"SIGWINCH", SIGWINCH}, Row{"SIGCHLD", SIGCHLD}, Row{"SIGURG", SIGURG},
                         Row{"SIGCONT", SIGCONT}}) {
    ordeal.Try(row.name, [&] { (*exporter)->process().Signal(row.number); });
  }
  EXPECT_TRUE(ordeal.AllSurvived());
}

TEST(Signals, AStormOfReloadsIsOneReloadAtATime) {
  constexpr int kStorm = 10'000;
  const Site site;
  const auto server =
      TlsServer::Start({.chain = site.Chain(), .staples = {BuildOcspResponse(site.Good())}});
  ASSERT_TRUE(server) << server.error();
  const auto exporter = Exporter::Start(ModuleTrusting(site.CaFile()));
  ASSERT_TRUE(exporter) << exporter.error();
  Ordeal ordeal("10,000 SIGHUPs", **exporter);
  ordeal.Try("storm", [&] {
    ProberCrew crew(**exporter, {.target = (*server)->Target()}, 1);
    for (int i = 0; i < kStorm; ++i) {
      if (i == kStorm - 1) {
        (*exporter)->WriteConfiguration(ModuleTrusting(site.CaFile(), "  of_the_last_one: {}\n"));
      }
      (*exporter)->process().Signal(SIGHUP);
    }
    EXPECT_TRUE(WaitUntil([&] {
      return (*exporter)->Get("/config").body.find("of_the_last_one") != std::string::npos;
    }));
    EXPECT_TRUE(WaitUntil([&] { return crew.Probes() > 0; }));
    crew.Stop();
    EXPECT_EQ(crew.Failures(), 0U) << crew.FirstFailure();
  });
  EXPECT_TRUE(ordeal.AllSurvived());
  EXPECT_EQ(ordeal.Leaks(std::size_t{4} * 1024 * 1024), "");
}

// Of the signals that wait, the system hands out SIGHUP first.
TEST(Signals, AStormOfReloadsDoesNotKeepItFromEnding) {
  const auto exporter = Exporter::Start(kModule);  // which reads the system's CAs each time
  ASSERT_TRUE(exporter) << exporter.error();
  Process& process = (*exporter)->process();
  std::atomic<bool> done = false;
  std::thread storm([&] {
    while (!done) process.Signal(SIGHUP);
  });
  EXPECT_TRUE(process.WaitForOutput("msg=\"configuration reloaded\""));
  process.Signal(SIGTERM);
  const auto status = process.Wait(10s);
  done = true;
  storm.join();
  EXPECT_EQ(status, 0) << process.Errors().substr(0, 2000);
}

TEST(Signals, AfterAStopProbesEndAndTheExporterGoesOn) {
  const Site site;
  const auto server =
      TlsServer::Start({.chain = site.Chain(), .staples = {BuildOcspResponse(site.Good())}});
  ASSERT_TRUE(server) << server.error();
  const auto hung = RudeServer::Start(Silent());
  ASSERT_TRUE(hung) << hung.error();
  const auto exporter = Exporter::Start(ModuleTrusting(site.CaFile()));
  ASSERT_TRUE(exporter) << exporter.error();
  Ordeal ordeal("SIGSTOP", **exporter);
  ordeal.Try("longer than the deadline of a probe", [&] {
    auto running = std::async(std::launch::async, [&] {
      return (*exporter)->Probe({.target = (*hung)->Target(), .timeout_header = "1"});
    });
    EXPECT_TRUE(WaitUntil([&] { return (*hung)->Accepted() == 1; }));
    (*exporter)->process().Signal(SIGSTOP);
    // The deadline passes while nothing of it runs.
    EXPECT_EQ(running.wait_for(1s), std::future_status::timeout);
    (*exporter)->process().Signal(SIGCONT);
    EXPECT_EQ(FailureOf(Samples(running.get().body)), "handshake/timeout");
    const HttpResponse page = (*exporter)->Probe({.target = (*server)->Target()});
    EXPECT_EQ(Samples(page.body).Value("probe_success"), 1) << page.body;
  });
  EXPECT_TRUE(ordeal.AllSurvived());
}

TEST(Signals, AfterAKillItStartsOnTheSamePortAtOnce) {
  const auto hung = RudeServer::Start(Silent());
  ASSERT_TRUE(hung) << hung.error();
  auto exporter = Exporter::Start(kModule);
  ASSERT_TRUE(exporter) << exporter.error();
  const std::uint16_t port = (*exporter)->port();
  for (int kill = 1; kill <= 3; ++kill) {
    SCOPED_TRACE(kill);
    // With a connection open in the middle of a probe.
    auto running = std::async(std::launch::async, [&] {
      return (*exporter)->Probe({.target = (*hung)->Target(), .module = "test"}).status;
    });
    ASSERT_TRUE(WaitUntil([&] { return (*hung)->Accepted() == static_cast<std::size_t>(kill); }));
    (*exporter)->process().Signal(SIGKILL);
    EXPECT_EQ((*exporter)->process().Wait(10s), 128 + SIGKILL);
    EXPECT_EQ(running.get(), 0);
    exporter = Exporter::Start(kModule, {}, {.port = port});
    ASSERT_TRUE(exporter) << exporter.error();
    EXPECT_TRUE((*exporter)->Healthy());
  }
}

}  // namespace
}  // namespace stapling::testing
