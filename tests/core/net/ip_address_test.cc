#include "core/net/ip_address.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <ostream>
#include <vector>

namespace stapling::testing {
namespace {

using Octets = std::vector<std::uint8_t>;

const auto kName = [](const auto& info) { return info.param.name; };

struct Row {
  std::string name;
  std::string text;
  std::optional<Octets> octets;
  std::string shown = {};
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class IpAddressTest : public ::testing::TestWithParam<Row> {};

TEST_P(IpAddressTest, IsParsedAndShown) {
  const auto address = IpAddress::Parse(GetParam().text);
  ASSERT_EQ(address.has_value(), GetParam().octets.has_value());
  if (!address) return;
  EXPECT_EQ(Octets(address->octets().begin(), address->octets().end()), *GetParam().octets);
  EXPECT_EQ(address->is_ip6(), GetParam().octets->size() == 16);
  EXPECT_EQ(address->family(), address->is_ip6() ? AF_INET6 : AF_INET);
  EXPECT_EQ(address->ToString(), GetParam().shown);
}

INSTANTIATE_TEST_SUITE_P(
    Table, IpAddressTest,
    ::testing::Values(
        Row{"ip4", "192.0.2.1", Octets{192, 0, 2, 1}, "192.0.2.1"},
        Row{"ip4_zero", "0.0.0.0", Octets{0, 0, 0, 0}, "0.0.0.0"},
        Row{"ip6", "2001:DB8::1",
            Octets{0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, "2001:db8::1"},
        Row{"ip6_loopback", "::1", Octets{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, "::1"},
        Row{"ip4_mapped", "::ffff:192.0.2.1",
            Octets{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 192, 0, 2, 1}, "::ffff:192.0.2.1"},
        Row{"empty", "", std::nullopt}, Row{"name", "localhost", std::nullopt},
        Row{"three_octets", "1.2.3", std::nullopt}, Row{"octal", "01.2.3.4", std::nullopt},
        Row{"hexadecimal", "0x7f000001", std::nullopt}, Row{"space", " 1.2.3.4", std::nullopt},
        Row{"with_port", "1.2.3.4:443", std::nullopt}, Row{"brackets", "[::1]", std::nullopt},
        Row{"zone", "fe80::1%lo", std::nullopt},
        Row{"embedded_nul", std::string("1.2.3.4\0", 8), std::nullopt},
        Row{"too_long", std::string(100, '1'), std::nullopt}),
    kName);

struct DestinationRow {
  std::string name;
  std::string address;
  std::string reached;
};
std::ostream& operator<<(std::ostream& out, const DestinationRow& row) { return out << row.name; }

class IpAddressDestinationTest : public ::testing::TestWithParam<DestinationRow> {};

TEST_P(IpAddressDestinationTest, IsWhatAConnectionReaches) {
  const IpAddress address = IpAddress::Parse(GetParam().address).value();
  EXPECT_EQ(address.Destination().ToString(), GetParam().reached);
}

INSTANTIATE_TEST_SUITE_P(
    Table, IpAddressDestinationTest,
    ::testing::Values(
        DestinationRow{"ip4", "192.0.2.1", "192.0.2.1"},
        DestinationRow{"ip6", "2001:db8::1", "2001:db8::1"},
        DestinationRow{"ip4_mapped", "::ffff:192.0.2.1", "192.0.2.1"},
        DestinationRow{"ip4_mapped_in_hexadecimal", "::ffff:a9fe:a9fe", "169.254.169.254"},
        DestinationRow{"nat64", "64:ff9b::192.0.2.1", "192.0.2.1"},
        DestinationRow{"ip4_unspecified", "0.0.0.0", "127.0.0.1"},
        DestinationRow{"ip6_unspecified", "::", "::1"},
        DestinationRow{"ip4_mapped_unspecified", "::ffff:0.0.0.0", "127.0.0.1"},
        DestinationRow{"nat64_unspecified", "64:ff9b::", "127.0.0.1"},
        DestinationRow{"ip4_that_is_nearly_unspecified", "0.0.0.1", "0.0.0.1"},
        DestinationRow{"loopback", "::1", "::1"},
        DestinationRow{"deprecated_ip4_compatible", "::192.0.2.1", "::192.0.2.1"},
        DestinationRow{"translated_prefix", "::ffff:0:192.0.2.1", "::ffff:0:c000:201"},
        DestinationRow{"nat64_prefix_for_local_use", "64:ff9b:1::192.0.2.1", "64:ff9b:1::c000:201"},
        DestinationRow{"six_to_four", "2002:c000:201::1", "2002:c000:201::1"},
        DestinationRow{"teredo", "2001::c000:201", "2001::c000:201"}),
    kName);

struct MaskRow {
  std::string name;
  std::string address;
  unsigned length;
  std::string masked;
};
std::ostream& operator<<(std::ostream& out, const MaskRow& row) { return out << row.name; }

class IpAddressMaskTest : public ::testing::TestWithParam<MaskRow> {};

TEST_P(IpAddressMaskTest, ClearsWhatFollows) {
  const IpAddress address = IpAddress::Parse(GetParam().address).value();
  EXPECT_EQ(address.Masked(GetParam().length).ToString(), GetParam().masked);
}

INSTANTIATE_TEST_SUITE_P(
    Table, IpAddressMaskTest,
    ::testing::Values(MaskRow{"all", "255.255.255.255", 0, "0.0.0.0"},
                      MaskRow{"one_bit_stays", "255.255.255.255", 1, "128.0.0.0"},
                      MaskRow{"at_an_octet", "255.255.255.255", 16, "255.255.0.0"},
                      MaskRow{"within_an_octet", "255.255.255.255", 19, "255.255.224.0"},
                      MaskRow{"nothing", "192.0.2.1", 32, "192.0.2.1"},
                      MaskRow{"ip6", "fe80:ffff::1", 10, "fe80::"},
                      MaskRow{"nothing_of_ip6", "2001:db8::1", 128, "2001:db8::1"}),
    kName);

TEST(IpAddressSockaddrTest, Ip4RoundTrip) {
  const auto [storage, length] = IpAddress::Parse("192.0.2.1")->ToSockaddr(8443);
  const auto& ip4 = reinterpret_cast<const sockaddr_in&>(storage);
  EXPECT_EQ(length, sizeof(sockaddr_in));
  EXPECT_EQ(ip4.sin_family, AF_INET);
  EXPECT_EQ(ntohs(ip4.sin_port), 8443);
  EXPECT_EQ(ntohl(ip4.sin_addr.s_addr), 0xC0000201U);
  EXPECT_EQ(IpAddress::From(reinterpret_cast<const sockaddr&>(storage)),
            IpAddress::Parse("192.0.2.1"));
}

TEST(IpAddressSockaddrTest, Ip6RoundTrip) {
  const auto [storage, length] = IpAddress::Parse("2001:db8::2")->ToSockaddr(443);
  const auto& ip6 = reinterpret_cast<const sockaddr_in6&>(storage);
  EXPECT_EQ(length, sizeof(sockaddr_in6));
  EXPECT_EQ(ip6.sin6_family, AF_INET6);
  EXPECT_EQ(ntohs(ip6.sin6_port), 443);
  EXPECT_EQ(IpAddress::From(reinterpret_cast<const sockaddr&>(storage)),
            IpAddress::Parse("2001:db8::2"));
}

TEST(IpAddressSockaddrTest, AnotherFamilyIsNoAddress) {
  sockaddr_un unix_address{};
  unix_address.sun_family = AF_UNIX;
  EXPECT_EQ(IpAddress::From(reinterpret_cast<const sockaddr&>(unix_address)), std::nullopt);
}

TEST(IpAddressEqualityTest, ComparesFamilyAndOctets) {
  EXPECT_EQ(IpAddress::Parse("::1"), IpAddress::Parse("0:0:0:0:0:0:0:1"));
  EXPECT_NE(IpAddress::Parse("1.2.3.4"), IpAddress::Parse("1.2.3.5"));
  EXPECT_NE(IpAddress::Parse("::ffff:1.2.3.4"), IpAddress::Parse("1.2.3.4"));
}

}  // namespace
}  // namespace stapling::testing
