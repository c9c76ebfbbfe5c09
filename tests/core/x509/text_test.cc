#include "core/x509/text.h"

#include <gtest/gtest.h>

#include <ostream>

namespace stapling::testing {
namespace {

constexpr const char* kR = "\xEF\xBF\xBD";  // U+FFFD
const std::string kReplaced = kR;

std::string Repeated(const std::string& text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) repeated += text;
  return repeated;
}

struct Row {
  std::string name;
  std::string text;
  std::string clean;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class CleanTextTest : public ::testing::TestWithParam<Row> {};

TEST_P(CleanTextTest, IsValidUtf8WithoutControls) {
  EXPECT_EQ(CleanText(GetParam().text), GetParam().clean);
}

const auto kName = [](const auto& info) { return info.param.name; };

INSTANTIATE_TEST_SUITE_P(
    WellFormed, CleanTextTest,
    ::testing::Values(Row{"empty", "", ""}, Row{"ascii", "CN=leaf.test ~", "CN=leaf.test ~"},
                      Row{"two_octets", "\xC3\xBC", "\xC3\xBC"},
                      Row{"three_octets", "\xE2\x82\xAC", "\xE2\x82\xAC"},
                      Row{"four_octets", "\xF0\x9F\x94\x92", "\xF0\x9F\x94\x92"},
                      Row{"first_of_two", "\xC2\xA0", "\xC2\xA0"},
                      Row{"first_of_three", "\xE0\xA0\x80", "\xE0\xA0\x80"},
                      Row{"last_before_surrogates", "\xED\x9F\xBF", "\xED\x9F\xBF"},
                      Row{"last_of_all", "\xF4\x8F\xBF\xBF", "\xF4\x8F\xBF\xBF"}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    IllFormed, CleanTextTest,
    ::testing::Values(Row{"lone_continuation", "a\x80z", "a" + kReplaced + "z"},
                      Row{"latin1", "M\xFCnchen", "M" + kReplaced + "nchen"},
                      Row{"overlong_slash", "\xC0\xAF", kReplaced + kReplaced},
                      Row{"overlong_of_three", "\xE0\x80\x80", Repeated(kReplaced, 3)},
                      Row{"surrogate", "\xED\xA0\x80", Repeated(kReplaced, 3)},
                      Row{"above_unicode", "\xF4\x90\x80\x80", Repeated(kReplaced, 4)},
                      Row{"cut_short", "a\xE2\x82", "a" + Repeated(kReplaced, 2)},
                      Row{"fe_and_ff", "\xFE\xFF", Repeated(kReplaced, 2)}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Controls, CleanTextTest,
    ::testing::Values(
        Row{"nul", std::string("a\0b", 3), "a" + kReplaced + "b"},
        Row{"newline", "a\nb", "a" + kReplaced + "b"}, Row{"tab", "a\tb", "a" + kReplaced + "b"},
        Row{"escape_sequence", "\x1B[2J", kReplaced + "[2J"}, Row{"delete", "\x7F", kReplaced},
        Row{"c1_next_line", "\xC2\x85", kReplaced}, Row{"last_c1", "\xC2\x9F", kReplaced},
        Row{"line_separator", "a\u2028b", "a" + kReplaced + "b"},
        Row{"paragraph_separator", "a\u2029b", "a" + kReplaced + "b"},
        Row{"first_turn_of_direction", "\u202Adoog", kReplaced + "doog"},
        Row{"last_turn_of_direction", "\u202Edoog", kReplaced + "doog"},
        Row{"first_isolate", "\u2066doog", kReplaced + "doog"},
        Row{"last_isolate", "\u2069", kReplaced}, Row{"before_the_separators", "\u2027", "\u2027"},
        Row{"after_the_turns", "\u202F", "\u202F"}, Row{"before_the_isolates", "\u2065", "\u2065"},
        Row{"after_the_isolates", "\u206A", "\u206A"}),
    kName);

// 1024 octets, cut between characters.
INSTANTIATE_TEST_SUITE_P(
    Length, CleanTextTest,
    ::testing::Values(
        Row{"just_fits", std::string(1024, 'a'), std::string(1024, 'a')},
        Row{"one_more", std::string(1025, 'a'), std::string(1024, 'a')},
        Row{"a_megabyte", std::string(1U << 20U, 'a'), std::string(1024, 'a')},
        Row{"two_octets_at_the_cut", std::string(1023, 'a') + "\xC3\xBC", std::string(1023, 'a')},
        Row{"two_octets_before_the_cut", std::string(1022, 'a') + "\xC3\xBC",
            std::string(1022, 'a') + "\xC3\xBC"},
        // The replacement is longer than what it replaces: 341 of them are 1023 octets.
        Row{"controls", std::string(1024, '\n'), Repeated(kReplaced, 341)}),
    kName);

TEST(ToHexTest, IsLowerCaseWithTwoDigitsEach) {
  EXPECT_EQ(ToHex({}), "");
  const Bytes bytes{0x00, 0x0A, 0xFF, 0x5c};
  EXPECT_EQ(ToHex(bytes), "000aff5c");
}

}  // namespace
}  // namespace stapling::testing
