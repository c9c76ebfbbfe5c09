#include "exporter/watchdog.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <csignal>
#include <cstdlib>

#include "tests/support/notify_socket.h"

namespace stapling::exporter {
namespace {

using stapling::testing::NotifySocket;

// A manager whose patience is 40 ms, and SIGHUP blocked as `serve` blocks it.
class WatchdogTest : public ::testing::Test {
 protected:
  WatchdogTest() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    setenv("NOTIFY_SOCKET", manager_.Path().c_str(), 1);
    setenv("WATCHDOG_USEC", "40000", 1);
  }
  ~WatchdogTest() override {
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
  }

  // A process whose pulse goes up by `step` at each look, and which is sent a SIGHUP at the fifth.
  SignsOfLife WithPulseOf(std::uint64_t step) {
    return {.pulse =
                [this, step] {
                  if (++looks_ == 5) pthread_kill(pthread_self(), SIGHUP);
                  return step * looks_;
                },
            .status = [] { return "well"; }};
  }

  sigset_t signals_{};
  const NotifySocket manager_;
  std::uint64_t looks_ = 0;
};

TEST_F(WatchdogTest, TellsOfEveryBeat) {
  Watchdog watchdog(WithPulseOf(1));
  EXPECT_EQ(watchdog.AwaitSignal(signals_), SIGHUP);
  EXPECT_EQ(looks_, 5U);
  for (int beat = 0; beat < 4; ++beat) {
    EXPECT_EQ(manager_.Next(), "WATCHDOG=1\nSTATUS=well");
  }
  EXPECT_EQ(manager_.Next(std::chrono::milliseconds(0)), std::nullopt);
}

TEST_F(WatchdogTest, IsSilentWhileThePulseStandsStill) {
  Watchdog watchdog(WithPulseOf(0));
  EXPECT_EQ(watchdog.AwaitSignal(signals_), SIGHUP);
  EXPECT_EQ(looks_, 5U);
  EXPECT_EQ(manager_.Next(std::chrono::milliseconds(0)), std::nullopt);
}

TEST_F(WatchdogTest, ManySignalsDoNotKeepItFromLooking) {
  Watchdog watchdog(WithPulseOf(1));
  while (looks_ < 3) {
    pthread_kill(pthread_self(), SIGHUP);
    EXPECT_EQ(watchdog.AwaitSignal(signals_), SIGHUP);
  }
  EXPECT_EQ(manager_.Next(), "WATCHDOG=1\nSTATUS=well");
}

TEST_F(WatchdogTest, WithoutAManagerThatWatchesItOnlyWaits) {
  unsetenv("WATCHDOG_USEC");
  Watchdog watchdog(WithPulseOf(1));
  pthread_kill(pthread_self(), SIGHUP);
  EXPECT_EQ(watchdog.AwaitSignal(signals_), SIGHUP);
  EXPECT_EQ(looks_, 1U);  // where it began
  EXPECT_EQ(manager_.Next(std::chrono::milliseconds(0)), std::nullopt);
}

}  // namespace
}  // namespace stapling::exporter
