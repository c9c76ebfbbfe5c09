#include "core/side_by_side.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <latch>
#include <mutex>
#include <set>
#include <vector>

namespace stapling::testing {
namespace {

void NeverGivesUp(std::size_t i, const char* why) { ADD_FAILURE() << i << ": " << why; }

TEST(SideBySide, RunsAllAtOnceAndTheFirstOnTheCaller) {
  constexpr std::size_t kCount = 8;
  std::latch all_run(kCount);  // reached only when all of them run at once
  std::vector<pid_t> threads(kCount);
  SideBySide(
      kCount,
      [&](std::size_t i) {
        threads[i] = gettid();
        all_run.arrive_and_wait();
      },
      NeverGivesUp);
  EXPECT_EQ(threads[0], gettid());
  EXPECT_EQ(std::set<pid_t>(threads.begin(), threads.end()).size(), kCount);
}

TEST(SideBySide, RunsNothingOfNothing) {
  SideBySide(
      0, [](std::size_t) { FAIL(); }, NeverGivesUp);
}

TEST(SideBySide, TakesTheSameThreadsAgain) {
  std::mutex mutex;
  std::set<pid_t> threads;
  for (int round = 0; round < 100; ++round) {
    std::latch all_run(4);
    SideBySide(
        4,
        [&](std::size_t) {
          {
            const std::lock_guard lock(mutex);
            threads.insert(gettid());
          }
          all_run.arrive_and_wait();
        },
        NeverGivesUp);
  }
  // The caller, and those that were there already or were made in the first round. One that has
  // just finished may not be free yet when the next round begins.
  EXPECT_LE(threads.size(), 16U);
}

TEST(SideBySide, MayBeUsedFromWithin) {
  std::atomic<int> runs = 0;
  SideBySide(
      3,
      [&](std::size_t) {
        SideBySide(
            3, [&](std::size_t) { ++runs; }, NeverGivesUp);
      },
      NeverGivesUp);
  EXPECT_EQ(runs, 9);
}

}  // namespace
}  // namespace stapling::testing
