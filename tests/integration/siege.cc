#include "tests/integration/siege.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "tests/support/sanitizer.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

using Clock = std::chrono::steady_clock;

// Half of the time that Prometheus waits for a scrape. A few milliseconds is usual; behind 500
// clients that begin a TLS handshake, on a machine with ten times the work that it can do, 1.5 s.
constexpr std::chrono::seconds kPrompt{kSanitized ? 15 : 5};

constexpr std::size_t kMega = std::size_t{1} << 20U;

// Sanitizers hold freed memory back, and write down each access.
constexpr std::size_t BoundFor(std::size_t megabytes) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return (megabytes * 10 + 1024) * kMega;
#else
  return megabytes * kMega;
#endif
}

int FailuresSoFar() {
  return ::testing::UnitTest::GetInstance()->current_test_info()->result()->total_part_count();
}

std::size_t More(std::size_t now, std::size_t before) { return now > before ? now - before : 0; }

}  // namespace

Siege::Siege(const Exporter& exporter, SiegeOptions options)
    : exporter_(exporter), options_(std::move(options)) {
  ExpectService();  // what is made at first use is made
  before_ = UsageOf(exporter_.process().pid());
  slowest_ = {};
}

Siege::~Siege() {
  std::printf(
      "[counts] %s: tried %d, survived %d, slowest answer %.3f s, memory grew by at most %zu KiB, "
      "threads by %zu\n",
      options_.name, tried_, survived_, slowest_.count(), growth_ / 1024, threads_);
}

void Siege::Attack(const std::string& name, const std::function<void()>& attack) {
  SCOPED_TRACE(std::string(options_.name) + ": " + name);
  const int failures = FailuresSoFar();
  ++tried_;
  attack();
  ASSERT_TRUE(exporter_.process().Running()) << exporter_.process().Errors();
  ExpectService();
  ExpectUsage();
  if (FailuresSoFar() == failures) ++survived_;
}

std::size_t Siege::MoreThreads() const {
  return More(UsageOf(exporter_.process().pid()).threads, before_.threads);
}

void Siege::ExpectService() {
  ExpectPrompt("/metrics", "ocsp_stapling_exporter_build_info");
  ExpectPrompt("/probe?" + options_.healthy, "\nprobe_success 1\n");
}

void Siege::ExpectPrompt(const std::string& path, const std::string& part) {
  const auto start = Clock::now();
  const HttpResponse response = options_.ask(path);
  const std::chrono::duration<double> took = Clock::now() - start;
  EXPECT_EQ(response.status, 200) << path << ": " << response.body;
  EXPECT_NE(response.body.find(part), std::string::npos) << path << ": " << response.body;
  EXPECT_LT(took, kPrompt) << path;
  slowest_ = std::max(slowest_, took);
}

void Siege::ExpectUsage() {
  ProcessUsage now;
  const auto relaxed = [&] {
    now = UsageOf(exporter_.process().pid());
    return now.descriptors <= before_.descriptors;
  };
  EXPECT_TRUE(WaitUntil(relaxed, std::chrono::seconds(60)))
      << now.descriptors << " descriptors, " << before_.descriptors << " before";
  threads_ = std::max(threads_, More(now.threads, before_.threads));
  growth_ = std::max(growth_, More(now.peak_bytes, before_.resident_bytes));
  EXPECT_LE(now.threads, before_.threads + options_.more_threads);
  EXPECT_LE(growth_, BoundFor(options_.more_megabytes));
}

std::unique_ptr<TlsServer> StartHealthyServer(const Site& site) {
  auto server =
      TlsServer::Start({.chain = site.Chain(), .staples = {BuildOcspResponse(site.Good())}});
  EXPECT_TRUE(server) << server.error();
  return server ? std::move(server).value() : nullptr;
}

void RequireDescriptors(std::size_t count) {
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  ASSERT_GE(limit.rlim_cur, count);
}

}  // namespace stapling::testing
