#include "exporter/sweep.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <atomic>
#include <latch>
#include <new>
#include <set>
#include <vector>

namespace stapling::exporter {
namespace {

bool WaitForResults(const Sweep& sweep) {
  pollfd event{.fd = sweep.descriptor(), .events = POLLIN, .revents = 0};
  return poll(&event, 1, 10'000) == 1;
}

SweepResult ResultOf(std::size_t position) {
  return {.outcome = {.position = position}, .line = {}};
}

// As many as there are, or what came within ten seconds of each other.
std::vector<std::size_t> TakeAll(Sweep& sweep, std::size_t size) {
  std::vector<std::size_t> positions;
  while (positions.size() < size && WaitForResults(sweep)) {
    for (const SweepResult& result : sweep.Take()) positions.push_back(result.outcome.position);
  }
  return positions;
}

struct Row {
  const char* name;
  std::size_t size;
  std::size_t concurrency;
};

class SweepSizes : public ::testing::TestWithParam<Row> {};

TEST_P(SweepSizes, DoesEachPositionOnce) {
  const auto sweep = Sweep::Start(GetParam().size, GetParam().concurrency, ResultOf);
  ASSERT_TRUE(sweep) << sweep.error();
  const auto positions = TakeAll(**sweep, GetParam().size);
  EXPECT_EQ(positions.size(), GetParam().size);
  EXPECT_EQ(std::set(positions.begin(), positions.end()).size(), GetParam().size);
  EXPECT_TRUE((*sweep)->Take().empty());
}

INSTANTIATE_TEST_SUITE_P(All, SweepSizes,
                         ::testing::Values(Row{"OneAtATime", 50, 1}, Row{"Some", 1000, 7},
                                           Row{"MoreThreadsThanWork", 3, 100}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(SweepTest, RunsAsManyAtOnceAsItMayAndNoMore) {
  constexpr std::size_t kConcurrency = 4;
  std::latch all_running(kConcurrency);
  std::atomic<std::size_t> running = 0;
  std::atomic<std::size_t> most = 0;
  const auto sweep = Sweep::Start(100, kConcurrency, [&](std::size_t position) {
    const std::size_t now = ++running;
    std::size_t before = most;
    while (before < now && !most.compare_exchange_weak(before, now)) {
    }
    if (position < kConcurrency) all_running.arrive_and_wait();  // hangs with fewer
    --running;
    return ResultOf(position);
  });
  ASSERT_TRUE(sweep) << sweep.error();
  EXPECT_EQ(TakeAll(**sweep, 100).size(), 100U);
  EXPECT_EQ(most, kConcurrency);
}

TEST(SweepTest, BeginsNothingMoreWhenItIsDestroyed) {
  constexpr std::size_t kEndless = 1'000'000'000'000;
  std::atomic<std::size_t> begun = 0;
  {
    const auto sweep = Sweep::Start(kEndless, 2, [&](std::size_t position) {
      ++begun;
      return ResultOf(position);
    });
    ASSERT_TRUE(sweep) << sweep.error();
    ASSERT_TRUE(WaitForResults(**sweep));
  }
  EXPECT_LT(begun, kEndless);
}

// Of a position for which memory lacked there is no result, and somebody is told to come and see.
TEST(SweepTest, CountsWhatMemoryDidNotSufficeFor) {
  const auto sweep = Sweep::Start(3, 1, [](std::size_t position) {
    if (position == 1) throw std::bad_alloc();
    return ResultOf(position);
  });
  ASSERT_TRUE(sweep) << sweep.error();
  std::size_t lost = 0;
  std::size_t taken = 0;
  while (taken + lost < 3 && WaitForResults(**sweep)) {
    taken += (*sweep)->Take().size();
    lost += (*sweep)->TakeLost();
  }
  EXPECT_EQ(taken, 2U);
  EXPECT_EQ(lost, 1U);
}

}  // namespace
}  // namespace stapling::exporter
