// A machine that gives nothing more: no descriptor, no memory, no thread. Probes may fail, with the
// reason that an operator looks for; the exporter answers who asks how it is, and recovers.

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <future>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/integration/ordeal.h"
#include "tests/integration/scrape.h"
#include "tests/support/rude_server.h"
#include "tests/support/sanitizer.h"
#include "tests/support/tls_server.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr const char* kInFlight = "ocsp_stapling_exporter_probes_in_flight";
constexpr std::size_t kMebibyte = std::size_t{1024} * 1024;

void Limit(const Exporter& exporter, __rlimit_resource what, rlim_t now, rlim_t most) {
  const rlimit limit{.rlim_cur = now, .rlim_max = most};
  ASSERT_EQ(prlimit(exporter.process().pid(), what, &limit, nullptr), 0) << strerror(errno);
}

// What came of a probe: "good", "phase/reason", "several" of them, or the status of HTTP.
std::string OutcomeOf(const HttpResponse& page) {
  if (page.status != 200) return std::to_string(page.status);
  const Samples samples(page.body);
  if (samples.Value("probe_success") == 1) return "good";
  const std::string failure = FailureOf(samples);
  return failure == "/" ? "several" : failure;
}

// How often each outcome came.
using Outcomes = std::map<std::string, std::size_t>;

std::vector<std::future<std::string>> ProbeAtOnce(const Exporter& exporter, const ProbeQuery& query,
                                                  std::size_t count) {
  std::vector<std::future<std::string>> pages;
  for (std::size_t i = 0; i < count; ++i) {
    pages.push_back(std::async(std::launch::async,
                               [&exporter, query] { return OutcomeOf(exporter.Probe(query)); }));
  }
  return pages;
}

Outcomes Collect(std::vector<std::future<std::string>> pages) {
  Outcomes outcomes;
  for (auto& page : pages) ++outcomes[page.get()];
  return outcomes;
}

std::string Describe(const Outcomes& outcomes) {
  std::string text;
  for (const auto& [outcome, count] : outcomes) {
    text += (text.empty() ? "" : ", ") + outcome + ": " + std::to_string(count);
  }
  return text;
}

class HostileMachine : public ::testing::Test {
 protected:
  void SetUp() override {
    auto server =
        TlsServer::Start({.chain = site_.Chain(), .staples = {BuildOcspResponse(site_.Good())}});
    ASSERT_TRUE(server) << server.error();
    server_ = std::move(*server);
    auto hung = RudeServer::Start(Silent());
    ASSERT_TRUE(hung) << hung.error();
    hung_ = std::move(*hung);
  }

  // Modules "test" and, with a thread for each TLS version, "vary".
  [[nodiscard]] std::string Configuration() const {
    return ModuleTrusting(site_.CaFile(),
                          "  vary: {vary: {tls_versions: [TLS12, TLS13]}, "
                          "tls_library: " +
                              LibraryUnderTest() + ", tls_config: {ca_file: \"" + site_.CaFile() +
                              "\"}}\n");
  }
  [[nodiscard]] std::string Outcome(const Exporter& exporter, const std::string& target,
                                    const std::string& module = "test") const {
    return OutcomeOf(exporter.Probe({.target = target, .module = module}));
  }
  [[nodiscard]] std::string NameTarget() const {
    return "no-such-name.invalid:" + std::to_string(server_->port());
  }

  const Site site_;
  std::unique_ptr<TlsServer> server_;
  std::unique_ptr<RudeServer> hung_;
};

// The undefined-behaviour sanitizer ends a program that has no descriptor to spare for its checks.
#ifndef __SANITIZE_ADDRESS__

TEST_F(HostileMachine, WithoutDescriptorsProbesFailForResourcesAndPagesAnswer) {
  constexpr rlim_t kMost = 256;
  const auto started =
      Exporter::Start(Configuration(), {}, {.wrapper = {"prlimit", "--nofile=256"}});
  ASSERT_TRUE(started) << started.error();
  const Exporter& exporter = **started;
  Ordeal ordeal("no descriptors", exporter);
  ASSERT_EQ(Outcome(exporter, server_->Target()), "good");
  // Once what the last probe and its client had is free again.
  const auto leave = [&](std::size_t spare) {
    EXPECT_TRUE(WaitUntil([&] {
      return UsageOf(exporter.process().pid()).descriptors <= ordeal.Before().descriptors;
    }));
    Limit(exporter, RLIMIT_NOFILE, DescriptorLimitLeaving(exporter.process().pid(), spare), kMost);
  };
  leave(1);  // for the next client
  ordeal.Try("by address",
             [&] { EXPECT_EQ(Outcome(exporter, server_->Target()), "connect/resources"); });
  ordeal.Try("by name", [&] { EXPECT_EQ(Outcome(exporter, NameTarget()), "resolve/resources"); });
  ordeal.Try("two connections",
             [&] { EXPECT_EQ(Outcome(exporter, server_->Target(), "vary"), "several"); });
  ordeal.Try("pages", [&] {
    for (const char* path : {"/metrics", "/-/healthy", "/-/ready", "/", "/config"}) {
      EXPECT_EQ(exporter.Get(path).status, 200) << path;
    }
  });
  ordeal.Try("reload", [&] {
    leave(0);
    exporter.process().Signal(SIGHUP);
    EXPECT_TRUE((*started)->process().WaitForOutput("msg=\"reload failed"));
    leave(1);
    EXPECT_EQ(exporter.Metric("ocsp_stapling_exporter_config_last_reload_successful"), 0);
  });
  Limit(exporter, RLIMIT_NOFILE, kMost, kMost);
  ordeal.Try("recovery", [&] {
    EXPECT_EQ(Outcome(exporter, server_->Target()), "good");
    exporter.process().Signal(SIGHUP);
    EXPECT_TRUE(WaitUntil([&] {
      return exporter.Metric("ocsp_stapling_exporter_config_last_reload_successful") == 1;
    }));
  });
  EXPECT_TRUE(ordeal.AllSurvived());
  EXPECT_EQ(ordeal.Leaks(4 * kMebibyte), "");
}

// A probe that hangs holds its client's connection and a socket of its own: so many of them must
// not come to hang that no descriptor is left for another client.
TEST_F(HostileMachine, HungProbesLeaveConnectionsToWhoAsksForItsHealth) {
  const auto started =
      Exporter::Start(Configuration(), {}, {.wrapper = {"prlimit", "--nofile=64"}});
  ASSERT_TRUE(started) << started.error();
  const Exporter& exporter = **started;
  Ordeal ordeal("few descriptors", exporter);
  Outcomes outcomes;
  ordeal.Try("hung probes", [&] {
    auto pages = ProbeAtOnce(exporter, {.target = hung_->Target(), .timeout_header = "4"}, 60);
    EXPECT_TRUE(WaitUntil([&] { return exporter.Metric(kInFlight).value_or(0) >= 8; }));
    for (const char* path : {"/metrics", "/-/healthy", "/-/ready"}) {
      EXPECT_EQ(exporter.Get(path).status, 200) << path;
    }
    outcomes = Collect(std::move(pages));
  });
  std::cout << "[counts] of 60 hung probes: " << Describe(outcomes) << std::endl;
  EXPECT_GT(outcomes["handshake/timeout"], 0U);
  EXPECT_GT(outcomes["503"], 0U);
  // Closed without an answer: only whom the exporter counts as turned away, and most are told so.
  const double turned_away =
      *exporter.Metric("ocsp_stapling_exporter_http_connections_refused_total") +
      *exporter.Metric("ocsp_stapling_exporter_http_connections_evicted_total");
  EXPECT_LE(outcomes["0"], turned_away);
  EXPECT_GT(outcomes["503"], outcomes["0"]);
  EXPECT_EQ(Outcome(exporter, server_->Target()), "good");
  EXPECT_EQ(exporter.Metric(kInFlight), 0);
  EXPECT_TRUE(ordeal.AllSurvived());
  EXPECT_EQ(ordeal.Leaks(16 * kMebibyte), "");
}

#endif

// Sanitizers end a process that gets no memory: with them, this is a load without a limit.
TEST_F(HostileMachine, WithoutMemoryProbesMayFailAndTheExporterRecovers) {
  constexpr std::size_t kAtOnce = 12;
  const auto started = Exporter::Start(Configuration(), {"--web.enable-lifecycle"});
  ASSERT_TRUE(started) << started.error();
  const Exporter& exporter = **started;
  // As many threads as there will be, so that what is missing later is not only their stacks.
  for (const char* module : {"test", "vary"}) {
    Collect(ProbeAtOnce(exporter, {.target = server_->Target(), .module = module}, kAtOnce));
  }
  Ordeal ordeal("no memory", exporter);
  const std::set<std::string> allowed = {"good",
                                         "handshake/resources",
                                         "connect/resources",
                                         "several",
                                         "resolve/resources",
                                         "500",
                                         "503",
                                         "0"};
  std::size_t failed = 0;
  for (const std::size_t room : {0, 16, 64, 256, 1024, 4096}) {
    for (const char* module : {"test", "vary"}) {
      const std::string row = std::to_string(room) + " KiB left, " + module;
      SCOPED_TRACE(row);
      const std::size_t most = UsageOf(exporter.process().pid()).data_bytes + room * 1024;
      if (!kSanitized) Limit(exporter, RLIMIT_DATA, most, RLIM_INFINITY);
      Outcomes outcomes;
      for (int round = 0; round < 3; ++round) {
        exporter.process().Signal(SIGHUP);
        for (const auto& [outcome, count] : Collect(
                 ProbeAtOnce(exporter, {.target = server_->Target(), .module = module}, kAtOnce))) {
          outcomes[outcome] += count;
        }
        static_cast<void>(exporter.Send({.path = "/-/reload", .method = "POST"}));
        static_cast<void>(exporter.Get("/metrics"));
      }
      if (!kSanitized) Limit(exporter, RLIMIT_DATA, RLIM_INFINITY, RLIM_INFINITY);
      std::cout << "[counts] " << row << ": " << Describe(outcomes) << std::endl;
      for (const auto& [outcome, count] : outcomes) {
        EXPECT_TRUE(allowed.contains(outcome)) << outcome << ": the server is not to blame";
        if (outcome != "good") failed += count;
      }
      ordeal.Try(row, [&] {
        EXPECT_EQ(exporter.Send({.path = "/-/reload", .method = "POST"}).status, 200);
        EXPECT_EQ(Outcome(exporter, server_->Target(), module), "good");
      });
    }
  }
  EXPECT_TRUE(kSanitized || failed > 0) << "the limit was never felt";
  EXPECT_EQ(exporter.Metric(kInFlight), 0);
  EXPECT_TRUE(ordeal.AllSurvived());
  EXPECT_EQ(ordeal.Leaks(16 * kMebibyte), "");
}

// Stacks of a gibibyte in an address space of 16 have room for a dozen: root has no other bound on
// its threads. Sanitizers need the space.
TEST_F(HostileMachine, WithoutThreadsProbesWaitOrFailAndTheExporterRecovers) {
  Surroundings surroundings;
  if (!kSanitized) surroundings.wrapper = {"prlimit", "--stack=1073741824:", "--as=17179869184:"};
  const auto started = Exporter::Start(Configuration(), {}, surroundings);
  ASSERT_TRUE(started) << started.error();
  const Exporter& exporter = **started;
  Ordeal ordeal("no threads", exporter);
  Outcomes hung;
  Outcomes varied;
  ordeal.Try("hung probes", [&] {
    auto pages = ProbeAtOnce(exporter, {.target = hung_->Target(), .timeout_header = "3"}, 40);
    EXPECT_TRUE(WaitUntil([&] { return hung_->Accepted() > 0; }));
    for (const char* path : {"/metrics", "/-/healthy", "/-/ready"}) {
      EXPECT_EQ(exporter.Get(path).status, 200) << path;
    }
    varied = Collect(ProbeAtOnce(
        exporter, {.target = server_->Target(), .module = "vary", .timeout_header = "3"}, 4));
    hung = Collect(std::move(pages));
  });
  std::cout << "[counts] of 40 hung probes: " << Describe(hung)
            << "; of 4 varied ones: " << Describe(varied) << std::endl;
  EXPECT_EQ(hung["0"] + varied["0"], 0U) << "closed without an answer";
  EXPECT_GT(hung["handshake/timeout"], 0U);
  EXPECT_TRUE(kSanitized || hung["503"] > 0);
  EXPECT_EQ(Outcome(exporter, server_->Target()), "good");
  Limit(exporter, RLIMIT_AS, RLIM_INFINITY, RLIM_INFINITY);
  EXPECT_EQ(Outcome(exporter, server_->Target(), "vary"), "good");
  EXPECT_EQ(exporter.Metric(kInFlight), 0);
  EXPECT_TRUE(ordeal.AllSurvived());
}

}  // namespace
}  // namespace stapling::testing
