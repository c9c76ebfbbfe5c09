#include "exporter/ticker.h"

#include <gtest/gtest.h>

#include <atomic>

#include "tests/support/wait_until.h"

namespace stapling::exporter {
namespace {

using namespace std::chrono_literals;

TEST(Ticker, CallsAgainAndAgain) {
  std::atomic<int> calls = 0;
  const Ticker ticker(1ms, [&] { ++calls; });
  EXPECT_TRUE(testing::WaitUntil([&] { return calls >= 3; }));
}

TEST(Ticker, EndsAtOnceHoweverLongItsInterval) {
  const auto start = std::chrono::steady_clock::now();
  {
    const Ticker ticker(1h, [] { ADD_FAILURE() << "called before its time"; });
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, 1min);
}

TEST(Ticker, WaitsForACallThatRuns) {
  std::atomic<bool> entered = false;
  std::atomic<bool> leave = false;
  std::atomic<bool> left = false;
  std::thread releaser([&] {
    EXPECT_TRUE(testing::WaitUntil([&] { return entered.load(); }));
    leave = true;
  });
  {
    const Ticker ticker(1ms, [&] {
      entered = true;
      EXPECT_TRUE(testing::WaitUntil([&] { return leave.load(); }));
      left = true;
    });
    EXPECT_TRUE(testing::WaitUntil([&] { return entered.load(); }));
  }
  EXPECT_TRUE(left);
  releaser.join();
}

}  // namespace
}  // namespace stapling::exporter
