#include "exporter/config/suggestion.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

namespace stapling::exporter {
namespace {

constexpr std::array<std::string_view, 4> kKnown = {"timeout", "alpn", "staple", "chain"};

struct Row {
  std::string name;
  std::string word;
  std::string expected;
};

class SuggestionTable : public ::testing::TestWithParam<Row> {};

TEST_P(SuggestionTable, NamesTheClosestWord) {
  EXPECT_EQ(Suggestion(GetParam().word, kKnown), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, SuggestionTable,
    ::testing::Values(
        Row{.name = "letter_missing", .word = "timout", .expected = "; did you mean \"timeout\"?"},
        Row{.name = "letter_too_many", .word = "stapple", .expected = "; did you mean \"staple\"?"},
        Row{.name = "letters_swapped", .word = "chian", .expected = "; did you mean \"chain\"?"},
        Row{.name = "two_slips", .word = "tmeuot", .expected = "; did you mean \"timeout\"?"},
        Row{.name = "three_slips", .word = "tmt", .expected = ""},
        Row{.name = "nothing_alike", .word = "proxy_url", .expected = ""},
        Row{.name = "empty", .word = "", .expected = ""},
        Row{.name = "very_long", .word = std::string(1000, 'a'), .expected = ""}),
    [](const auto& row) { return row.param.name; });

TEST(Suggestion, OfNothingIsNothing) { EXPECT_EQ(Suggestion("timeout", {}), ""); }

}  // namespace
}  // namespace stapling::exporter
