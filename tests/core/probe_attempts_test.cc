// Several connections to a server that staples at times.
#include <gtest/gtest.h>

#include <ostream>

#include "tests/core/loopback_probe.h"
#include "tests/support/rude_server.h"

namespace stapling::testing {
namespace {

struct Row {
  std::string name;
  std::vector<Staples> staples;  // of the first connection, the second, ...
  std::string failure = {};      // empty: success
  std::string detail = {};
  Verdict verdict = Verdict::kGood;
  Attempts attempts;
  StapleRequirement require = StapleRequirement::kMustStaple;
  Certificate leaf = Pki().leaf_must_staple;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

// The same bytes each time.
const Bytes& Good() {
  static const Bytes good = GoodStaple(Pki().leaf_must_staple);
  return good;
}
Bytes Expired() { return ExpiredStaple(Pki().leaf_must_staple); }

class ProbeAttemptsTest : public ::testing::TestWithParam<Row> {};

TEST_P(ProbeAttemptsTest, AreSummedUp) {
  const Row& row = GetParam();
  ProbeCase probe{.server = {.chain = Pki().Chain(row.leaf),
                             .staples_of = [&](std::size_t n) { return row.staples.at(n); }}};
  probe.module.staple.attempts = static_cast<unsigned>(row.staples.size());
  probe.module.staple.require = row.require;
  const ProbeResult result = ProbeServer(probe);
  EXPECT_EQ(FailureWords(result), row.failure);
  if (result.failure()) {
    EXPECT_EQ(result.failure()->detail, row.detail);
  }
  ASSERT_EQ(result.connections.size(), 1U);
  const Connection& connection = result.connections.front();
  ASSERT_FALSE(connection.staples.empty());
  EXPECT_EQ(connection.staples.front().judgement.verdict, row.verdict);
  EXPECT_EQ(connection.attempts.made, row.attempts.made);
  EXPECT_EQ(connection.attempts.stapled, row.attempts.stapled);
  EXPECT_EQ(connection.attempts.distinct, row.attempts.distinct);
}

INSTANTIATE_TEST_SUITE_P(
    All, ProbeAttemptsTest,
    ::testing::Values(Row{.name = "one_and_stapled", .staples = {{Good()}}, .attempts = {1, 1, 1}},
                      Row{.name = "one_and_not",
                          .staples = {{}},
                          .failure = "judge staple_missing",
                          .detail = "depth 0: missing",
                          .verdict = Verdict::kMissing,
                          .attempts = {1, 0, 0}},
                      Row{.name = "all_stapled",
                          .staples = {{Good()}, {Good()}, {Good()}},
                          .attempts = {3, 3, 1}},
                      Row{.name = "none_stapled",
                          .staples = {{}, {}, {}},
                          .failure = "judge staple_missing",
                          .detail = "depth 0: missing",
                          .verdict = Verdict::kMissing,
                          .attempts = {3, 0, 0}},
                      Row{.name = "the_first_lacks_it",
                          .staples = {{}, {Good()}, {Good()}},
                          .failure = "judge staple_intermittent",
                          .detail = "2 of 3",
                          .attempts = {3, 2, 1}},
                      Row{.name = "the_last_lacks_it",
                          .staples = {{Good()}, {Good()}, {}},
                          .failure = "judge staple_intermittent",
                          .detail = "2 of 3",
                          .attempts = {3, 2, 1}},
                      Row{.name = "the_first_lacks_it_though_none_is_required",
                          .staples = {{}, {GoodStaple()}},
                          .attempts = {2, 1, 1},
                          .leaf = Pki().leaf},
                      Row{.name = "the_first_staple_is_the_verdict",
                          .staples = {{}, {Expired()}, {Good()}},
                          .failure = "judge staple_invalid",
                          .detail = "depth 0: expired",
                          .verdict = Verdict::kExpired,
                          .attempts = {3, 2, 2}},
                      Row{.name = "a_later_bad_one_fails_the_probe",
                          .staples = {{Good()}, {Expired()}},
                          .failure = "judge staple_invalid",
                          .detail = "depth 0: expired",
                          .verdict = Verdict::kExpired,
                          .attempts = {2, 2, 2}}),
    [](const auto& row) { return row.param.name; });

TEST(ProbeAttemptsTest, MissingBelowTheLeafIsNotIntermittent) {
  ProbeCase probe{.server = {.chain = Pki().Chain(Pki().leaf),
                             .staples = {GoodStaple()},
                             .min_version = TlsVersion::k13}};
  probe.module.staple = {
      .require = StapleRequirement::kAlways, .chain = true, .attempts = 2, .policy = {}};
  const ProbeResult result = ProbeServer(probe);
  EXPECT_EQ(FailureWords(result), "judge staple_missing");
  EXPECT_EQ(result.failure()->detail, "depth 1: missing");
}

TEST(ProbeAttemptsTest, EveryAttemptCountsItsPhases) {
  ProbeCase probe{.server = {.chain = Pki().Chain(Pki().leaf), .staples = {GoodStaple()}}};
  probe.module.staple.attempts = 2;
  EXPECT_EQ(PhaseWords(ProbeServer(probe)),
            (std::vector<std::string>{"resolve", "connect", "handshake", "judge", "connect",
                                      "handshake", "judge"}));
}

TEST(ProbeAttemptsTest, ASilentServerIsNotTriedAgainOnceTheTimeIsUp) {
  const auto server = RudeServer::Start(Silent());
  ASSERT_TRUE(server) << server.error();
  ProbeCase probe;
  probe.module.staple.attempts = 5;
  const ProbeResult result = ProbeTarget((*server)->Target(), probe, std::chrono::milliseconds(50));
  EXPECT_EQ(FailureWords(result), "handshake timeout");
  EXPECT_EQ(result.connections.front().attempts.made, 0U);
  EXPECT_EQ((*server)->Accepted(), 1U);
}

}  // namespace
}  // namespace stapling::testing
