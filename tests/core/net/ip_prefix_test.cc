#include "core/net/ip_prefix.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace stapling::testing {
namespace {

const auto kName = [](const auto& info) { return info.param.name; };

struct ContainsRow {
  std::string name;
  std::string prefix;
  std::string address;
  bool contained;
};
std::ostream& operator<<(std::ostream& out, const ContainsRow& row) { return out << row.name; }

class IpPrefixTest : public ::testing::TestWithParam<ContainsRow> {};

TEST_P(IpPrefixTest, ContainsItsAddresses) {
  const auto prefix = IpPrefix::Parse(GetParam().prefix);
  ASSERT_TRUE(prefix.ok()) << prefix.error();
  EXPECT_EQ(prefix->Contains(IpAddress::Parse(GetParam().address).value()), GetParam().contained);
}

INSTANTIATE_TEST_SUITE_P(
    Table, IpPrefixTest,
    ::testing::Values(ContainsRow{"first", "10.1.16.0/20", "10.1.16.0", true},
                      ContainsRow{"last", "10.1.16.0/20", "10.1.31.255", true},
                      ContainsRow{"one_before", "10.1.16.0/20", "10.1.15.255", false},
                      ContainsRow{"one_after", "10.1.16.0/20", "10.1.32.0", false},
                      ContainsRow{"everything", "0.0.0.0/0", "255.255.255.255", true},
                      ContainsRow{"half_of_everything", "128.0.0.0/1", "127.255.255.255", false},
                      ContainsRow{"itself", "192.0.2.1", "192.0.2.1", true},
                      ContainsRow{"itself_with_length", "192.0.2.1/32", "192.0.2.1", true},
                      ContainsRow{"neighbour", "192.0.2.1", "192.0.2.0", false},
                      ContainsRow{"first_of_ip6", "fe80::/10", "fe80::", true},
                      ContainsRow{"last_of_ip6", "fe80::/10",
                                  "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true},
                      ContainsRow{"one_after_ip6", "fe80::/10", "fec0::", false},
                      ContainsRow{"itself_of_ip6", "2001:db8::1", "2001:db8:0::1", true},
                      ContainsRow{"neighbour_of_ip6", "2001:db8::1/128", "2001:db8::2", false},
                      ContainsRow{"ip6_is_not_in_all_of_ip4", "0.0.0.0/0", "::1", false},
                      ContainsRow{"ip4_is_not_in_all_of_ip6", "::/0", "127.0.0.1", false},
                      ContainsRow{"mapped_is_ip6", "::/0", "::ffff:127.0.0.1", true},
                      ContainsRow{"mapped_is_not_ip4", "127.0.0.0/8", "::ffff:127.0.0.1", false}),
    kName);

struct BadRow {
  std::string name;
  std::string text;
  std::string why;
};
std::ostream& operator<<(std::ostream& out, const BadRow& row) { return out << row.name; }

class BadIpPrefixTest : public ::testing::TestWithParam<BadRow> {};

TEST_P(BadIpPrefixTest, IsRefused) {
  const auto prefix = IpPrefix::Parse(GetParam().text);
  ASSERT_FALSE(prefix.ok());
  EXPECT_EQ(prefix.error(), GetParam().why);
}

constexpr const char* kNoAddress = "it holds no IP address";
constexpr const char* kNoNumber = "its prefix length is not a number";

INSTANTIATE_TEST_SUITE_P(
    Table, BadIpPrefixTest,
    ::testing::Values(
        BadRow{"empty", "", kNoAddress}, BadRow{"name", "a.test", kNoAddress},
        BadRow{"name_and_length", "a.test/8", kNoAddress}, BadRow{"length_alone", "/8", kNoAddress},
        BadRow{"three_octets", "10.0.0/8", kNoAddress}, BadRow{"no_length", "10.0.0.0/", kNoNumber},
        BadRow{"mask", "10.0.0.0/255.0.0.0", kNoNumber},
        BadRow{"negative", "10.0.0.0/-1", kNoNumber}, BadRow{"space", "10.0.0.0/ 8", kNoNumber},
        BadRow{"two_lengths", "10.0.0.0/8/8", kNoNumber},
        BadRow{"beyond_any_integer", "10.0.0.0/99999999999", kNoNumber},
        BadRow{"too_long", "10.0.0.0/33", "its prefix is longer than 32 bits"},
        BadRow{"too_long_for_ip6", "2001:db8::/129", "its prefix is longer than 128 bits"},
        BadRow{"bits_beyond", "10.1.2.3/8",
               "it has bits beyond its prefix; the block is 10.0.0.0/8"},
        BadRow{"bits_beyond_none", "10.0.0.0/0",
               "it has bits beyond its prefix; the block is 0.0.0.0/0"},
        BadRow{"bits_beyond_of_ip6", "2001:db8::1/32",
               "it has bits beyond its prefix; the block is 2001:db8::/32"}),
    kName);

}  // namespace
}  // namespace stapling::testing
