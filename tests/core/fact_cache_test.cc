#include "core/fact_cache.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace stapling::testing {
namespace {

using Cache = FactCache<std::string>;

constexpr std::size_t kLarge = std::size_t{1} << 20U;
constexpr std::size_t kEntry = 1000;  // what each fact of a test takes, its place not counted

Sha256Digest Key(std::uint8_t number) {
  Sha256Digest key{};
  key.front() = number;
  return key;
}

void Keep(Cache& cache, std::uint8_t number, std::size_t bytes = kEntry) {
  cache.Keep(Key(number), std::make_shared<const std::string>(std::to_string(number)), bytes);
}

std::string Found(Cache& cache, std::uint8_t number) {
  const auto fact = cache.Find(Key(number));
  return fact ? *fact : "none";
}

// Room for so many entries, and not for one more.
std::size_t RoomFor(std::size_t entries) {
  Cache cache(kLarge);
  Keep(cache, 1);
  return entries * cache.stats().bytes;
}

TEST(FactCache, FindsWhatWasKeptAndNothingElse) {
  Cache cache(kLarge);
  EXPECT_EQ(Found(cache, 1), "none");
  Keep(cache, 1);
  EXPECT_EQ(Found(cache, 1), "1");
  EXPECT_EQ(Found(cache, 2), "none");
  EXPECT_EQ(cache.stats().hits, 1);
  EXPECT_EQ(cache.stats().misses, 2);
  EXPECT_EQ(cache.stats().entries, 1);
}

TEST(FactCache, KeysThatDifferInTheirLastOctetAreDifferent) {
  Cache cache(kLarge);
  Sha256Digest other = Key(1);
  other.back() = 1;
  Keep(cache, 1);
  EXPECT_EQ(cache.Find(other), nullptr);
}

TEST(FactCache, DropsWhatWasNotAskedForTheLongest) {
  Cache cache(RoomFor(2));
  Keep(cache, 1);
  Keep(cache, 2);
  EXPECT_EQ(Found(cache, 1), "1");
  Keep(cache, 3);
  EXPECT_EQ(Found(cache, 1), "1");
  EXPECT_EQ(Found(cache, 2), "none");
  EXPECT_EQ(Found(cache, 3), "3");
  EXPECT_EQ(cache.stats().entries, 2);
  EXPECT_EQ(cache.stats().bytes, RoomFor(2));
}

TEST(FactCache, DropsAsManyAsANewOneNeeds) {
  Cache cache(RoomFor(3));
  Keep(cache, 1);
  Keep(cache, 2);
  Keep(cache, 3);
  Keep(cache, 4, 2 * kEntry);
  EXPECT_EQ(Found(cache, 1), "none");
  EXPECT_EQ(Found(cache, 2), "none");
  EXPECT_EQ(Found(cache, 3), "3");
  EXPECT_EQ(Found(cache, 4), "4");
}

TEST(FactCache, WhatIsLargerThanAllOfItIsNotKept) {
  Cache cache(RoomFor(2));
  Keep(cache, 1);
  Keep(cache, 2, 2 * kEntry + kLarge);
  EXPECT_EQ(Found(cache, 1), "1");
  EXPECT_EQ(Found(cache, 2), "none");
}

TEST(FactCache, ABoundOfNothingKeepsNothing) {
  Cache cache(0);
  Keep(cache, 1, 0);
  EXPECT_EQ(Found(cache, 1), "none");
  EXPECT_EQ(cache.stats().entries, 0);
  EXPECT_EQ(cache.stats().bytes, 0);
}

TEST(FactCache, ANewFactTakesThePlaceOfTheOld) {
  Cache cache(kLarge);
  Keep(cache, 1);
  const std::size_t bytes = cache.stats().bytes;
  cache.Keep(Key(1), std::make_shared<const std::string>("anew"), kEntry);
  EXPECT_EQ(Found(cache, 1), "anew");
  EXPECT_EQ(cache.stats().entries, 1);
  EXPECT_EQ(cache.stats().bytes, bytes);
}

TEST(FactCache, WhatDoesNotHoldNowIsAMissAndStays) {
  Cache cache(kLarge);
  Keep(cache, 1);
  EXPECT_EQ(cache.Find(Key(1), [](const std::string&) { return false; }), nullptr);
  EXPECT_EQ(cache.stats().misses, 1);
  EXPECT_EQ(Found(cache, 1), "1");
}

TEST(FactCache, AFactOutlivesItsPlace) {
  Cache cache(RoomFor(1));
  Keep(cache, 1);
  const auto fact = cache.Find(Key(1));
  Keep(cache, 2);
  EXPECT_EQ(Found(cache, 1), "none");
  EXPECT_EQ(*fact, "1");
}

TEST(FactCache, ClearedItIsEmptyAndCountsOn) {
  Cache cache(RoomFor(2));
  Keep(cache, 1);
  Keep(cache, 2);
  EXPECT_EQ(Found(cache, 1), "1");
  cache.Clear();
  EXPECT_EQ(Found(cache, 1), "none");
  EXPECT_EQ(cache.stats().hits, 1);
  EXPECT_EQ(cache.stats().misses, 1);
  EXPECT_EQ(cache.stats().entries, 0);
  EXPECT_EQ(cache.stats().bytes, 0);
  Keep(cache, 3);
  Keep(cache, 4);
  EXPECT_EQ(Found(cache, 3), "3");
  EXPECT_EQ(Found(cache, 4), "4");
}

TEST(FactCache, ServesManyThreads) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 500;
  Cache cache(RoomFor(8));
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&cache] {
        for (int round = 0; round < kRounds; ++round) {
          const auto number = static_cast<std::uint8_t>(round % 16);
          const std::string found = Found(cache, number);
          EXPECT_TRUE(found == "none" || found == std::to_string(number)) << found;
          if (found == "none") Keep(cache, number);
        }
      });
    }
  }
  const FactCacheStats stats = cache.stats();
  EXPECT_EQ(stats.hits + stats.misses, kThreads * kRounds);
  EXPECT_LE(stats.entries, 8);
}

}  // namespace
}  // namespace stapling::testing
