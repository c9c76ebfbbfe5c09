#include "exporter/history.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

namespace stapling::exporter {
namespace {

HistoryEntry Entry(const std::string& target, bool success = true, std::size_t log_bytes = 0) {
  HistoryEntry entry;
  entry.target = target;
  entry.success = success;
  entry.log = std::string(log_bytes, 'x');
  return entry;
}

std::vector<std::string> TargetsOf(const History& history) {
  std::vector<std::string> targets;
  for (const auto& entry : history.Recent()) targets.push_back(entry->target);
  return targets;
}

using Targets = std::vector<std::string>;

TEST(HistoryTest, NewestFirst) {
  History history(3);
  for (const char* target : {"a", "b", "c"}) history.Add(Entry(target));
  EXPECT_EQ(TargetsOf(history), (Targets{"c", "b", "a"}));
}

TEST(HistoryTest, OldSuccessesAreForgotten) {
  History history(2);
  for (const char* target : {"a", "b", "c"}) history.Add(Entry(target));
  EXPECT_EQ(TargetsOf(history), (Targets{"c", "b"}));
}

TEST(HistoryTest, FailuresAreNotWashedOut) {
  History history(2);
  history.Add(Entry("bad", false));
  for (int i = 0; i < 1000; ++i) history.Add(Entry("good"));
  EXPECT_EQ(TargetsOf(history), (Targets{"good", "good", "bad"}));
}

TEST(HistoryTest, NorByATargetThatAlwaysFails) {
  History history(2);
  history.Add(Entry("seldom", false));
  for (int i = 0; i < 1000; ++i) history.Add(Entry("always", false));
  EXPECT_EQ(TargetsOf(history), (Targets{"always", "always", "always", "seldom"}));
}

// What differs in any of these failed in another way.
TEST(HistoryTest, EachWayToFailIsSetAside) {
  History history(10);
  for (const auto change :
       {+[](HistoryEntry&) {}, +[](HistoryEntry& entry) { entry.module = "other"; },
        +[](HistoryEntry& entry) { entry.hostname = "other"; },
        +[](HistoryEntry& entry) { entry.verdict = Verdict::kExpired; },
        +[](HistoryEntry& entry) {
          entry.failure = Failure{Phase::kConnect, Reason::kRefused, ""};
        },
        +[](HistoryEntry& entry) {
          entry.failure = Failure{Phase::kConnect, Reason::kTimeout, ""};
        }}) {
    HistoryEntry entry = Entry("bad", false);
    change(entry);
    history.Add(std::move(entry));
  }
  for (int i = 0; i < 1000; ++i) history.Add(Entry("good"));
  EXPECT_EQ(history.Recent().size(), 16U);
}

TEST(HistoryTest, EvidenceIsKeptAmongAThousandHealthyProbes) {
  History history(100);
  HistoryEntry bad = Entry("bad", false, 10'000);
  bad.evidence = std::string(100'000, 'x');
  const std::string id = history.Add(bad);
  for (int i = 0; i < 1000; ++i) history.Add(Entry("good", true, 10'000));
  ASSERT_NE(history.Find(id), nullptr);
  EXPECT_EQ(history.Find(id)->evidence, bad.evidence);
}

TEST(HistoryTest, FailuresAreBoundedToo) {
  History history(2);
  for (const char* target : {"a", "b", "c", "d", "e"}) history.Add(Entry(target, false));
  EXPECT_EQ(TargetsOf(history), (Targets{"e", "d", "c", "b"}));
}

TEST(HistoryTest, NoLimitNoHistory) {
  History history(0);
  EXPECT_EQ(history.Add(Entry("a", false)), "");
  EXPECT_TRUE(history.Recent().empty());
}

TEST(HistoryTest, BytesAreBounded) {
  History history(1000, 100'000);
  for (int i = 0; i < 100; ++i) history.Add(Entry(std::to_string(i), i % 2 == 0, 5000));
  std::size_t bytes = 0;
  for (const auto& entry : history.Recent()) bytes += entry->Bytes();
  EXPECT_LE(bytes, 100'000U);
  EXPECT_GT(bytes, 80'000U);
  EXPECT_EQ(TargetsOf(history).front(), "99");
}

TEST(HistoryTest, BytesOfSuccessesPushOutNoFailure) {
  History history(1000, 100'000);
  history.Add(Entry("set_aside", false, 1000));
  for (int i = 0; i < 100; ++i) history.Add(Entry("good", true, 5000));
  history.Add(Entry("late", false, 1000));
  for (int i = 0; i < 100; ++i) history.Add(Entry("good", true, 5000));
  const Targets targets = TargetsOf(history);
  ASSERT_GT(targets.size(), 10U);
  EXPECT_EQ(targets.front(), "good");
  EXPECT_EQ(Targets(targets.end() - 2, targets.end()), (Targets{"late", "set_aside"}));
}

TEST(HistoryTest, BytesOfFailuresLeaveTheNewestSuccess) {
  History history(1000, 100'000);
  for (int i = 0; i < 100; ++i) history.Add(Entry(std::to_string(i), false, 5000));
  history.Add(Entry("good", true, 5000));
  EXPECT_EQ(TargetsOf(history).front(), "good");
}

TEST(HistoryTest, LargeEntryLosesItsLogOnly) {
  History history(10, 8000);
  HistoryEntry entry = Entry("large", true, 5000);
  entry.metrics = "probe_success 1\n";
  history.Add(std::move(entry));
  ASSERT_EQ(TargetsOf(history), Targets{"large"});
  EXPECT_EQ(history.Recent()[0]->log, "The log was too large to keep.\n");
  EXPECT_EQ(history.Recent()[0]->metrics, "");
}

TEST(HistoryTest, LargeEntryLosesItsEvidenceLast) {
  History history(10, 80'000);
  HistoryEntry entry = Entry("log", false, 9000);
  entry.evidence = std::string(5000, 'x');
  EXPECT_EQ(history.Find(history.Add(entry))->evidence, entry.evidence);
  entry.evidence = std::string(20'000, 'x');
  EXPECT_EQ(history.Find(history.Add(entry))->evidence, "The evidence was too large to keep.\n");
}

TEST(HistoryTest, IdsAreLongUniqueAndFindTheirEntry) {
  History history(100);
  for (int i = 0; i < 50; ++i) history.Add(Entry(std::to_string(i), i % 2 == 0));
  std::set<std::string> ids;
  for (const auto& entry : history.Recent()) {
    EXPECT_EQ(entry->id.size(), 32U);
    EXPECT_EQ(entry->id.find_first_not_of("0123456789abcdef"), std::string::npos);
    EXPECT_TRUE(ids.insert(entry->id).second);
    EXPECT_EQ(history.Find(entry->id), entry);
  }
}

TEST(HistoryTest, UnknownAndForgottenIdsAreNotFound) {
  History history(1);
  history.Add(Entry("a"));
  const std::string id = history.Recent()[0]->id;
  history.Add(Entry("b"));
  for (const std::string& unknown : {id, std::string(), std::string("0"), std::string(32, '0')}) {
    EXPECT_EQ(history.Find(unknown), nullptr);
  }
}

TEST(HistoryTest, FailureThatWasSetAsideIsStillFound) {
  History history(1);
  history.Add(Entry("bad", false));
  const std::string id = history.Recent()[0]->id;
  history.Add(Entry("good"));
  ASSERT_NE(history.Find(id), nullptr);
  EXPECT_EQ(history.Find(id)->target, "bad");
}

TEST(HistoryTest, ManyThreads) {
  History history(20, 50'000);
  constexpr int kThreads = 4;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&history, i] {
      for (int n = 0; n < 200; ++n) {
        history.Add(Entry(std::to_string(i), n % 3 == 0, 500));
        for (const auto& entry : history.Recent()) static_cast<void>(history.Find(entry->id));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(history.Recent().size(), 40U);
}

}  // namespace
}  // namespace stapling::exporter
