// A wall clock that steps by a day, either way: verdicts follow it at once, and nothing else does.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <future>
#include <string>
#include <vector>

#include "tests/integration/ordeal.h"
#include "tests/integration/scrape.h"
#include "tests/support/rude_server.h"
#include "tests/support/tls_server.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr std::int64_t kDay = 86'400;

// The clock of an exporter, which the test moves.
class Clock {
 public:
  explicit Clock(const std::string& path)
      : path_(path), file_(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    Set(0);
  }

  void Set(std::int64_t shift) const {
    ASSERT_EQ(pwrite(file_.get(), &shift, sizeof shift, 0), sizeof shift);
  }
  [[nodiscard]] Surroundings Around() const {
    const char* asan = std::getenv("ASAN_OPTIONS");
    return {.environment = {"LD_PRELOAD=" STAPLING_CLOCK_SHIM, "CLOCK_SHIFT=" + path_,
                            std::string("ASAN_OPTIONS=verify_asan_link_order=0:") +
                                (asan == nullptr ? "" : asan)}};
  }

 private:
  const std::string path_;
  const Socket file_;
};

TEST(ClockStep, VerdictsFollowAndNothingElse) {
  const Site site;
  // Good from half a day before now to half a day after.
  OcspResponseSpec staple = site.Good();
  staple.produced_at = staple.responses[0].this_update = site.now - 12h;
  staple.responses[0].next_update = site.now + 12h;
  const auto server =
      TlsServer::Start({.chain = site.Chain(), .staples = {BuildOcspResponse(staple)}});
  ASSERT_TRUE(server) << server.error();
  const auto hung = RudeServer::Start(Silent());
  ASSERT_TRUE(hung) << hung.error();
  const Clock clock(site.Path("clock"));
  const auto started =
      Exporter::Start(ModuleTrusting(site.CaFile()), {"--web.enable-lifecycle"}, clock.Around());
  ASSERT_TRUE(started) << started.error();
  const Exporter& exporter = **started;

  struct Step {
    const char* name;
    std::int64_t shift;
    const char* verdict;
    const char* failure;
    int chain_valid = 1;
  };
  Ordeal ordeal("clock steps", exporter);
  // One probe is under way while the clock moves.
  auto running = std::async(std::launch::async, [&] {
    return exporter.Probe({.target = (*hung)->Target(), .timeout_header = "2.5"});
  });
  EXPECT_TRUE(WaitUntil([&] { return (*hung)->Accepted() == 1; }));
  for (const Step& step :
       {Step{"as it is", 0, "good", ""},
        Step{"a day ahead", kDay, "expired", "judge/staple_invalid"}, Step{"back", 0, "good", ""},
        Step{"a day behind", -kDay, "not_yet_valid", "judge/staple_invalid"},
        Step{"two days ahead at once", kDay, "expired", "judge/staple_invalid"},
        Step{"back again", 0, "good", ""},
        // A chain that verified is remembered, until its first certificate expires.
        Step{"beyond the certificate", 61 * kDay, "expired", "judge/chain_invalid", 0},
        Step{"before the certificate", -31 * kDay, "not_yet_valid", "judge/chain_invalid", 0},
        Step{"back for good", 0, "good", ""}}) {
    SCOPED_TRACE(step.name);
    clock.Set(step.shift);
    ordeal.Try(step.name, [&] {
      const Samples samples(exporter.Probe({.target = (*server)->Target()}).body);
      EXPECT_EQ(VerdictOf(samples), step.verdict);
      EXPECT_EQ(FailureOf(samples), step.failure);
      EXPECT_EQ(samples.Value("probe_tls_chain_valid"), step.chain_valid);
      const double duration = samples.Value("probe_duration_seconds").value_or(-1);
      EXPECT_GE(duration, 0);
      EXPECT_LT(duration, 5);
      for (const char* path : {"/", "/metrics", "/config"}) {
        EXPECT_EQ(exporter.Get(path).status, 200) << path;
      }
      EXPECT_EQ(exporter.Send({.path = "/-/reload", .method = "POST"}).status, 200);
    });
  }
  // Neither cut short nor drawn out.
  const Samples late(running.get().body);
  EXPECT_EQ(FailureOf(late), "handshake/timeout");
  const double waited = late.Value("probe_duration_seconds").value_or(-1);
  EXPECT_GE(waited, 1.9);
  EXPECT_LT(waited, 10);
  EXPECT_TRUE(ordeal.AllSurvived());
  EXPECT_EQ(ordeal.Leaks(std::size_t{8} * 1024 * 1024), "");
}

}  // namespace
}  // namespace stapling::testing
