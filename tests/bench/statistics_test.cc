#include "tests/bench/statistics.h"

#include <gtest/gtest.h>

namespace stapling::bench {
namespace {

TEST(Statistics, SpreadOfNothingCountsNothing) { EXPECT_EQ(SpreadOf({}).count, 0U); }

TEST(Statistics, SpreadIsMedianLeastAndGreatest) {
  const Spread odd = SpreadOf({7, 1, 3});
  EXPECT_EQ(odd.median, 3);
  EXPECT_EQ(odd.min, 1);
  EXPECT_EQ(odd.max, 7);
  EXPECT_EQ(odd.count, 3U);
}

struct QuantileRow {
  const char* name;
  std::vector<double> values;
  double share;
  double expected;
};

TEST(Statistics, QuantileLiesBetweenItsNeighbours) {
  const std::vector<QuantileRow> rows = {
      {"of one value", {5}, 0.99, 5},
      {"the least", {4, 2, 8}, 0, 2},
      {"the greatest", {4, 2, 8}, 1, 8},
      {"the median of two", {1, 2}, 0.5, 1.5},
      {"a quarter of the way through five", {50, 10, 40, 20, 30}, 0.25, 20},
      {"between two of five", {10, 20, 30, 40, 50}, 0.9, 46},
  };
  for (const QuantileRow& row : rows) {
    EXPECT_DOUBLE_EQ(Quantile(row.values, row.share), row.expected) << row.name;
  }
}

TEST(Statistics, RatiosArePairwiseAsFarAsBothGo) {
  EXPECT_EQ(Ratios({6, 8, 9}, {2, 4}), (std::vector<double>{3, 2}));
}

TEST(Statistics, ScaledIsInAnotherUnit) {
  EXPECT_EQ(Scaled({0.5, 2}, 1000), (std::vector<double>{500, 2000}));
}

}  // namespace
}  // namespace stapling::bench
