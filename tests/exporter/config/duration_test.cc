#include "exporter/config/duration.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace stapling::exporter {
namespace {

using std::chrono::milliseconds;

struct GoodRow {
  std::string name;
  std::string text;
  long long expected;   // milliseconds
  std::string printed;  // as Prometheus prints it
};

class GoodDuration : public ::testing::TestWithParam<GoodRow> {};

TEST_P(GoodDuration, IsReadAndPrinted) {
  const auto duration = ParseDuration(GetParam().text);
  ASSERT_TRUE(duration) << duration.error();
  EXPECT_EQ(duration->count(), GetParam().expected);
  EXPECT_EQ(PrintDuration(*duration), GetParam().printed);
}

INSTANTIATE_TEST_SUITE_P(
    Table, GoodDuration,
    ::testing::Values(
        GoodRow{.name = "seconds", .text = "10s", .expected = 10'000, .printed = "10s"},
        GoodRow{.name = "milliseconds", .text = "500ms", .expected = 500, .printed = "500ms"},
        GoodRow{.name = "minutes", .text = "5m", .expected = 300'000, .printed = "5m"},
        GoodRow{.name = "two_units", .text = "1h30m", .expected = 5'400'000, .printed = "1h30m"},
        GoodRow{.name = "day", .text = "1d", .expected = 86'400'000, .printed = "1d"},
        GoodRow{.name = "week", .text = "1w", .expected = 604'800'000, .printed = "1w"},
        GoodRow{.name = "days_that_are_no_weeks",
                .text = "8d",
                .expected = 691'200'000,
                .printed = "8d"},
        GoodRow{.name = "year", .text = "1y", .expected = 31'536'000'000, .printed = "1y"},
        GoodRow{.name = "zero_seconds", .text = "0s", .expected = 0, .printed = "0s"},
        GoodRow{.name = "bare_zero", .text = "0", .expected = 0, .printed = "0s"},
        GoodRow{.name = "overflowing_unit", .text = "90s", .expected = 90'000, .printed = "1m30s"},
        GoodRow{.name = "all_units",
                .text = "1y1w1d1h1m1s1ms",
                .expected = 32'230'861'001,
                .printed = "373d1h1m1s1ms"}),
    [](const auto& row) { return row.param.name; });

struct BadRow {
  std::string name;
  std::string text;
  std::string quoted;  // in the sentence
};

class BadDuration : public ::testing::TestWithParam<BadRow> {};

TEST_P(BadDuration, IsRefusedInOneSentence) {
  const auto duration = ParseDuration(GetParam().text);
  ASSERT_FALSE(duration);
  EXPECT_EQ(duration.error(),
            "\"" + GetParam().quoted + "\" is not a duration such as 10s, 5m or 1h30m");
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadDuration,
    ::testing::Values(BadRow{.name = "empty", .text = "", .quoted = ""},
                      BadRow{.name = "no_unit", .text = "10", .quoted = "10"},
                      BadRow{.name = "no_number", .text = "s", .quoted = "s"},
                      BadRow{.name = "unknown_unit", .text = "10x", .quoted = "10x"},
                      BadRow{.name = "wrong_order", .text = "1s1h", .quoted = "1s1h"},
                      BadRow{.name = "unit_twice", .text = "1s1s", .quoted = "1s1s"},
                      BadRow{.name = "negative", .text = "-1s", .quoted = "-1s"},
                      BadRow{.name = "fraction", .text = "1.5s", .quoted = "1.5s"},
                      BadRow{.name = "space", .text = "10 s", .quoted = "10 s"},
                      BadRow{.name = "trailing_space", .text = "10s ", .quoted = "10s "},
                      BadRow{.name = "too_many_digits",
                             .text = "99999999999999999999s",
                             .quoted = "99999999999999999999s"},
                      BadRow{.name = "more_than_100_years", .text = "100y1ms", .quoted = "100y1ms"},
                      BadRow{.name = "too_many_years", .text = "300y", .quoted = "300y"},
                      BadRow{.name = "long_text_is_cut",
                             .text = std::string(100, 'x'),
                             .quoted = std::string(40, 'x')},
                      BadRow{
                          .name = "control_character", .text = "1\ns", .quoted = "1\xEF\xBF\xBDs"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace stapling::exporter
