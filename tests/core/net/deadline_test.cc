#include "core/net/deadline.h"

#include <gtest/gtest.h>

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;

TEST(DeadlineTest, AheadHasTimeLeft) {
  const Deadline deadline = Deadline::After(1h);
  EXPECT_FALSE(deadline.Passed());
  EXPECT_GT(deadline.Remaining(), 59min);
  EXPECT_LE(deadline.Remaining(), 1h);
  EXPECT_GT(deadline.PollMilliseconds(), 59 * 60 * 1000);
  EXPECT_LE(deadline.PollMilliseconds(), 60 * 60 * 1000);
}

TEST(DeadlineTest, PassedHasNothingLeftAndIsNeverNegative) {
  for (const auto span : {0ns, -1ns, std::chrono::nanoseconds(-1h)}) {
    const Deadline deadline = Deadline::After(span);
    EXPECT_TRUE(deadline.Passed());
    EXPECT_EQ(deadline.Remaining(), 0ns);
    EXPECT_EQ(deadline.PollMilliseconds(), 0);  // -1 would wait for ever
  }
}

TEST(DeadlineTest, PollIsBoundedForFarDeadlines) {
  EXPECT_EQ(Deadline::After(24h * 365).PollMilliseconds(), 3'600'000);
}

TEST(DeadlineTest, PollNeverEndsBeforeTheDeadline) {
  const Deadline deadline = Deadline::After(1500us);
  const auto remaining_after = [&] { return deadline.Remaining(); };
  const int wait = deadline.PollMilliseconds();
  EXPECT_GE(std::chrono::milliseconds(wait), remaining_after());
}

TEST(DeadlineTest, EarlierOfIsTheEarlier) {
  const Deadline near = Deadline::After(1h);
  const Deadline far = Deadline::After(10h);
  EXPECT_LE(near.EarlierOf(far).Remaining(), 1h);
  EXPECT_LE(far.EarlierOf(near).Remaining(), 1h);
  EXPECT_GT(far.EarlierOf(far).Remaining(), 9h);
}

}  // namespace
}  // namespace stapling::testing
