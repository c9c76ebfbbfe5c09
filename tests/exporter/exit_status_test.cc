#include "exporter/exit_status.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/exporter/sample_probe.h"

namespace stapling::exporter {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using stapling::testing::CrossCheckedProbe;
using stapling::testing::FailedProbe;
using stapling::testing::GoodStaple;
using stapling::testing::HealthyProbe;
using stapling::testing::kNow;
using stapling::testing::MissingStaple;
using stapling::testing::OnlyVerdict;
using stapling::testing::UnreachableProbe;

ProbeResult With(StapleReport leaf) {
  ProbeResult result = HealthyProbe();
  result.connections[0].staples[0] = std::move(leaf);
  return result;
}

StapleReport Missing(std::optional<bool> required, std::optional<bool> expected) {
  StapleReport staple = MissingStaple();
  staple.required = required;
  staple.expected = expected;
  return staple;
}

// A lifetime of 100 hours of which `used` have passed.
StapleReport Used(std::chrono::hours used) {
  StapleReport staple = GoodStaple();
  staple.judgement.this_update = kNow - used;
  staple.judgement.effective_expiry = kNow - used + 100h;
  return staple;
}

StapleReport Judged(Verdict verdict) {
  StapleReport staple = GoodStaple();
  staple.judgement.verdict = verdict;
  return staple;
}

// The healthy one with a CA that was asked, as this leaves it.
ProbeResult CrossChecked(const std::function<void(CrossCheck&)>& change) {
  ProbeResult result = CrossCheckedProbe();
  change(*result.connections[0].cross_check);
  return result;
}

void RefuseResponder(CrossCheck& check) {
  check.responders[0].exchange.up = false;
  check.responders[0].exchange.failure = Failure{Phase::kResponder, Reason::kRefused, ""};
  check.responders[0].judgement.reset();
  check.schemes[0].responder.reset();
}

void RevokeByCrl(CrossCheck& check) {
  check.crls[0].judgement->verdict = CrlVerdict::kRevoked;
  check.crls[0].judgement->revoked = true;
  check.schemes[0].crl = RevocationStatus::kRevoked;
}

struct Row {
  const char* name;
  std::function<ProbeResult()> probe;
  double warning_ratio = 0.75;
  ExitStatus expected;
};

const Row kRows[] = {
    {.name = "Healthy", .probe = HealthyProbe, .expected = ExitStatus::kGood},
    {.name = "MissingUnexpected",
     .probe = [] { return With(Missing(false, false)); },
     .expected = ExitStatus::kGood},
    {.name = "MissingExpected",
     .probe = [] { return With(Missing(false, true)); },
     .expected = ExitStatus::kWarning},
    {.name = "MissingRequired",
     .probe = [] { return With(Missing(true, true)); },
     .expected = ExitStatus::kCritical},
    {.name = "MissingBelowTheLeafDoesNotCount",
     .probe = [] { return With(Missing({}, {})); },
     .expected = ExitStatus::kGood},
    {.name = "NoPlaceForAStaple",
     .probe =
         [] {
           StapleReport staple = Missing(true, true);
           staple.present = {};
           return With(std::move(staple));
         },
     .expected = ExitStatus::kGood},
    {.name = "MostUsedAtTheRatio",
     .probe = [] { return With(Used(75h)); },
     .expected = ExitStatus::kGood},
    {.name = "MostUsedBeyondTheRatio",
     .probe = [] { return With(Used(76h)); },
     .expected = ExitStatus::kWarning},
    {.name = "LowerRatio",
     .probe = [] { return With(Used(51h)); },
     .warning_ratio = 0.5,
     .expected = ExitStatus::kWarning},
    // Within the clock skew that the judge allows.
    {.name = "AtItsEndThoughOfNoLength",
     .probe =
         [] {
           StapleReport staple = Used(0h);
           staple.judgement.effective_expiry = kNow;
           return With(std::move(staple));
         },
     .expected = ExitStatus::kWarning},
    {.name = "NoEndNoRatio",
     .probe =
         [] {
           StapleReport staple = Used(99h);
           staple.judgement.effective_expiry = {};
           return With(std::move(staple));
         },
     .expected = ExitStatus::kGood},
    {.name = "Expired",
     .probe = [] { return With(Judged(Verdict::kExpired)); },
     .expected = ExitStatus::kCritical},
    {.name = "Revoked",
     .probe = [] { return With(Judged(Verdict::kRevoked)); },
     .expected = ExitStatus::kCritical},
    {.name = "Unknown",
     .probe = [] { return With(Judged(Verdict::kUnknown)); },
     .expected = ExitStatus::kCritical},
    {.name = "FailedToConnect",
     .probe = [] { return UnreachableProbe(Phase::kConnect, Reason::kTimeout); },
     .expected = ExitStatus::kCritical},
    {.name = "FailedWithAGoodStaple",
     .probe = [] { return FailedProbe(Phase::kJudge, Reason::kChainInvalid); },
     .expected = ExitStatus::kCritical},
    {.name = "WorstDepthWins",
     .probe =
         [] {
           ProbeResult result = HealthyProbe();
           result.connections[0].staples[1] = Used(80h);
           result.connections[0].staples[1].depth = 1;
           return result;
         },
     .expected = ExitStatus::kWarning},
    {.name = "StapledAtTimes",
     .probe =
         [] {
           ProbeResult result = With(Used(10h));
           result.connections[0].staples[0].expected = true;
           result.connections[0].attempts = {.made = 3, .stapled = 2, .distinct = 1};
           return result;
         },
     .expected = ExitStatus::kWarning},
    {.name = "StapledAtTimesThoughNotExpected",
     .probe =
         [] {
           ProbeResult result = With(Used(10h));
           result.connections[0].staples[0].expected = false;
           result.connections[0].attempts = {.made = 3, .stapled = 2, .distinct = 1};
           return result;
         },
     .expected = ExitStatus::kGood},
    {.name = "TheCaAgrees", .probe = CrossCheckedProbe, .expected = ExitStatus::kGood},
    {.name = "TheResponderIsDown",
     .probe = [] { return CrossChecked(RefuseResponder); },
     .expected = ExitStatus::kWarning},
    {.name = "RevokedThereThoughGoodHere",
     .probe = [] { return CrossChecked(RevokeByCrl); },
     .expected = ExitStatus::kCritical},
    {.name = "TheCaWasNotAskedForWantOfAChain",
     .probe =
         [] { return CrossChecked([](CrossCheck& check) { check = {.chain_unverified = true}; }); },
     .expected = ExitStatus::kWarning},
    {.name = "TheWorstDepthOfTheCrossCheckWins",
     .probe =
         [] {
           return CrossChecked([](CrossCheck& check) {
             RefuseResponder(check);
             check.crls.push_back(check.crls[0]);
             check.crls[1].exchange.depth = 1;
             check.crls[1].judgement->verdict = CrlVerdict::kRevoked;
             check.crls[1].judgement->revoked = true;
             check.schemes.push_back({.depth = 1, .crl = RevocationStatus::kRevoked});
           });
         },
     .expected = ExitStatus::kCritical},
    {.name = "MissingAndFetchableIsNoWorseThanMissing",
     .probe =
         [] {
           ProbeResult result = CrossCheckedProbe();
           result.connections[0].staples[0] = MissingStaple();
           result.connections[0].cross_check->schemes[0].staple.reset();
           return result;
         },
     .expected = ExitStatus::kWarning},
    {.name = "WorstConnectionWins",
     .probe =
         [] {
           ProbeResult result = HealthyProbe();
           result.connections.push_back(std::move(With(Missing(false, true)).connections.front()));
           return result;
         },
     .expected = ExitStatus::kWarning},
};

class ExitStatusTest : public ::testing::TestWithParam<Row> {};

TEST_P(ExitStatusTest, OfAProbe) {
  EXPECT_EQ(ExitStatusOf(GetParam().probe(), GetParam().warning_ratio), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(All, ExitStatusTest, ::testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(ExitStatusOfVerifyTest, OnlyGoodIsZero) {
  for (const VerdictInfo& info : Verdicts()) {
    const ExitStatus expected =
        info.verdict == Verdict::kGood ? ExitStatus::kGood : ExitStatus::kCritical;
    EXPECT_EQ(ExitStatusOf(OnlyVerdict(info.verdict)), expected) << info.label;
  }
}

TEST(ExitStatusNumbersTest, AreThoseOfMonitoringPlugins) {
  EXPECT_EQ(static_cast<int>(ExitStatus::kGood), 0);
  EXPECT_EQ(static_cast<int>(ExitStatus::kWarning), 1);
  EXPECT_EQ(static_cast<int>(ExitStatus::kCritical), 2);
  EXPECT_EQ(static_cast<int>(ExitStatus::kUsage), 3);
  EXPECT_EQ(WorseOf(ExitStatus::kWarning, ExitStatus::kCritical), ExitStatus::kCritical);
  EXPECT_EQ(WorseOf(ExitStatus::kUsage, ExitStatus::kCritical), ExitStatus::kUsage);
}

}  // namespace
}  // namespace stapling::exporter
