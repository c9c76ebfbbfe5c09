#include "exporter/web/rate_limiter.h"

#include <gtest/gtest.h>

#include <vector>

namespace stapling::exporter {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Row {
  const char* name;
  RateLimit limit;
  std::vector<int> at_ms;
  std::vector<bool> allowed;
};

TEST(RateLimiter, IsATokenBucket) {
  const Row rows[] = {
      {"off", {}, {0, 0, 0}, {true, true, true}},
      {"off_whatever_the_burst", {.burst = 1}, {0, 0}, {true, true}},
      {"begins_full", {seconds(1), 2}, {0, 0, 0}, {true, true, false}},
      {"a_token_for_each_interval", {seconds(1), 1}, {0, 999, 1000}, {true, false, true}},
      {"refusals_cost_nothing",
       {seconds(1), 1},
       {0, 500, 900, 1000, 1999, 2000},
       {true, false, false, true, false, true}},
      {"never_fuller_than_the_burst",
       {seconds(1), 2},
       {0, 60'000, 60'000, 60'000},
       {true, true, true, false}},
      {"no_burst", {seconds(1), 0}, {0, 5000}, {false, false}},
  };
  for (const Row& row : rows) {
    RateLimiter limiter;
    const auto start = RateLimiter::Clock::now();
    std::vector<bool> allowed;
    for (const int at : row.at_ms) {
      allowed.push_back(limiter.Allow(row.limit, start + milliseconds(at)));
    }
    EXPECT_EQ(allowed, row.allowed) << row.name;
  }
}

TEST(RateLimiter, TakesANewLimitAtOnce) {
  RateLimiter limiter;
  const auto now = RateLimiter::Clock::now();
  EXPECT_TRUE(limiter.Allow({seconds(1), 10}, now));
  EXPECT_TRUE(limiter.Allow({seconds(1), 1}, now));
  EXPECT_FALSE(limiter.Allow({seconds(1), 1}, now));
}

}  // namespace
}  // namespace stapling::exporter
