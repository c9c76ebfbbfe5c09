#include "exporter/web/go_duration.h"

#include <gtest/gtest.h>

#include <optional>

namespace stapling::exporter {
namespace {

using std::chrono::nanoseconds;

struct Row {
  const char* text;
  std::optional<long long> nanoseconds;
};

TEST(GoDuration, Table) {
  const Row rows[] = {
      {"0", 0},
      {"0s", 0},
      {"1ns", 1},
      {"2us", 2'000},
      {"2\u00b5s", 2'000},
      {"2\u03bcs", 2'000},
      {"3ms", 3'000'000},
      {"1s", 1'000'000'000},
      {"1.5s", 1'500'000'000},
      {".5s", 500'000'000},
      {"1m30s", 90'000'000'000},
      {"1h", 3'600'000'000'000},
      {"1s1s", 2'000'000'000},
      {"", std::nullopt},
      {"1", std::nullopt},
      {"s", std::nullopt},
      {"1d", std::nullopt},
      {"-1s", std::nullopt},
      {"1 s", std::nullopt},
      {"1.2.3s", std::nullopt},
      {"1e3s", std::nullopt},
      {"9999999999999h", std::nullopt},
  };
  for (const Row& row : rows) {
    const auto expected =
        row.nanoseconds ? std::optional(nanoseconds(*row.nanoseconds)) : std::nullopt;
    EXPECT_EQ(ParseGoDuration(row.text), expected) << row.text;
  }
}

}  // namespace
}  // namespace stapling::exporter
