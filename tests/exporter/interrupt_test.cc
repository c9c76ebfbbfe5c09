#include "exporter/interrupt.h"

#include <gtest/gtest.h>

#include <csignal>

namespace stapling::exporter {
namespace {

using Handler = void (*)(int);

Handler HandlerNow() {
  struct sigaction action = {};
  sigaction(SIGINT, nullptr, &action);
  return action.sa_handler;
}

TEST(InterruptTest, NoticesTheFirstSignalAndLeavesTheSecondToTheSystem) {
  std::signal(SIGINT, SIG_DFL);
  {
    const Interrupt interrupt;
    EXPECT_FALSE(interrupt.Came());
    std::raise(SIGINT);
    EXPECT_TRUE(interrupt.Came());
    EXPECT_TRUE(interrupt.Came()) << "it was read";
    EXPECT_EQ(HandlerNow(), SIG_DFL);
  }
  const Interrupt next;
  EXPECT_FALSE(next.Came());
}

TEST(InterruptTest, PutsBackWhatWasThere) {
  std::signal(SIGINT, SIG_DFL);
  {
    const Interrupt interrupt;
    EXPECT_NE(HandlerNow(), SIG_DFL);
  }
  EXPECT_EQ(HandlerNow(), SIG_DFL);
}

TEST(InterruptTest, IgnoredStaysIgnored) {
  std::signal(SIGINT, SIG_IGN);
  {
    const Interrupt interrupt;
    std::raise(SIGINT);
    EXPECT_FALSE(interrupt.Came());
  }
  std::signal(SIGINT, SIG_DFL);
}

}  // namespace
}  // namespace stapling::exporter
