#include "core/attempt_summary.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

namespace stapling {
namespace {

using namespace std::chrono_literals;

struct Attempt {
  bool leaf = true;  // the server's certificates were seen
  std::optional<Bytes> staple = {};
  std::optional<Reason> failure = {};
  Verdict verdict = Verdict::kGood;  // on the staple
  bool ended_early = false;          // between the certificates and a staple
};

struct SummaryCase {
  const char* name;
  std::vector<Attempt> attempts;
  unsigned made;
  unsigned stapled;
  unsigned distinct;
  std::optional<Bytes> chosen_staple;
  std::optional<Reason> failure;
};
void PrintTo(const SummaryCase& c, std::ostream* out) { *out << c.name; }

const Bytes kOne = {1};
const Bytes kTwo = {2};

const SummaryCase kCases[] = {
    {"one that is stapled", {{.staple = kOne}}, 1, 1, 1, kOne, {}},
    {"one without", {{}}, 1, 0, 0, {}, {}},
    {"one that is required and missing",
     {{.failure = Reason::kStapleMissing}},
     1,
     0,
     0,
     {},
     Reason::kStapleMissing},
    {"the first staple is shown", {{}, {.staple = kTwo}, {.staple = kOne}}, 3, 2, 2, kTwo, {}},
    {"a bad staple is shown rather than a good one",
     {{.staple = kOne},
      {},
      {.staple = kTwo, .failure = Reason::kRevoked, .verdict = Verdict::kRevoked},
      {.staple = {{3}}, .failure = Reason::kStapleInvalid, .verdict = Verdict::kExpired}},
     4,
     3,
     3,
     kTwo,
     Reason::kRevoked},
    {"so is one that something else hides",
     {{.staple = kOne, .failure = Reason::kChainInvalid},
      {.staple = kTwo, .failure = Reason::kChainInvalid, .verdict = Verdict::kRevoked}},
     2,
     2,
     2,
     kTwo,
     Reason::kChainInvalid},
    {"its failure is told, whatever came before",
     {{.leaf = false, .failure = Reason::kTimeout},
      {.staple = kOne, .failure = Reason::kRevoked, .verdict = Verdict::kRevoked}},
     1,
     1,
     1,
     kOne,
     Reason::kRevoked},
    {"a certificate that was objected to is shown rather than a good staple",
     {{.staple = kOne},
      {.leaf = false, .failure = Reason::kReset},
      {.staple = kTwo, .failure = Reason::kHostnameMismatch}},
     2,
     2,
     2,
     kTwo,
     Reason::kHostnameMismatch},
    {"but not rather than a bad one",
     {{.staple = kOne, .failure = Reason::kChainInvalid},
      {.staple = kTwo, .failure = Reason::kRevoked, .verdict = Verdict::kRevoked}},
     2,
     2,
     2,
     kTwo,
     Reason::kRevoked},
    {"one that lacks a staple below the leaf is shown rather than one that lacks nothing",
     {{.staple = kOne}, {.staple = kTwo, .failure = Reason::kStapleMissing}},
     2,
     2,
     2,
     kTwo,
     Reason::kStapleMissing},
    {"one that ended before its staple says nothing of stapling",
     {{.staple = kOne}, {.failure = Reason::kTimeout, .ended_early = true}},
     1,
     1,
     1,
     kOne,
     Reason::kTimeout},
    {"the same staple twice is one", {{.staple = kOne}, {.staple = kOne}}, 2, 2, 1, kOne, {}},
    {"required, and only some have it",
     {{.failure = Reason::kStapleMissing}, {.staple = kOne}},
     2,
     1,
     1,
     kOne,
     Reason::kStapleIntermittent},
    {"required, and none has it",
     {{.failure = Reason::kStapleMissing}, {.failure = Reason::kStapleMissing}},
     2,
     0,
     0,
     {},
     Reason::kStapleMissing},
    {"a deeper certificate lacks its own in every attempt",
     {{.staple = kOne, .failure = Reason::kStapleMissing}, {.staple = kOne}},
     2,
     2,
     1,
     kOne,
     Reason::kStapleMissing},
    {"any other failure is worse than a missing staple",
     {{.failure = Reason::kStapleMissing}, {.staple = kOne, .failure = Reason::kRevoked}},
     2,
     1,
     1,
     kOne,
     Reason::kRevoked},
    {"a connection that saw no certificate does not count",
     {{.leaf = false, .failure = Reason::kReset}, {.staple = kOne}},
     1,
     1,
     1,
     kOne,
     Reason::kReset},
    {"the first of several failures",
     {{.failure = Reason::kChainInvalid}, {.failure = Reason::kHostnameMismatch}},
     2,
     0,
     0,
     {},
     Reason::kChainInvalid},
};

Connection ConnectionOf(const Attempt& attempt) {
  Connection connection;
  connection.phases = {{Phase::kHandshake, 1s}};
  if (attempt.leaf) connection.handshake.chain.push_back({.staple = attempt.staple});
  if (attempt.staple) {
    StapleReport report{.present = true};
    report.judgement.verdict = attempt.verdict;
    connection.staples.push_back(std::move(report));
  }
  if (attempt.ended_early) {
    connection.handshake.failure = Failure{Phase::kHandshake, *attempt.failure, ""};
  }
  if (attempt.failure) connection.failure = Failure{Phase::kJudge, *attempt.failure, ""};
  return connection;
}

class AttemptSummaryTest : public ::testing::TestWithParam<SummaryCase> {};

TEST_P(AttemptSummaryTest, MakesOneOfThem) {
  const SummaryCase& c = GetParam();
  AttemptSummary summary;
  for (const Attempt& attempt : c.attempts) summary.Add(ConnectionOf(attempt));
  const Connection connection = summary.Take();
  EXPECT_EQ(connection.attempts.made, c.made);
  EXPECT_EQ(connection.attempts.stapled, c.stapled);
  EXPECT_EQ(connection.attempts.distinct, c.distinct);
  EXPECT_EQ(connection.phases.size(), c.attempts.size());
  const auto& chain = connection.handshake.chain;
  EXPECT_EQ(chain.empty() ? std::nullopt : chain.front().staple, c.chosen_staple);
  EXPECT_EQ(connection.failure.has_value(), c.failure.has_value());
  if (connection.failure && c.failure) {
    EXPECT_EQ(connection.failure->reason, *c.failure);
  }
}

// What nobody looked at is not good; what was seen says more.
TEST(AttemptSummaryCutOffTest, IsAFailureUnlessThereIsAWorse) {
  AttemptSummary good;
  good.Add(ConnectionOf({.staple = kOne}));
  good.Add(ConnectionOf({.staple = kOne}));
  good.TellOfTheRest(5);
  const Connection cut = good.Take();
  ASSERT_TRUE(cut.failure);
  EXPECT_EQ(cut.failure->phase, Phase::kHandshake);
  EXPECT_EQ(cut.failure->reason, Reason::kTimeout);
  EXPECT_EQ(cut.failure->detail, "2 of 5 attempts were made in time");
  for (const Reason reason : {Reason::kRevoked, Reason::kStapleMissing}) {
    AttemptSummary bad;
    bad.Add(ConnectionOf({.failure = reason}));
    bad.TellOfTheRest(5);
    EXPECT_EQ(bad.Take().failure->reason, reason);
  }
}

INSTANTIATE_TEST_SUITE_P(Table, AttemptSummaryTest, ::testing::ValuesIn(kCases));

}  // namespace
}  // namespace stapling
