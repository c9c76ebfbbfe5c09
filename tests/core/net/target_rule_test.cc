#include "core/net/target_rule.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace stapling::testing {
namespace {

const auto kName = [](const auto& info) { return info.param.name; };

struct Row {
  std::string name;
  std::string rule;
  std::string host;  // a name, or an address
  std::uint16_t port = 443;
  bool matches = true;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class TargetRuleTest : public ::testing::TestWithParam<Row> {};

TEST_P(TargetRuleTest, Matches) {
  const auto rule = TargetRule::Parse(GetParam().rule);
  ASSERT_TRUE(rule.ok()) << rule.error();
  EXPECT_EQ(rule->text(), GetParam().rule);
  const auto address = IpAddress::Parse(GetParam().host);
  const bool matches = address ? rule->MatchesAddress(*address, GetParam().port)
                               : rule->MatchesName(GetParam().host, GetParam().port);
  EXPECT_EQ(matches, GetParam().matches);
}

INSTANTIATE_TEST_SUITE_P(
    Names, TargetRuleTest,
    ::testing::Values(
        Row{.name = "itself", .rule = "www.example.org", .host = "www.example.org"},
        Row{.name = "upper_case_rule", .rule = "WWW.Example.ORG", .host = "www.example.org"},
        Row{.name = "rule_with_trailing_dot", .rule = "example.org.", .host = "example.org"},
        Row{.name = "below", .rule = "example.org", .host = "a.example.org", .matches = false},
        Row{.name = "above", .rule = "a.example.org", .host = "example.org", .matches = false},
        Row{.name = "same_end", .rule = "example.org", .host = "myexample.org", .matches = false},
        Row{.name = "with_port", .rule = "a.test:8443", .host = "a.test", .port = 8443},
        Row{.name = "with_another_port", .rule = "a.test:8443", .host = "a.test", .matches = false},
        Row{.name = "any_port", .rule = "a.test", .host = "a.test", .port = 1},
        Row{.name = "not_an_address", .rule = "a.test", .host = "192.0.2.1", .matches = false}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Suffixes, TargetRuleTest,
    ::testing::Values(
        Row{.name = "child", .rule = "*.example.org", .host = "a.example.org"},
        Row{.name = "grandchild", .rule = "*.example.org", .host = "b.a.example.org"},
        Row{.name = "itself", .rule = "*.example.org", .host = "example.org", .matches = false},
        Row{.name = "same_end", .rule = "*.example.org", .host = "myexample.org", .matches = false},
        Row{.name = "in_the_middle",
            .rule = "*.example.org",
            .host = "a.example.org.evil.test",
            .matches = false},
        Row{.name = "one_label", .rule = "*.test", .host = "a.test"},
        Row{.name = "upper_case_and_trailing_dot",
            .rule = "*.Example.org.",
            .host = "a.example.org"},
        Row{.name = "with_port", .rule = "*.test:25", .host = "a.test", .port = 25},
        Row{.name = "with_another_port", .rule = "*.test:25", .host = "a.test", .matches = false}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Addresses, TargetRuleTest,
    ::testing::Values(
        Row{.name = "ip4", .rule = "192.0.2.1", .host = "192.0.2.1"},
        Row{.name = "another_ip4", .rule = "192.0.2.1", .host = "192.0.2.2", .matches = false},
        Row{.name = "ip4_with_port", .rule = "192.0.2.1:25", .host = "192.0.2.1", .port = 25},
        Row{.name = "ip4_with_another_port",
            .rule = "192.0.2.1:25",
            .host = "192.0.2.1",
            .matches = false},
        Row{.name = "block", .rule = "10.0.0.0/8", .host = "10.255.0.1"},
        Row{.name = "outside_the_block",
            .rule = "10.0.0.0/8",
            .host = "11.0.0.1",
            .matches = false},
        Row{.name = "block_with_port", .rule = "10.0.0.0/8:443", .host = "10.0.0.1"},
        Row{.name = "block_with_another_port",
            .rule = "10.0.0.0/8:443",
            .host = "10.0.0.1",
            .port = 444,
            .matches = false},
        Row{.name = "ip6", .rule = "2001:DB8::1", .host = "2001:db8::1"},
        Row{.name = "ip6_in_brackets", .rule = "[2001:db8::1]", .host = "2001:db8::1"},
        Row{.name = "ip6_with_port", .rule = "[2001:db8::1]:25", .host = "2001:db8::1", .port = 25},
        Row{.name = "ip6_with_another_port",
            .rule = "[2001:db8::1]:25",
            .host = "2001:db8::1",
            .matches = false},
        Row{.name = "ip6_block", .rule = "2001:db8::/32", .host = "2001:db8:1::1"},
        Row{.name = "ip6_block_with_port", .rule = "[2001:db8::/32]:443", .host = "2001:db8::1"},
        Row{.name = "ip6_block_with_another_port",
            .rule = "[2001:db8::/32]:443",
            .host = "2001:db8::1",
            .port = 444,
            .matches = false},
        Row{.name = "not_a_name", .rule = "0.0.0.0/0", .host = "a.test", .matches = false},
        Row{.name = "all_of_ip4_includes_the_unspecified", .rule = "0.0.0.0/8", .host = "0.0.0.0"}),
    kName);

TEST(TargetRuleKindTest, IsAboutNamesOrAddresses) {
  EXPECT_TRUE(TargetRule::Parse("a.test").value().is_name());
  EXPECT_TRUE(TargetRule::Parse("*.test:25").value().is_name());
  EXPECT_FALSE(TargetRule::Parse("192.0.2.1").value().is_name());
  EXPECT_FALSE(TargetRule::Parse("[::1]:25").value().is_name());
}

struct BadRow {
  std::string name;
  std::string rule;
  std::string why;
};
std::ostream& operator<<(std::ostream& out, const BadRow& row) { return out << row.name; }

class BadTargetRuleTest : public ::testing::TestWithParam<BadRow> {};

TEST_P(BadTargetRuleTest, IsRefusedByName) {
  const auto rule = TargetRule::Parse(GetParam().rule);
  ASSERT_FALSE(rule.ok());
  EXPECT_EQ(rule.error(), "the rule \"" + GetParam().rule + "\" is not valid: " + GetParam().why);
}

constexpr const char* kNothing =
    "it is neither a host name nor *.suffix, an IP address or a CIDR block";
constexpr const char* kPort = "its port is not a number from 1 to 65535";
constexpr const char* kBrackets = "its brackets are not closed, or not by :PORT";
constexpr const char* kNotIp6 = "there is no IPv6 address in its brackets";
constexpr const char* kNoAddress = "it holds no IP address";
constexpr const char* kEmbedded =
    "such an address is compared as the IPv4 address in it: name that one";
constexpr const char* kUnspecified =
    "the unspecified address is compared as loopback: name that one";

INSTANTIATE_TEST_SUITE_P(
    Table, BadTargetRuleTest,
    ::testing::Values(
        BadRow{"empty", "", "it is empty"}, BadRow{"star", "*", kNothing},
        BadRow{"star_and_dot", "*.", kNothing}, BadRow{"two_stars", "*.*.test", kNothing},
        BadRow{"star_within_a_label", "*a.test", kNothing},
        BadRow{"star_in_the_middle", "a.*.test", kNothing},
        BadRow{"leading_dot", ".example.org", kNothing}, BadRow{"two_dots", "a..test", kNothing},
        BadRow{"url", "https://a.test", kPort}, BadRow{"three_octets", "10.0.0", kNothing},
        BadRow{"octal", "010.0.0.1", kNothing}, BadRow{"range", "10.0.0.1-10.0.0.9", kNothing},
        BadRow{"port_zero", "a.test:0", kPort}, BadRow{"port_too_large", "a.test:65536", kPort},
        BadRow{"port_absent", "a.test:", kPort}, BadRow{"port_word", "a.test:https", kPort},
        BadRow{"port_alone", ":443", kNothing}, BadRow{"port_of_a_block", "10.0.0.0/8:0", kPort},
        BadRow{"ip6_and_port_without_brackets", "2001:db8::/32:443",
               "its prefix length is not a number"},
        BadRow{"brackets_not_closed", "[::1", kBrackets},
        BadRow{"length_behind_the_brackets", "[2001:db8::]/32", kBrackets},
        BadRow{"ip4_in_brackets", "[10.0.0.0/8]:443", kNotIp6},
        BadRow{"name_in_brackets", "[a.test]:443", kNoAddress},
        BadRow{"zone", "[fe80::1%eth0]", kNoAddress},
        BadRow{"prefix_too_long", "10.0.0.0/33", "its prefix is longer than 32 bits"},
        BadRow{"bits_beyond_the_prefix", "10.1.0.0/8",
               "it has bits beyond its prefix; the block is 10.0.0.0/8"},
        BadRow{"mapped_address", "::ffff:10.0.0.1", kEmbedded},
        BadRow{"mapped_block", "::ffff:10.0.0.0/104", kEmbedded},
        BadRow{"all_mapped", "::ffff:0:0/96", kEmbedded},
        BadRow{"nat64_block", "64:ff9b::/96", kEmbedded},
        BadRow{"unspecified", "0.0.0.0:443", kUnspecified},
        BadRow{"unspecified_block", "0.0.0.0/32", kUnspecified},
        BadRow{"unspecified_of_ip6", "::", kUnspecified}),
    kName);

TEST(TargetRuleErrorTest, QuotesOnlyWhatIsPrintableAndShort) {
  EXPECT_EQ(TargetRule::Parse("a b\n\x1B").error(),
            std::string("the rule \"a?b??\" is not valid: ") + kNothing);
  EXPECT_EQ(TargetRule::Parse(std::string(10'000, 'a')).error(),
            "the rule \"" + std::string(80, 'a') + "...\" is not valid: " + kNothing);
}

}  // namespace
}  // namespace stapling::testing
