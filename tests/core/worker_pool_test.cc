#include "core/worker_pool.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <latch>
#include <vector>

#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

using Submission = WorkerPool::Submission;
constexpr std::chrono::seconds kLong{10};

WorkerPool::Job Job(std::function<void()> run) {
  return [run = std::move(run)]() -> WorkerPool::Action {
    run();
    return [] {};
  };
}

TEST(WorkerPool, EveryJobHasItsOwnThreadUpToTheBound) {
  WorkerPool pool({.name = "test", .max_threads = 8, .warm_threads = 1, .idle_timeout = kLong});
  ASSERT_TRUE(pool.Start());
  EXPECT_EQ(pool.threads(), 1U);
  std::latch all_run(8);  // reached only when all eight run at once
  for (WorkerPool::Ticket ticket = 0; ticket < 8; ++ticket) {
    EXPECT_EQ(pool.Submit(ticket, Job([&] { all_run.arrive_and_wait(); })), Submission::kStarted);
  }
  all_run.wait();
  EXPECT_TRUE(pool.StopWithin(kLong));
}

TEST(WorkerPool, RefusesOrQueuesBeyondTheBound) {
  WorkerPool pool({.name = "test", .max_threads = 1, .warm_threads = 1, .idle_timeout = kLong});
  ASSERT_TRUE(pool.Start());
  std::latch release(1);
  std::vector<int> order;
  ASSERT_EQ(pool.Submit(1, Job([&] { release.wait(); })), Submission::kStarted);
  EXPECT_EQ(pool.Submit(2, Job([&] { order.push_back(2); })), Submission::kRefused);
  EXPECT_EQ(pool.Submit(3, Job([&] { order.push_back(3); }), [] {}), Submission::kWaiting);
  EXPECT_EQ(pool.Submit(4, Job([&] { order.push_back(4); }), [] {}), Submission::kWaiting);
  EXPECT_EQ(pool.waiting(), 2U);
  release.count_down();
  EXPECT_TRUE(pool.StopWithin(kLong));
  EXPECT_EQ(order, (std::vector<int>{3, 4}));
}

TEST(WorkerPool, AWithdrawnJobNeverRuns) {
  WorkerPool pool({.name = "test", .max_threads = 1, .warm_threads = 1, .idle_timeout = kLong});
  ASSERT_TRUE(pool.Start());
  std::latch release(1);
  int run = 0;
  int withdrawn = 0;
  ASSERT_EQ(pool.Submit(1, Job([&] { release.wait(); })), Submission::kStarted);
  ASSERT_EQ(pool.Submit(2, Job([&] { ++run; }), [&] { ++withdrawn; }), Submission::kWaiting);
  pool.Withdraw(2);
  pool.Withdraw(2);  // no longer waits
  pool.Withdraw(1);  // has started
  release.count_down();
  EXPECT_TRUE(pool.StopWithin(kLong));
  EXPECT_EQ(run, 0);
  EXPECT_EQ(withdrawn, 1);
}

TEST(WorkerPool, WhoeverLearnsOfAnEndFindsTheThreadFree) {
  WorkerPool pool({.name = "test", .max_threads = 1, .warm_threads = 1, .idle_timeout = kLong});
  ASSERT_TRUE(pool.Start());
  std::atomic<int> started = 0;
  // Each job submits its successor from its finish, without leave to wait.
  std::function<void(int)> submit = [&](int left) {
    const auto submission = pool.Submit(0, [&, left]() -> WorkerPool::Action {
      return [&, left] {
        if (left > 0) submit(left - 1);
      };
    });
    if (submission == Submission::kStarted) ++started;
  };
  submit(999);
  EXPECT_TRUE(WaitUntil([&] { return started == 1000; }));
  EXPECT_TRUE(pool.StopWithin(kLong));
}

TEST(WorkerPool, SoManyThatWereNeededAreKept) {
  WorkerPool pool({.name = "test",
                   .max_threads = 16,
                   .kept_threads = 3,
                   .idle_timeout = std::chrono::milliseconds(20)});
  EXPECT_FALSE(pool.Start());  // none is warm
  std::latch all_run(16);
  for (WorkerPool::Ticket ticket = 0; ticket < 16; ++ticket) {
    ASSERT_EQ(pool.Submit(ticket, Job([&] { all_run.arrive_and_wait(); })), Submission::kStarted);
  }
  EXPECT_TRUE(WaitUntil([&] { return pool.threads() == 3; }));
  EXPECT_EQ(pool.Submit(0, Job([] {})), Submission::kStarted);
  EXPECT_EQ(pool.threads(), 3U);
}

TEST(WorkerPool, IdleThreadsEndButForTheWarmOnes) {
  WorkerPool pool({.name = "test",
                   .max_threads = 16,
                   .warm_threads = 2,
                   .idle_timeout = std::chrono::milliseconds(20)});
  ASSERT_TRUE(pool.Start());
  std::latch all_run(16);
  for (WorkerPool::Ticket ticket = 0; ticket < 16; ++ticket) {
    ASSERT_EQ(pool.Submit(ticket, Job([&] { all_run.arrive_and_wait(); })), Submission::kStarted);
  }
  EXPECT_TRUE(WaitUntil([&] { return pool.threads() == 2; }));
  EXPECT_EQ(pool.Submit(0, Job([] {})), Submission::kStarted);
}

TEST(WorkerPool, StopsInBoundedTimeWhateverRuns) {
  WorkerPool pool({.name = "test", .max_threads = 2, .warm_threads = 1, .idle_timeout = kLong});
  ASSERT_TRUE(pool.Start());
  std::latch release(1);
  ASSERT_EQ(pool.Submit(1, Job([&] { release.wait(); })), Submission::kStarted);
  EXPECT_FALSE(pool.StopWithin(std::chrono::milliseconds(1)));
  EXPECT_EQ(pool.Submit(2, Job([] {}), [] {}), Submission::kRefused);
  release.count_down();
  EXPECT_TRUE(pool.StopWithin(kLong));
}

TEST(WorkerPool, SurvivesAFloodFromManyThreads) {
  WorkerPool pool({.name = "test",
                   .max_threads = 4,
                   .warm_threads = 1,
                   .idle_timeout = std::chrono::milliseconds(1)});
  ASSERT_TRUE(pool.Start());
  std::atomic<int> run = 0;
  std::vector<std::thread> floods;
  for (WorkerPool::Ticket flood = 0; flood < 4; ++flood) {
    floods.emplace_back([&, flood] {
      for (WorkerPool::Ticket i = 0; i < 1000; ++i) {
        pool.Submit(flood * 1000 + i, Job([&] { ++run; }), [] {});
      }
    });
  }
  for (std::thread& flood : floods) flood.join();
  EXPECT_TRUE(pool.StopWithin(kLong));
  EXPECT_EQ(run, 4000);
}

// The sanitizers need terabytes of address space.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

// Leaves room for the stacks of a few threads only, until it goes out of scope.
class LittleAddressSpace {
 public:
  LittleAddressSpace() {
    getrlimit(RLIMIT_AS, &before_);
    long pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    rlimit bound = before_;
    bound.rlim_cur = static_cast<rlim_t>(pages * sysconf(_SC_PAGESIZE)) + (rlim_t{64} << 20U);
    setrlimit(RLIMIT_AS, &bound);
  }
  LittleAddressSpace(const LittleAddressSpace&) = delete;
  LittleAddressSpace& operator=(const LittleAddressSpace&) = delete;
  ~LittleAddressSpace() { setrlimit(RLIMIT_AS, &before_); }

 private:
  rlimit before_{};
};

TEST(WorkerPool, AThreadThatTheSystemWillNotGiveIsABoundReached) {
  WorkerPool pool(
      {.name = "test", .max_threads = 100'000, .warm_threads = 1, .idle_timeout = kLong});
  ASSERT_TRUE(pool.Start());
  std::latch release(1);
  std::atomic<int> run = 0;
  int started = 0;
  {
    const LittleAddressSpace bound;
    const auto hang = [&] {
      return Job([&] {
        release.wait();
        ++run;
      });
    };
    while (pool.Submit(0, hang()) == Submission::kStarted) ++started;
    EXPECT_EQ(pool.Submit(1, Job([&] { ++run; }), [] {}), Submission::kWaiting);
  }
  EXPECT_GE(started, 1);
  EXPECT_LT(started, 1000);
  release.count_down();
  EXPECT_TRUE(pool.StopWithin(kLong));
  EXPECT_EQ(run, started + 1);
}

#endif

}  // namespace
}  // namespace stapling::testing
