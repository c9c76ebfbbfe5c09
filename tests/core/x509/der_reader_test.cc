#include "core/x509/der_reader.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "tests/support/der.h"

namespace stapling::testing {
namespace {

struct Row {
  std::string name;
  Bytes der;
  std::optional<std::size_t> content = {};  // octets of content of the first element
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

Bytes Headed(const Bytes& header, std::size_t content) {
  Bytes element = header;
  element.resize(header.size() + content);
  return element;
}

class DerReaderTest : public ::testing::TestWithParam<Row> {};

TEST_P(DerReaderTest, TakesDerOnly) {
  DerReader reader(GetParam().der);
  const auto element = reader.Take();
  ASSERT_EQ(element.has_value(), GetParam().content.has_value());
  if (!element) return;
  EXPECT_TRUE(reader.done());
  EXPECT_EQ(element->whole.size(), GetParam().der.size());
  EXPECT_EQ(element->content.size(), *GetParam().content);
}

const auto kName = [](const auto& info) { return info.param.name; };

INSTANTIATE_TEST_SUITE_P(
    Lengths, DerReaderTest,
    ::testing::Values(
        Row{"nothing", {}}, Row{"a_tag_alone", {0x30}}, Row{"empty", {0x30, 0}, 0},
        Row{"one", {0x04, 1, 9}, 1}, Row{"longest_short_form", Headed({0x04, 0x7f}, 127), 127},
        Row{"shortest_long_form", Headed({0x04, 0x81, 0x80}, 128), 128},
        Row{"two_octets", Headed({0x04, 0x82, 0x01, 0x00}, 256), 256},
        Row{"long_form_of_127", Headed({0x04, 0x81, 0x7f}, 127)},
        Row{"long_form_with_a_zero", Headed({0x04, 0x82, 0x00, 0x80}, 128)},
        Row{"indefinite", {0x30, 0x80, 0x00, 0x00}}, Row{"reserved", {0x30, 0xff}},
        Row{"cut_in_the_length", {0x04, 0x82, 0x01}}, Row{"cut_in_the_content", {0x04, 2, 9}},
        Row{"as_long_as_can_be", {0x04, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}},
        Row{"longer_than_can_be", Headed({0x04, 0x89, 1}, 16)},
        Row{"tag_of_two_octets", {0x1f, 0x01, 0x00}}),
    kName);

TEST(DerReader, TakesWhatIsAskedForAndLeavesTheRest) {
  const Bytes der = {0x02, 1, 5, 0x05, 0};
  DerReader reader(der);
  EXPECT_FALSE(reader.Take(tag::kSequence));
  EXPECT_TRUE(reader.NextIs(tag::kInteger));
  EXPECT_TRUE(reader.Take(tag::kInteger));
  EXPECT_EQ(reader.size(), 2U);
  EXPECT_FALSE(reader.Take(tag::kInteger));
  EXPECT_TRUE(reader.Take());
  EXPECT_TRUE(reader.done());
  EXPECT_FALSE(reader.NextIs(0));
}

TEST(DerReader, IntegersHaveOneForm) {
  for (const Bytes& content : {Bytes{0}, Bytes{0x7f}, Bytes{0x80}, Bytes{0xff}, Bytes{0, 0x80},
                               Bytes{0xff, 0x7f}, Bytes{1, 0}}) {
    EXPECT_TRUE(IsDerInteger(content));
  }
  for (const Bytes& content : {Bytes{}, Bytes{0, 0}, Bytes{0, 0x7f}, Bytes{0xff, 0x80}}) {
    EXPECT_FALSE(IsDerInteger(content));
  }
}

std::optional<bool> Flag(const Bytes& der) {
  DerReader reader(der);
  return TakeDefaultFalse(reader, tag::kBoolean);
}

TEST(DerReader, FalseIsLeftOut) {
  EXPECT_EQ(Flag({}), false);
  EXPECT_EQ(Flag(der::Null()), false);
  EXPECT_EQ(Flag({1, 1, 0xff}), true);
  EXPECT_EQ(Flag({1, 1, 0x00}), std::nullopt);
  EXPECT_EQ(Flag({1, 1, 0x01}), std::nullopt);
  EXPECT_EQ(Flag({1, 2, 0xff, 0xff}), std::nullopt);
  EXPECT_EQ(Flag({1, 0}), std::nullopt);
}

TEST(DerReader, TimesAreOfEitherType) {
  const auto time = [](std::uint8_t type, const char* text) {
    const Bytes der = der::Text(type, text);
    DerReader reader(der);
    return TakeTime(reader);
  };
  const auto instant = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1);
  EXPECT_EQ(time(der::kUtcTime, "260301000000Z"), instant);
  EXPECT_EQ(time(der::kGeneralizedTime, "20260301000000Z"), instant);
  EXPECT_EQ(time(der::kUtcTime, "20260301000000Z"), std::nullopt);
  EXPECT_EQ(time(der::kGeneralizedTime, "260301000000Z"), std::nullopt);
  EXPECT_EQ(time(der::kUtf8String, "260301000000Z"), std::nullopt);
}

}  // namespace
}  // namespace stapling::testing
