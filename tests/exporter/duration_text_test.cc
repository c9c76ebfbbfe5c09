#include "exporter/duration_text.h"

#include <gtest/gtest.h>

#include <string>

namespace stapling::exporter {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr std::chrono::sys_seconds kNow{1'795'168'800s};

struct Row {
  const char* name;
  std::chrono::seconds span;  // from now
  const char* duration;
  const char* relative;
};

const Row kRows[] = {
    {.name = "Zero", .span = 0s, .duration = "0 seconds", .relative = "now"},
    {.name = "OneSecond", .span = 1s, .duration = "1 second", .relative = "in 1 second"},
    {.name = "Seconds", .span = -59s, .duration = "59 seconds", .relative = "59 seconds ago"},
    {.name = "OneMinute", .span = 60s, .duration = "1 minute", .relative = "in 1 minute"},
    {.name = "TwoUnits",
     .span = 61s,
     .duration = "1 minute 1 second",
     .relative = "in 1 minute 1 second"},
    {.name = "TheThirdUnitIsCut",
     .span = 3h + 5min + 59s,
     .duration = "3 hours 5 minutes",
     .relative = "in 3 hours 5 minutes"},
    {.name = "AnEmptySecondUnitIsLeftOut",
     .span = 24h + 59min,
     .duration = "1 day",
     .relative = "in 1 day"},
    {.name = "Past", .span = -51h, .duration = "2 days 3 hours", .relative = "2 days 3 hours ago"},
    {.name = "Years", .span = 24h * 3650, .duration = "3650 days", .relative = "in 3650 days"},
};

class DurationTextTest : public ::testing::TestWithParam<Row> {};

TEST_P(DurationTextTest, ReadsLikeAPerson) {
  EXPECT_EQ(DurationText(GetParam().span), GetParam().duration);
  EXPECT_EQ(RelativeText(kNow + GetParam().span, kNow), GetParam().relative);
}

INSTANTIATE_TEST_SUITE_P(All, DurationTextTest, ::testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace stapling::exporter
