// Servers and names that never answer, many at once, and an exporter that is asked to stop.

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <future>
#include <string>
#include <vector>

#include "core/net/deadline.h"
#include "core/probe.h"
#include "tests/integration/ordeal.h"
#include "tests/integration/scrape.h"
#include "tests/support/dns_server.h"
#include "tests/support/rude_server.h"
#include "tests/support/tls_server.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr const char* kInFlight = "ocsp_stapling_exporter_probes_in_flight";

std::unique_ptr<TlsServer> StartHealthy(const Site& site) {
  auto server =
      TlsServer::Start({.chain = site.Chain(), .staples = {BuildOcspResponse(site.Good())}});
  return server ? std::move(server).value() : nullptr;
}

TEST(ServeLoad, HungServerFailsWithinTheScrapeTimeout) {
  const Site site;
  const auto hung = RudeServer::Start(Silent());
  ASSERT_TRUE(hung) << hung.error();
  const auto exporter = Exporter::Start(ModuleTrusting(site.CaFile()));
  ASSERT_TRUE(exporter) << exporter.error();

  Ordeal ordeal("a hung server", **exporter);
  ordeal.Try("one probe", [&] {
    const auto start = Clock::now();
    const HttpResponse page =
        (*exporter)->Probe({.target = (*hung)->Target(), .timeout_header = "1.5"});
    const auto took = Clock::now() - start;
    EXPECT_EQ(page.status, 200);
    const Samples samples(page.body);
    EXPECT_EQ(samples.Value("probe_success"), 0) << page.body;
    EXPECT_EQ(FailureOf(samples), "handshake/timeout");
    EXPECT_EQ(samples.Value("probe_timeout_seconds"), 1);  // the usual half second is kept back
    EXPECT_GE(took, 1s);
    EXPECT_LT(took, 1500ms);
  });
  EXPECT_TRUE(ordeal.AllSurvived());
}

TEST(ServeLoad, ConnectionThatNeverComesAboutFailsInConnect) {
  const Site site;
  const auto full = FullBacklog::Start();
  ASSERT_TRUE(full) << full.error();
  const auto exporter = Exporter::Start(ModuleTrusting(site.CaFile()));
  ASSERT_TRUE(exporter) << exporter.error();
  Ordeal ordeal("a full backlog", **exporter);
  ordeal.Try("one probe", [&] {
    const HttpResponse page =
        (*exporter)->Probe({.target = (*full)->Target(), .timeout_header = "1"});
    EXPECT_EQ(FailureOf(Samples(page.body)), "connect/timeout") << page.body;
  });
  EXPECT_TRUE(ordeal.AllSurvived());
}

TEST(ServeLoad, BeyondTheBoundAProbeWaitsHalfItsDeadlineAndIsTurnedAway) {
  const Site site;
  const auto healthy = StartHealthy(site);
  const auto hung = RudeServer::Start(Silent());
  ASSERT_TRUE(hung) << hung.error();
  const auto started =
      Exporter::Start(ModuleTrusting(site.CaFile()), {"--probe.max-concurrency=1"});
  ASSERT_TRUE(started) << started.error();
  const Exporter& exporter = **started;
  Ordeal ordeal("one place for probes", exporter);
  auto slow = std::async(std::launch::async, [&] {
    return exporter.Probe({.target = (*hung)->Target(), .timeout_header = "4.5"});
  });
  ASSERT_TRUE(WaitUntil([&] { return (*hung)->Accepted() == 1; }));

  ordeal.Try("a probe that cannot wait", [&] {
    const auto start = Clock::now();
    const HttpResponse busy =
        exporter.Probe({.target = healthy->Target(), .timeout_header = "1.5"});
    EXPECT_EQ(busy.status, 503) << busy.body;
    EXPECT_EQ(busy.headers.at("retry-after"), "1");
    EXPECT_GE(Clock::now() - start, 450ms);     // half of the second that is left
    const Samples metrics(exporter.Metrics());  // which no probe keeps waiting
    EXPECT_EQ(metrics.Value("ocsp_stapling_exporter_probes_rejected_total{reason=\"busy\"}"), 1);
  });
  ordeal.Try("one that may wait longer gets its turn", [&] {
    const HttpResponse later = exporter.Probe({.target = healthy->Target()});
    EXPECT_EQ(Samples(later.body).Value("probe_success"), 1) << later.body;
    EXPECT_EQ(slow.get().status, 200);
  });
  EXPECT_TRUE(ordeal.AllSurvived());
}

// The program takes its name servers from the system; the core takes them as a setting.
TEST(ServeLoad, NameThatIsNeverAnsweredFailsInResolve) {
  const Site site;
  const auto dns = DnsServer::Start({.answer_nothing = true});
  ASSERT_TRUE(dns) << dns.error();
  const auto trust_store = TrustStore::Load(site.CaFile());
  ASSERT_TRUE(trust_store) << trust_store.error();
  const auto prober = Prober::Make(Module{.name = "test"}, *trust_store,
                                   {.servers = "127.0.0.1:" + std::to_string((*dns)->port())});
  ASSERT_TRUE(prober) << prober.error();
  const auto target = ParseTarget("never.test:443");
  ASSERT_TRUE(target) << target.error();

  ProbeLog log;
  const auto start = Clock::now();
  const ProbeResult result = (*prober)->Probe({.target = *target}, Deadline::After(1s), log);
  const auto took = Clock::now() - start;
  EXPECT_FALSE(result.success);
  ASSERT_TRUE(result.failure().has_value());
  EXPECT_EQ(Describe(result.failure()->phase).label, "resolve");
  EXPECT_EQ(Describe(result.failure()->reason).label, "timeout");
  EXPECT_GE((*dns)->QueriesFor("never.test"), 1);
  EXPECT_GE(took, 900ms);
  EXPECT_LT(took, 1500ms);
}

TEST(ServeLoad, HundredHungProbesLeaveAHealthyOneUnharmed) {
  constexpr std::size_t kHung = 100;
  const Site site;
  const auto hung = RudeServer::Start(Silent());
  ASSERT_TRUE(hung) << hung.error();
  const auto healthy = StartHealthy(site);
  ASSERT_NE(healthy, nullptr);
  const auto exporter = Exporter::Start(ModuleTrusting(site.CaFile()));
  ASSERT_TRUE(exporter) << exporter.error();

  Ordeal ordeal("a hundred hung probes", **exporter);
  std::vector<std::future<HttpResponse>> pages;
  for (std::size_t i = 0; i < kHung; ++i) {
    pages.push_back(std::async(std::launch::async, [&] {
      return (*exporter)->Probe({.target = (*hung)->Target(), .timeout_header = "5"});
    }));
  }
  EXPECT_TRUE(WaitUntil([&] { return (*hung)->Accepted() == kHung; })) << (*hung)->Accepted();

  ordeal.Try("a healthy one among them", [&] {
    const auto start = Clock::now();
    const HttpResponse page = (*exporter)->Probe({.target = healthy->Target()});
    EXPECT_LT(Clock::now() - start, 1s);
    EXPECT_EQ(Samples(page.body).Value("probe_success"), 1) << page.body;
    EXPECT_EQ(VerdictOf(Samples(page.body)), "good");
    EXPECT_EQ(Samples((*exporter)->Metrics()).Value(kInFlight), kHung);
  });
  ordeal.Try("their end", [&] {
    for (auto& future : pages) {
      const HttpResponse failed = future.get();
      EXPECT_EQ(FailureOf(Samples(failed.body)), "handshake/timeout") << failed.body;
    }
  });
  EXPECT_TRUE(ordeal.AllSurvived());
  const Samples after((*exporter)->Metrics());
  EXPECT_EQ(after.Value(kInFlight), 0);
  EXPECT_EQ(after.Value("ocsp_stapling_exporter_probes_total{module=\"test\",result=\"failure\"}"),
            kHung);
}

TEST(ServeLoad, ProbeBeyondTheBoundIsToldToComeBack) {
  const Site site;
  const auto hung = RudeServer::Start(Silent());
  ASSERT_TRUE(hung) << hung.error();
  const auto exporter =
      Exporter::Start(ModuleTrusting(site.CaFile()), {"--probe.max-concurrency=1"});
  ASSERT_TRUE(exporter) << exporter.error();
  auto first = std::async(std::launch::async, [&] {
    return (*exporter)->Probe({.target = (*hung)->Target(), .timeout_header = "4"});
  });
  ASSERT_TRUE(WaitUntil([&] { return (*hung)->Accepted() == 1; }));

  Ordeal ordeal("a probe too many", **exporter);
  ordeal.Try("the second", [&] {
    // Its deadline is half a second off, so it waits a quarter of a second.
    const HttpResponse second =
        (*exporter)->Probe({.target = (*hung)->Target(), .timeout_header = "1"});
    EXPECT_EQ(second.status, 503) << second.body;
    EXPECT_TRUE(second.headers.contains("retry-after"));
    EXPECT_EQ(Samples((*exporter)->Metrics())
                  .Value("ocsp_stapling_exporter_probes_rejected_total{reason=\"busy\"}"),
              1);
  });
  EXPECT_TRUE(ordeal.AllSurvived());
  EXPECT_EQ(FailureOf(Samples(first.get().body)), "handshake/timeout");
}

TEST(ServeLoad, StopsOnlyAfterARunningProbeIsAnswered) {
  const Site site;
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  std::atomic<bool> reached = false;
  const auto server =
      TlsServer::Start({.chain = site.Chain(), .staples_of = [&](std::size_t) -> Staples {
                          reached = true;
                          released.wait_for(20s);
                          return {BuildOcspResponse(site.Good())};
                        }});
  ASSERT_TRUE(server) << server.error();
  const auto exporter = Exporter::Start(ModuleTrusting(site.CaFile(), "    timeout: 20s\n"));
  ASSERT_TRUE(exporter) << exporter.error();
  Process& process = (*exporter)->process();

  auto running = std::async(std::launch::async,
                            [&] { return (*exporter)->Probe({.target = (*server)->Target()}); });
  EXPECT_TRUE(WaitUntil([&] { return reached.load(); }));
  process.Signal(SIGTERM);
  EXPECT_TRUE(process.WaitForOutput("msg=\"stopping"));
  EXPECT_TRUE(process.Running());
  release.set_value();

  const HttpResponse page = running.get();
  EXPECT_EQ(page.status, 200) << page.body;
  EXPECT_EQ(Samples(page.body).Value("probe_success"), 1) << page.body;
  EXPECT_EQ(process.Wait(10s), 0) << process.Errors();
  EXPECT_EQ((*exporter)->Get("/-/healthy").status, 0);
}

// The grace is the longest timeout of the modules in use: a probe that began under a longer one is
// not waited for.
TEST(ServeLoad, StopsInTimeAndWellWithHungProbes) {
  constexpr std::size_t kHung = 20;
  struct Row {
    const char* name;
    const char* timeout;  // of the probes
    const char* grace;    // the module's when it stops
    int status;           // of the pages; 0: none came
    const char* said;
  };
  const Site site;
  for (const Row& row :
       {Row{"they end", "2s", "20s", 200, "msg=\"stopped\"\n"},
        Row{"they do not", "20s", "1s", 0, "msg=\"stopped although probes were still running\""}}) {
    SCOPED_TRACE(row.name);
    const auto hung = RudeServer::Start(Silent());
    ASSERT_TRUE(hung) << hung.error();
    const auto timeout = [&](const char* text) {
      return ModuleTrusting(site.CaFile(), std::string("    timeout: ") + text + "\n");
    };
    const auto exporter = Exporter::Start(timeout(row.timeout));
    ASSERT_TRUE(exporter) << exporter.error();
    Process& process = (*exporter)->process();
    std::vector<std::future<HttpResponse>> pages;
    for (std::size_t i = 0; i < kHung; ++i) {
      pages.push_back(std::async(
          std::launch::async, [&] { return (*exporter)->Probe({.target = (*hung)->Target()}); }));
    }
    EXPECT_TRUE(WaitUntil([&] { return (*hung)->Accepted() == kHung; })) << (*hung)->Accepted();
    (*exporter)->WriteConfiguration(timeout(row.grace));
    process.Signal(SIGHUP);
    EXPECT_TRUE(process.WaitForOutput("msg=\"configuration reloaded\""));

    process.Signal(SIGTERM);
    EXPECT_TRUE(process.WaitForOutput(row.said)) << process.Errors();
    EXPECT_EQ(process.Wait(10s), 0) << process.Errors();
    for (auto& page : pages) EXPECT_EQ(page.get().status, row.status);
  }
}

}  // namespace
}  // namespace stapling::testing
