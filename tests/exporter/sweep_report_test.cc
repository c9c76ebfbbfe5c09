#include "exporter/sweep_report.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/exporter/sample_probe.h"

namespace stapling::exporter {
namespace {

using stapling::testing::kNow;
using stapling::testing::UnreachableProbe;
using std::chrono::duration;

SweepOutcome Good(std::size_t position, const std::string& target) {
  return {position, target, ExitStatus::kGood, "good", "Fine."};
}
SweepOutcome Missing(std::size_t position, const std::string& target) {
  return {position, target, ExitStatus::kWarning, "missing", "No staple."};
}
SweepOutcome Expired(std::size_t position, const std::string& target) {
  return {position, target, ExitStatus::kCritical, "expired", "It expired."};
}
SweepOutcome TimedOut(std::size_t position, const std::string& target) {
  return {position, target, ExitStatus::kCritical, "timeout", "Too slow."};
}

TEST(SweepOutcomeTest, IsTheHeadlineOfTheProbe) {
  const ProbeResult result = UnreachableProbe(Phase::kConnect, Reason::kRefused);
  const Module module;
  const SweepOutcome outcome =
      OutcomeOf({"a.test", module, result, kDefaultWarningRatio, ExitStatus::kCritical}, 7,
                "a.test module=m");
  EXPECT_EQ(outcome.position, 7U);
  EXPECT_EQ(outcome.target, "a.test module=m");
  EXPECT_EQ(outcome.status, ExitStatus::kCritical);
  EXPECT_EQ(outcome.word, "refused");
  EXPECT_EQ(outcome.sentence, "The connection was refused.");
}

struct LineRow {
  const char* name;
  SweepOutcome outcome;
  std::size_t target_width;
  bool colour = false;
  const char* line;
};

const LineRow kLines[] = {
    {.name = "Good",
     .outcome = Good(0, "a.test"),
     .target_width = 10,
     .line = "OK        a.test      good: Fine.\n"},
    {.name = "Warning",
     .outcome = Missing(0, "abcde.test"),
     .target_width = 10,
     .line = "WARNING   abcde.test  missing: No staple.\n"},
    {.name = "WiderThanTheColumn",
     .outcome = Expired(0, "much.wider.test"),
     .target_width = 10,
     .line = "CRITICAL  much.wider.test  expired: It expired.\n"},
    {.name = "Coloured",
     .outcome = Good(0, "a.test"),
     .target_width = 6,
     .colour = true,
     .line = "\x1b[32mOK\x1b[0m        a.test  good: Fine.\n"},
    {.name = "ControlCharactersOfStrangers",
     .outcome = {0, "a.test", ExitStatus::kCritical, "alert", "It said \x1b[2J\n."},
     .target_width = 6,
     .line = "CRITICAL  a.test  alert: It said \xEF\xBF\xBD[2J\xEF\xBF\xBD.\n"},
};

class SweepLineTest : public ::testing::TestWithParam<LineRow> {};

TEST_P(SweepLineTest, IsOneLineInColumns) {
  EXPECT_EQ(SweepLine(GetParam().outcome, GetParam().target_width, {.colour = GetParam().colour}),
            GetParam().line);
}

INSTANTIATE_TEST_SUITE_P(All, SweepLineTest, ::testing::ValuesIn(kLines),
                         [](const auto& row) { return std::string(row.param.name); });

struct SummaryRow {
  const char* name;
  SweepSummary summary;
  const char* text;
};

const SummaryRow kSummaries[] = {
    {.name = "AllIsWell",
     .summary = {.outcomes = {Good(0, "a.test")}, .targets = 1, .duration = duration<double>(0.26)},
     .text = "1 target in 0.3 s\n"
             "  OK             1  good\n"},
    {.name = "TheWorstFirstAndTheMostFrequentOfThem",
     .summary = {.outcomes = {Missing(5, "f.test"), Expired(3, "d.test"), Good(0, "a.test"),
                              TimedOut(4, "e.test:25"), Missing(2, "c.test"), Missing(6, "g.test"),
                              TimedOut(1, "b.test")},
                 .targets = 7,
                 .duration = duration<double>(12)},
     .text = "7 targets in 12.0 s\n"
             "  CRITICAL       2  timeout\n"
             "  CRITICAL       1  expired\n"
             "  WARNING        3  missing\n"
             "  OK             1  good\n"
             "\n"
             "The worst first:\n"
             "  CRITICAL  b.test     timeout: Too slow.\n"
             "  CRITICAL  e.test:25  timeout: Too slow.\n"
             "  CRITICAL  d.test     expired: It expired.\n"
             "  WARNING   c.test     missing: No staple.\n"
             "  WARNING   f.test     missing: No staple.\n"
             "  WARNING   g.test     missing: No staple.\n"},
    {.name = "SameWordOfTwoStatuses",
     .summary = {.outcomes = {Missing(0, "a.test"),
                              {1, "b.test", ExitStatus::kCritical, "missing", "Demanded."}},
                 .targets = 2,
                 .duration = duration<double>(1)},
     .text = "2 targets in 1.0 s\n"
             "  CRITICAL       1  missing\n"
             "  WARNING        1  missing\n"
             "\n"
             "The worst first:\n"
             "  CRITICAL  b.test  missing: Demanded.\n"
             "  WARNING   a.test  missing: No staple.\n"},
    {.name = "Interrupted",
     .summary = {.outcomes = {Expired(1, "b.test")},
                 .targets = 3,
                 .duration = duration<double>(2.5)},
     .text = "Interrupted after 2.5 s: 1 of 3 targets\n"
             "  CRITICAL       1  expired\n"
             "\n"
             "The worst first:\n"
             "  CRITICAL  b.test  expired: It expired.\n"},
    {.name = "InterruptedBeforeAnything",
     .summary = {.outcomes = {}, .targets = 3, .duration = duration<double>(0)},
     .text = "Interrupted after 0.0 s: 0 of 3 targets\n"},
};

class SweepSummaryTest : public ::testing::TestWithParam<SummaryRow> {};

TEST_P(SweepSummaryTest, CountsAndLists) {
  EXPECT_EQ(SweepSummaryText(GetParam().summary, {}), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(All, SweepSummaryTest, ::testing::ValuesIn(kSummaries),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(SweepSummaryTest, ManyOfOneKindDoNotHideAnother) {
  SweepSummary summary{.targets = 23, .duration = duration<double>(1)};
  for (std::size_t i = 0; i < 22; ++i) {
    summary.outcomes.push_back(TimedOut(i, "t" + std::to_string(i) + ".test"));
  }
  summary.outcomes.push_back(Expired(22, "last.test"));
  const std::string text = SweepSummaryText(summary, {});
  EXPECT_NE(text.find("  CRITICAL  t19.test   timeout: Too slow.\n"
                      "  CRITICAL  and 2 more: timeout\n"
                      "  CRITICAL  last.test  expired: It expired.\n"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("t20.test"), std::string::npos) << text;
}

}  // namespace
}  // namespace stapling::exporter
