#include "core/revocation/answer_cache.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/eventfd.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "core/net/connection.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::sys_seconds kStart{1'795'168'800s};

// A cache whose clocks are turned by hand, and a CA that counts.
class AnswerCacheTest : public ::testing::Test {
 protected:
  CaQuestion Question(const std::string& key = "a", std::chrono::milliseconds min_interval = 1h) {
    CaQuestion question{.key = key, .min_interval = min_interval, .patience = 10s};
    question.fetch = [this](Deadline deadline) {
      ++fetches_;
      const std::unique_lock lock(ca_);  // a test that holds it lets the CA hang
      called_off_ = deadline.Passed();
      CaAnswer answer = answer_;
      answer.at = kStart + std::chrono::floor<std::chrono::seconds>(passed_.load());
      return answer;
    };
    return question;
  }

  CaFinding Ask(const CaQuestion& question, std::chrono::milliseconds patience = 10s) {
    return cache_.Ask(question, Now(), Deadline::After(patience));
  }
  CaFinding Ask() { return Ask(Question()); }
  [[nodiscard]] std::chrono::sys_seconds Now() const {
    return kStart + std::chrono::floor<std::chrono::seconds>(passed_.load());
  }
  void Pass(std::chrono::seconds time) { passed_ = passed_.load() + time; }
  void Fail() { answer_ = {.failure = Failure{Phase::kResponder, Reason::kRefused, ""}}; }
  // What nobody waits for has been fetched.
  bool Settled(std::size_t fetches) {
    return WaitUntil([&] {
      const AnswerCacheStats stats = cache_.stats(Now());
      return stats.ocsp.successes + stats.ocsp.failures == fetches;
    });
  }

  std::mutex ca_;
  std::atomic<std::size_t> fetches_{0};
  std::atomic<bool> called_off_{false};
  std::atomic<std::chrono::seconds> passed_{0s};
  CaAnswer answer_{.http_status = 200,
                   .ocsp_response = Bytes(100, 'x'),
                   .useful = true,
                   .next_update = kStart + 24h};
  AnswerCache cache_{{.threads = 4, .entries = 3, .bytes = 250},
                     [this] { return AnswerCache::Clock::time_point(passed_.load()); }};
};

TEST_F(AnswerCacheTest, AnAnswerIsKeptForItsInterval) {
  const CaFinding first = Ask();
  ASSERT_NE(first.latest, nullptr);
  EXPECT_EQ(first.held, first.latest);
  EXPECT_EQ(first.latest->at, kStart);
  Pass(3599s);
  EXPECT_EQ(Ask().latest, first.latest);
  EXPECT_EQ(fetches_, 1U);
  Pass(1s);
  EXPECT_EQ(Ask().latest, first.latest) << "nobody waits while a valid one is held";
  ASSERT_TRUE(Settled(2));
  EXPECT_EQ(Ask().latest->at, kStart + 3600s);
  EXPECT_EQ(fetches_, 2U);
  const AnswerCacheStats stats = cache_.stats(Now());
  EXPECT_EQ(stats.hits, 3U);
  EXPECT_EQ(stats.misses, 1U);
  EXPECT_EQ(stats.entries, 1U);
  EXPECT_EQ(stats.bytes, 100U);
  EXPECT_EQ(stats.oldest, 0s);
}

TEST_F(AnswerCacheTest, WithoutMemoryForAnAnswerItIsAskedForAgain) {
  CaQuestion question = Question();
  const auto fetch = question.fetch;
  question.fetch = [](Deadline) -> CaAnswer { throw std::bad_alloc(); };
  const auto none = Ask(question).latest;
  ASSERT_NE(none, nullptr);
  ASSERT_TRUE(none->failure);
  EXPECT_EQ(none->failure->reason, Reason::kResources);
  question.fetch = fetch;
  Pass(60s);
  EXPECT_FALSE(Ask(question).latest->failure);
}

TEST_F(AnswerCacheTest, AnAnswerThatExpiresSoonerIsFetchedSooner) {
  answer_.next_update = kStart + 300s;
  Ask();
  Pass(299s);
  Ask();
  EXPECT_EQ(fetches_, 1U);
  Pass(1s);
  EXPECT_EQ(Ask().latest->at, kStart + 300s) << "it waits: the one that is held has expired";
  EXPECT_EQ(fetches_, 2U);
}

TEST_F(AnswerCacheTest, AnAnswerThatHasExpiredIsAskedForOnceAMinute) {
  answer_.next_update = kStart - 1s;
  for (int i = 0; i < 60; ++i) {
    EXPECT_EQ(Ask().held->at, kStart);
    Pass(1s);
  }
  EXPECT_EQ(fetches_, 1U);
  Ask();
  EXPECT_EQ(fetches_, 2U);
}

TEST_F(AnswerCacheTest, FailuresBackOffUpToTheInterval) {
  Fail();
  // Seconds at which a new fetch is made: a minute, then twice as long each time, an hour at most.
  std::vector<long> at;
  for (int second = 0; second < 4 * 3600; second += 30, Pass(30s)) {
    const std::size_t before = fetches_;
    EXPECT_EQ(Ask().latest->failure->reason, Reason::kRefused);
    if (fetches_ > before) at.push_back(second);
  }
  EXPECT_EQ(at, (std::vector<long>{0, 60, 180, 420, 900, 1860, 3780, 7380, 10980}));
}

TEST_F(AnswerCacheTest, AFailureLeavesWhatIsHeldAndRecoveryIsSeen) {
  const auto good = Ask().latest;
  Pass(3600s);
  const CaAnswer answer = answer_;
  Fail();
  Ask();
  ASSERT_TRUE(Settled(2));
  const CaFinding failed = Ask();
  EXPECT_EQ(failed.latest->failure->reason, Reason::kRefused);
  EXPECT_EQ(failed.held, good);
  answer_ = answer;
  Pass(60s);
  Ask();
  ASSERT_TRUE(Settled(3));
  EXPECT_EQ(Ask().latest->at, kStart + 3660s);
}

TEST_F(AnswerCacheTest, AShortIntervalIsTheFirstRetryToo) {
  Fail();
  Ask(Question("a", 2s));
  Pass(1s);
  Ask(Question("a", 2s));
  EXPECT_EQ(fetches_, 1U);
  Pass(1s);
  Ask(Question("a", 2s));
  EXPECT_EQ(fetches_, 2U);
}

TEST_F(AnswerCacheTest, HoweverManyAskThereIsOneFetch) {
  constexpr int kAskers = 50;
  std::unique_lock hung(ca_);
  std::atomic<int> answered{0};
  {
    std::vector<std::jthread> askers;
    for (int i = 0; i < kAskers; ++i) {
      askers.emplace_back([&] {
        if (Ask().latest != nullptr) ++answered;
      });
    }
    EXPECT_TRUE(WaitUntil([&] { return cache_.stats(Now()).misses == kAskers; }));
    EXPECT_EQ(answered, 0);
    hung.unlock();
  }
  EXPECT_EQ(answered, kAskers);
  EXPECT_EQ(fetches_, 1U);
}

TEST_F(AnswerCacheTest, WhoCannotWaitGoesWithoutAndTheFetchGoesOn) {
  {
    const std::lock_guard hung(ca_);
    const CaFinding finding = Ask(Question(), 20ms);
    EXPECT_EQ(finding.latest, nullptr);
    EXPECT_EQ(finding.held, nullptr);
  }
  ASSERT_TRUE(Settled(1));
  EXPECT_NE(Ask().latest, nullptr);
  EXPECT_EQ(fetches_, 1U);
}

TEST_F(AnswerCacheTest, StartDoesNotWait) {
  std::unique_lock hung(ca_);
  cache_.Start(Question("a"), Now());
  cache_.Start(Question("b"), Now());
  EXPECT_TRUE(WaitUntil([&] { return fetches_ == 2; })) << "side by side";
  hung.unlock();
  EXPECT_NE(Ask(Question("b")).latest, nullptr);
  EXPECT_EQ(fetches_, 2U);
}

TEST_F(AnswerCacheTest, QuestionsHaveAnswersOfTheirOwn) {
  Ask(Question("a"));
  answer_.http_status = 201;
  EXPECT_EQ(Ask(Question("b")).latest->http_status, 201U);
  EXPECT_EQ(Ask(Question("a")).latest->http_status, 200U);
}

TEST_F(AnswerCacheTest, WithoutRoomAQuestionFailsAndWhatNobodyAsksForMakesRoom) {
  Ask(Question("a"));
  Ask(Question("b"));
  const auto no_room = [&](const CaFinding& finding) {
    return finding.latest && finding.latest->failure &&
           finding.latest->failure->reason == Reason::kResources;
  };
  EXPECT_TRUE(no_room(Ask(Question("c")))) << "bytes: 300 of 250";
  EXPECT_EQ(cache_.stats(Now()).bytes, 200U);
  EXPECT_TRUE(no_room(Ask(Question("d")))) << "entries: 4 of 3";
  EXPECT_EQ(fetches_, 3U);
  Pass(3601s);
  EXPECT_FALSE(no_room(Ask(Question("d"))));
  EXPECT_LE(cache_.stats(Now()).entries, 3U);
  EXPECT_LE(cache_.stats(Now()).bytes, 200U);
}

TEST_F(AnswerCacheTest, AnAnswerIsReplacedNotAdded) {
  for (int i = 0; i < 5; ++i) {
    Ask();
    ASSERT_TRUE(Settled(static_cast<std::size_t>(i) + 1));
    Pass(3600s);
  }
  EXPECT_EQ(cache_.stats(Now()).bytes, 100U);
  EXPECT_EQ(cache_.stats(Now()).oldest, 3600s);
}

TEST(AnswerCacheEndTest, WhatIsBeingFetchedIsCalledOff) {
  const FileDescriptor silent(eventfd(0, EFD_CLOEXEC));
  std::atomic<bool> fetching{false};
  auto cache = std::make_unique<AnswerCache>();
  CaQuestion question{.key = "a", .min_interval = 1h, .patience = 1h};
  question.fetch = [&](Deadline deadline) {
    fetching = true;
    EXPECT_EQ(WaitFor(silent.get(), POLLIN, deadline), Ready::kTimeout);
    return CaAnswer{};
  };
  cache->Start(question, kStart);
  ASSERT_TRUE(WaitUntil([&] { return fetching.load(); }));
  cache.reset();  // returns
}

}  // namespace
}  // namespace stapling::testing
