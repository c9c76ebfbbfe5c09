#include "core/x509/pem.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "tests/support/bytes.h"

namespace stapling::testing {
namespace {

struct Row {
  std::string name;
  std::string pem;
  std::optional<std::string> decoded = {};
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

const std::string kBegin = "-----BEGIN THING-----\n";
const std::string kEnd = "-----END THING-----\n";

class PemTest : public ::testing::TestWithParam<Row> {};

TEST_P(PemTest, IsDecoded) {
  const auto decoded = DecodePem(ToBytes(GetParam().pem), "THING");
  ASSERT_EQ(decoded.has_value(), GetParam().decoded.has_value());
  EXPECT_EQ(ToString(decoded.value_or(Bytes())), GetParam().decoded.value_or(""));
}

const auto kName = [](const auto& info) { return info.param.name; };

INSTANTIATE_TEST_SUITE_P(
    All, PemTest,
    ::testing::Values(Row{"padded", kBegin + "aGVsbG8=\n" + kEnd, "hello"},
                      Row{"not_padded", kBegin + "aGVs\n" + kEnd, "hel"},
                      Row{"two_lines", kBegin + "aGVs\nbG8=\n" + kEnd, "hello"},
                      Row{"carriage_returns",
                          "-----BEGIN THING-----\r\naGVs\r\n-----END THING-----\r\n", "hel"},
                      Row{"text_before", "Some text\n" + kBegin + "aGVs\n" + kEnd, "hel"},
                      Row{"no_last_newline", kBegin + "aGVs\n-----END THING-----", "hel"},
                      Row{"text_after", kBegin + "aGVs\n" + kEnd + "more"},
                      Row{"not_at_a_line", "x" + kBegin + "aGVs\n" + kEnd}, Row{"nothing", ""},
                      Row{"no_end", kBegin + "aGVs\n"},
                      Row{"another_label", "-----BEGIN OTHER-----\naGVs\n-----END OTHER-----\n"},
                      Row{"another_end", kBegin + "aGVs\n-----END OTHER-----\n"},
                      Row{"cut_short", kBegin + "aGV\n" + kEnd},
                      Row{"not_base64", kBegin + "aG*s\n" + kEnd},
                      Row{"headers", kBegin + "Proc-Type: 4,ENCRYPTED\n\naGVs\n" + kEnd}),
    kName);

struct BlocksRow {
  std::string name;
  std::string text;
  std::string blocks;
};
std::ostream& operator<<(std::ostream& out, const BlocksRow& row) { return out << row.name; }

class PemBlocksTest : public ::testing::TestWithParam<BlocksRow> {};

TEST_P(PemBlocksTest, AreAllThatIsLeft) {
  EXPECT_EQ(PemBlocksOf(ToBytes(GetParam().text)), GetParam().blocks);
}

const std::string kBlock = kBegin + "aGVs\n" + kEnd;
const std::string kOther = "-----BEGIN OTHER-----\nbG8=\n-----END OTHER-----\n";

INSTANTIATE_TEST_SUITE_P(
    All, PemBlocksTest,
    ::testing::Values(BlocksRow{"nothing", "", ""}, BlocksRow{"no_block", "text\nand more", ""},
                      BlocksRow{"alone", kBlock, kBlock},
                      BlocksRow{"among_text", "a\n" + kBlock + "b\n" + kOther + "c",
                                kBlock + kOther},
                      BlocksRow{"within_lines", "a " + kBlock + " " + kOther, ""},
                      BlocksRow{"no_end", "a\n" + kBegin + "aGVs\n", kBegin + "aGVs\n"},
                      BlocksRow{"no_last_newline", kBegin + "aGVs\n-----END THING-----",
                                kBegin + "aGVs\n-----END THING-----"}),
    kName);

TEST(EncodePemTest, IsReadBack) {
  EXPECT_EQ(EncodePem(ToBytes("hello"), "THING"), kBegin + "aGVsbG8=\n" + kEnd);
  const std::string long_text(100, 'x');
  const std::string pem = EncodePem(ToBytes(long_text), "THING");
  EXPECT_EQ(DecodePem(ToBytes(pem), "THING"), ToBytes(long_text));
}

}  // namespace
}  // namespace stapling::testing
