#include "exporter/folded_text.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace stapling::exporter {
namespace {

struct Row {
  std::string name;
  std::string text;
  std::string folded;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class FoldedTextTest : public ::testing::TestWithParam<Row> {};

TEST_P(FoldedTextTest, HasNoLongLine) { EXPECT_EQ(FoldedText(GetParam().text), GetParam().folded); }

const auto kName = [](const auto& info) { return info.param.name; };

std::string Of(std::size_t count, char octet = 'x') { return std::string(count, octet); }

INSTANTIATE_TEST_SUITE_P(
    All, FoldedTextTest,
    ::testing::Values(Row{"empty", "", ""}, Row{"line_end", "\n", "\n"},
                      Row{"short_lines", "a\nb\n\nc", "a\nb\n\nc"},
                      Row{"as_long_as_may_be", Of(200) + "\n", Of(200) + "\n"},
                      Row{"one_more", Of(201), Of(200) + "\n    x"},
                      Row{"thrice", Of(401) + "\nb", Of(200) + "\n    " + Of(200) + "\n    x\nb"},
                      Row{"within_a_character", Of(199) + "\u00e9y", Of(199) + "\n    \u00e9y"},
                      Row{"no_character", Of(201, '\x80'), "\x80\n    " + Of(200, '\x80')}),
    kName);

}  // namespace
}  // namespace stapling::exporter
