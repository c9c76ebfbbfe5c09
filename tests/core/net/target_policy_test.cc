#include "core/net/target_policy.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "tests/support/target_policy_of.h"

namespace stapling::testing {
namespace {

using Rules = std::vector<std::string>;

const auto kName = [](const auto& info) { return info.param.name; };

constexpr const char* kAllowed = "";
constexpr const char* kNotAllowed = "no rule of targets.allow covers it";

std::string By(const std::string& rule) {
  return "the rule \"" + rule + "\" of targets.deny covers it";
}

struct Row {
  std::string name;
  Rules allow = {};
  Rules deny = {};
  std::string target;
  std::string address = {};  // that its name resolved to; empty: judged as it is written
  std::string denial;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class TargetPolicyTest : public ::testing::TestWithParam<Row> {};

TEST_P(TargetPolicyTest, Judges) {
  const Row& row = GetParam();
  const TargetPolicy policy = TargetPolicyOf(row.allow, row.deny);
  const Target target = ParseTarget(row.target).value();
  const std::uint16_t port = target.port.value_or(443);
  const auto denial = row.address.empty()
                          ? policy.Denial(target, port)
                          : policy.Denial(target, port, IpAddress::Parse(row.address).value());
  EXPECT_EQ(denial.value_or(kAllowed), row.denial);
}

INSTANTIATE_TEST_SUITE_P(
    EmptyAllow, TargetPolicyTest,
    ::testing::Values(
        Row{.name = "name", .target = "a.test", .denial = kAllowed},
        Row{.name = "literal", .target = "10.0.0.1:1", .denial = kAllowed},
        Row{.name = "address", .target = "a.test", .address = "::1", .denial = kAllowed}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    DeniedAsWritten, TargetPolicyTest,
    ::testing::Values(
        Row{.name = "name", .deny = {"a.test"}, .target = "a.test:25", .denial = By("a.test")},
        Row{.name = "name_in_upper_case",
            .deny = {"A.Test"},
            .target = "https://a.TEST/x",
            .denial = By("A.Test")},
        Row{.name = "name_with_trailing_dot",
            .deny = {"a.test"},
            .target = "a.test.:443",
            .denial = By("a.test")},
        Row{.name = "suffix", .deny = {"*.test"}, .target = "a.test", .denial = By("*.test")},
        Row{.name = "port",
            .deny = {"a.test:25"},
            .target = "a.test:25",
            .denial = By("a.test:25")},
        Row{.name = "another_port", .deny = {"a.test:25"}, .target = "a.test", .denial = kAllowed},
        Row{.name = "literal",
            .deny = {"10.0.0.0/8"},
            .target = "10.1.2.3",
            .denial = By("10.0.0.0/8")},
        Row{.name = "ip6_literal",
            .deny = {"2001:db8::/32"},
            .target = "[2001:db8::1]:443",
            .denial = By("2001:db8::/32")},
        Row{.name = "port_of_a_literal",
            .deny = {"10.0.0.0/8:25"},
            .target = "10.1.2.3:25",
            .denial = By("10.0.0.0/8:25")},
        Row{.name = "another_port_of_a_literal",
            .deny = {"10.0.0.0/8:25"},
            .target = "10.1.2.3",
            .denial = kAllowed},
        Row{.name = "the_first_rule_that_covers_it_is_named",
            .deny = {"b.test", "*.test", "a.test"},
            .target = "a.test",
            .denial = By("*.test")},
        Row{.name = "deny_wins_over_allow",
            .allow = {"a.test"},
            .deny = {"a.test"},
            .target = "a.test",
            .denial = By("a.test")},
        Row{.name = "deny_wins_over_a_narrower_allow",
            .allow = {"10.1.2.3"},
            .deny = {"10.0.0.0/8"},
            .target = "10.1.2.3",
            .denial = By("10.0.0.0/8")},
        Row{.name = "address_rules_say_nothing_of_a_name",
            .deny = {"0.0.0.0/0", "::/0"},
            .target = "a.test",
            .denial = kAllowed}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    AllowedAsWritten, TargetPolicyTest,
    ::testing::Values(
        Row{.name = "name", .allow = {"a.test"}, .target = "A.test.:25", .denial = kAllowed},
        Row{.name = "another_name", .allow = {"a.test"}, .target = "b.test", .denial = kNotAllowed},
        Row{.name = "suffix", .allow = {"*.a.test"}, .target = "b.a.test", .denial = kAllowed},
        Row{.name = "above_the_suffix",
            .allow = {"*.a.test"},
            .target = "a.test",
            .denial = kNotAllowed},
        Row{.name = "name_with_another_port",
            .allow = {"a.test:443"},
            .target = "a.test:25",
            .denial = kNotAllowed},
        Row{.name = "names_alone_allow_no_literal",
            .allow = {"a.test"},
            .target = "192.0.2.1",
            .denial = kNotAllowed},
        Row{.name = "literal",
            .allow = {"192.0.2.0/24"},
            .target = "192.0.2.1",
            .denial = kAllowed},
        Row{.name = "another_literal",
            .allow = {"192.0.2.0/24"},
            .target = "192.0.3.1",
            .denial = kNotAllowed},
        Row{.name = "literal_with_another_port",
            .allow = {"192.0.2.0/24:443"},
            .target = "192.0.2.1:25",
            .denial = kNotAllowed},
        Row{.name = "a_name_passes_blocks",
            .allow = {"192.0.2.0/24"},
            .target = "a.test",
            .denial = kAllowed},
        Row{.name = "a_name_passes_blocks_beside_other_names",
            .allow = {"b.test", "192.0.2.0/24"},
            .target = "a.test",
            .denial = kAllowed},
        Row{.name = "a_name_passes_no_blocks_of_another_port",
            .allow = {"192.0.2.0/24:443", "[2001:db8::/32]:443"},
            .target = "a.test:25",
            .denial = kNotAllowed}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    AfterResolution, TargetPolicyTest,
    ::testing::Values(Row{.name = "denied_address",
                          .deny = {"10.0.0.0/8"},
                          .target = "a.test",
                          .address = "10.0.0.1",
                          .denial = By("10.0.0.0/8")},
                      Row{.name = "denied_address_of_an_allowed_name",
                          .allow = {"a.test"},
                          .deny = {"10.0.0.0/8"},
                          .target = "a.test",
                          .address = "10.0.0.1",
                          .denial = By("10.0.0.0/8")},
                      Row{.name = "denied_with_its_port",
                          .deny = {"10.0.0.0/8:25"},
                          .target = "a.test:25",
                          .address = "10.0.0.1",
                          .denial = By("10.0.0.0/8:25")},
                      Row{.name = "not_denied_with_another_port",
                          .deny = {"10.0.0.0/8:25"},
                          .target = "a.test",
                          .address = "10.0.0.1",
                          .denial = kAllowed},
                      Row{.name = "any_address_of_a_name_that_is_allowed_by_name",
                          .allow = {"*.test", "192.0.2.0/24"},
                          .target = "a.test",
                          .address = "10.0.0.1",
                          .denial = kAllowed},
                      Row{.name = "not_if_the_name_is_allowed_for_another_port",
                          .allow = {"a.test:25", "192.0.2.0/24"},
                          .target = "a.test",
                          .address = "10.0.0.1",
                          .denial = kNotAllowed},
                      Row{.name = "allowed_address",
                          .allow = {"192.0.2.0/24"},
                          .target = "a.test",
                          .address = "192.0.2.1",
                          .denial = kAllowed},
                      Row{.name = "address_that_is_not_allowed",
                          .allow = {"192.0.2.0/24"},
                          .target = "a.test",
                          .address = "10.0.0.1",
                          .denial = kNotAllowed},
                      Row{.name = "address_that_is_allowed_for_another_port",
                          .allow = {"192.0.2.0/24:25", "10.0.0.0/8"},
                          .target = "a.test",
                          .address = "192.0.2.1",
                          .denial = kNotAllowed},
                      Row{.name = "a_denied_name_keeps_no_address",
                          .deny = {"a.test"},
                          .target = "a.test",
                          .address = "192.0.2.1",
                          .denial = By("a.test")}),
    kName);

// One address in other clothes.
INSTANTIATE_TEST_SUITE_P(Disguised, TargetPolicyTest,
                         ::testing::Values(Row{.name = "mapped_literal",
                                               .deny = {"10.0.0.0/8"},
                                               .target = "[::ffff:10.0.0.1]:443",
                                               .denial = By("10.0.0.0/8")},
                                           Row{.name = "nat64_literal",
                                               .deny = {"10.0.0.0/8"},
                                               .target = "[64:ff9b::10.0.0.1]:443",
                                               .denial = By("10.0.0.0/8")},
                                           Row{.name = "unspecified_literal",
                                               .deny = {"127.0.0.0/8"},
                                               .target = "0.0.0.0",
                                               .denial = By("127.0.0.0/8")},
                                           Row{.name = "unspecified_ip6_literal",
                                               .deny = {"::1"},
                                               .target = "[::]",
                                               .denial = By("::1")},
                                           Row{.name = "mapped_unspecified_literal",
                                               .deny = {"127.0.0.0/8"},
                                               .target = "[::ffff:0.0.0.0]",
                                               .denial = By("127.0.0.0/8")},
                                           Row{.name = "unspecified_as_it_is_written",
                                               .deny = {"0.0.0.0/8"},
                                               .target = "0.0.0.0",
                                               .denial = By("0.0.0.0/8")},
                                           Row{.name = "mapped_after_resolution",
                                               .deny = {"10.0.0.0/8"},
                                               .target = "a.test",
                                               .address = "::ffff:10.0.0.1",
                                               .denial = By("10.0.0.0/8")},
                                           Row{.name = "nat64_after_resolution",
                                               .deny = {"10.0.0.0/8"},
                                               .target = "a.test",
                                               .address = "64:ff9b::a00:1",
                                               .denial = By("10.0.0.0/8")},
                                           Row{.name = "denying_all_of_ip6_denies_nat64",
                                               .deny = {"::/0"},
                                               .target = "a.test",
                                               .address = "64:ff9b::192.0.2.1",
                                               .denial = By("::/0")},
                                           Row{.name = "allowing_ip4_allows_it_mapped",
                                               .allow = {"192.0.2.0/24"},
                                               .target = "[::ffff:192.0.2.1]",
                                               .denial = kAllowed},
                                           Row{.name = "allowing_ip4_allows_it_by_nat64",
                                               .allow = {"192.0.2.0/24"},
                                               .target = "a.test",
                                               .address = "64:ff9b::192.0.2.1",
                                               .denial = kAllowed},
                                           Row{.name = "allowing_all_of_ip6_allows_no_mapped_ip4",
                                               .allow = {"::/0"},
                                               .target = "[::ffff:10.0.0.1]",
                                               .denial = kNotAllowed},
                                           Row{.name = "allowing_loopback_allows_the_unspecified",
                                               .allow = {"127.0.0.0/8"},
                                               .target = "0.0.0.0",
                                               .denial = kAllowed},
                                           Row{.name = "six_to_four_is_itself",
                                               .deny = {"10.0.0.0/8"},
                                               .target = "[2002:a00:1::1]",
                                               .denial = kAllowed}),
                         kName);

class DefaultTargetPolicyTest : public ::testing::TestWithParam<Row> {};

TEST_P(DefaultTargetPolicyTest, DeniesLinkLocalAlone) {
  const Target target = ParseTarget(GetParam().target).value();
  const auto denial = TargetPolicy().Denial(target, target.port.value_or(443));
  EXPECT_EQ(denial.value_or(kAllowed), GetParam().denial);
}

INSTANTIATE_TEST_SUITE_P(
    Table, DefaultTargetPolicyTest,
    ::testing::Values(Row{.name = "metadata_service",
                          .target = "169.254.169.254:80",
                          .denial = By("169.254.0.0/16")},
                      Row{.name = "metadata_service_mapped",
                          .target = "[::ffff:169.254.169.254]:80",
                          .denial = By("169.254.0.0/16")},
                      Row{.name = "ip6", .target = "[fe80::1]", .denial = By("fe80::/10")},
                      Row{.name = "loopback", .target = "127.0.0.1", .denial = kAllowed},
                      Row{.name = "private_network", .target = "10.0.0.1", .denial = kAllowed},
                      Row{.name = "unique_local", .target = "[fd00:ec2::254]", .denial = kAllowed},
                      Row{.name = "name", .target = "localhost", .denial = kAllowed}),
    kName);

TEST(TargetPolicyValueTest, IsEqualByItsRules) {
  EXPECT_EQ(TargetPolicy(), TargetPolicyOf({}, {"169.254.0.0/16", "fe80::/10"}));
  EXPECT_NE(TargetPolicy(), TargetPolicyOf({}, {}));
  EXPECT_NE(TargetPolicyOf({"a.test"}, {}), TargetPolicyOf({}, {"a.test"}));
}

}  // namespace
}  // namespace stapling::testing
