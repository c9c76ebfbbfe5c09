#include "exporter/lifetime.h"

#include <gtest/gtest.h>

#include <string>

namespace stapling::exporter {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using std::chrono::sys_seconds;

constexpr sys_seconds kNow{1'795'168'800s};

struct Row {
  const char* name;
  std::optional<sys_seconds> this_update = {};
  std::optional<sys_seconds> effective_expiry = {};
  std::optional<std::chrono::seconds> age = {};
  std::optional<std::chrono::seconds> remaining = {};
  std::optional<double> used_ratio = {};
};

const Row kRows[] = {
    {.name = "NothingKnown"},
    {.name = "HalfUsed",
     .this_update = kNow - 150s,
     .effective_expiry = kNow + 150s,
     .age = 150s,
     .remaining = 150s,
     .used_ratio = 0.5},
    {.name = "JustBegun",
     .this_update = kNow,
     .effective_expiry = kNow + 300s,
     .age = 0s,
     .remaining = 300s,
     .used_ratio = 0.0},
    {.name = "PastItsEnd",
     .this_update = kNow - 200s,
     .effective_expiry = kNow - 100s,
     .age = 200s,
     .remaining = -100s,
     .used_ratio = 2.0},
    {.name = "FromTheFuture",
     .this_update = kNow + 100s,
     .effective_expiry = kNow + 300s,
     .age = -100s,
     .remaining = 300s,
     .used_ratio = -0.5},
    {.name = "WithoutEnd", .this_update = kNow - 10s, .age = 10s},
    {.name = "WithoutBeginning", .effective_expiry = kNow + 10s, .remaining = 10s},
    {.name = "NoSpan",
     .this_update = kNow - 10s,
     .effective_expiry = kNow - 10s,
     .age = 10s,
     .remaining = -10s},
    {.name = "EndBeforeBeginning",
     .this_update = kNow - 10s,
     .effective_expiry = kNow - 20s,
     .age = 10s,
     .remaining = -20s},
};

class LifetimeTest : public ::testing::TestWithParam<Row> {};

TEST_P(LifetimeTest, CountsFromWhatTheResponseClaims) {
  Judgement judgement;
  judgement.this_update = GetParam().this_update;
  judgement.effective_expiry = GetParam().effective_expiry;
  const Lifetime lifetime = LifetimeOf(judgement, kNow);
  EXPECT_EQ(lifetime.age, GetParam().age);
  EXPECT_EQ(lifetime.remaining, GetParam().remaining);
  EXPECT_EQ(lifetime.used_ratio, GetParam().used_ratio);
}

INSTANTIATE_TEST_SUITE_P(All, LifetimeTest, ::testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(PercentTextTest, IsRounded) {
  EXPECT_EQ(PercentText(0.004), "0 %");
  EXPECT_EQ(PercentText(0.755), "76 %");
  EXPECT_EQ(PercentText(1.15), "115 %");
}

}  // namespace
}  // namespace stapling::exporter
