#include "core/net/deadline.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/eventfd.h>

#include <thread>

#include "core/net/connection.h"
#include "core/net/file_descriptor.h"

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

TEST(DeadlineTest, WithinIsTheEarlier) {
  const Deadline near = Deadline::After(1h);
  const Deadline far = Deadline::After(10h);
  EXPECT_LE(near.Within(10h).Remaining(), 1h);
  EXPECT_LE(far.Within(1h).Remaining(), 1h);
  EXPECT_GT(far.Within(10h).Remaining(), 9h);
}

TEST(DeadlineTest, CanBeCalledOff) {
  const FileDescriptor off(eventfd(0, EFD_CLOEXEC));
  const Deadline deadline = Deadline::After(1h).CalledOffBy(off.get()).Within(2h);
  const Deadline other = Deadline::After(1h);
  EXPECT_FALSE(deadline.Passed());
  std::thread caller([&] { eventfd_write(off.get(), 1); });
  // Nothing is ever to be read from an eventfd of its own.
  const FileDescriptor silent(eventfd(0, EFD_CLOEXEC));
  EXPECT_EQ(WaitFor(silent.get(), POLLIN, deadline), Ready::kTimeout);
  caller.join();
  EXPECT_TRUE(deadline.Passed());
  EXPECT_FALSE(other.Passed());
}

}  // namespace
}  // namespace stapling::testing
