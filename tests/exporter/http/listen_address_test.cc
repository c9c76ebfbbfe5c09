#include "exporter/http/listen_address.h"

#include <gtest/gtest.h>

namespace stapling::exporter {
namespace {

struct GoodCase {
  const char* name;
  std::string text;
  ListenAddress address;
};

const GoodCase kGood[] = {
    {.name = "port", .text = ":6960", .address = {.host = "", .port = 6960}},
    {.name = "any_port", .text = "127.0.0.1:0", .address = {.host = "127.0.0.1", .port = 0}},
    {.name = "ipv6", .text = "[::1]:6960", .address = {.host = "::1", .port = 6960}},
    {.name = "ipv6_with_zone",
     .text = "[fe80::1%eth0]:1",
     .address = {.host = "fe80::1%eth0", .port = 1}},
    {.name = "name", .text = "host.test:65535", .address = {.host = "host.test", .port = 65535}},
};

class GoodListenAddress : public ::testing::TestWithParam<GoodCase> {};

TEST_P(GoodListenAddress, ParsesAndPrints) {
  const auto parsed = ParseListenAddress(GetParam().text);
  ASSERT_TRUE(parsed) << parsed.error();
  EXPECT_EQ(*parsed, GetParam().address);
  EXPECT_EQ(ToString(*parsed), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(ListenAddress, GoodListenAddress, ::testing::ValuesIn(kGood),
                         [](const auto& row) { return std::string(row.param.name); });

struct BadCase {
  const char* name;
  std::string text;
  std::string sentence;
};

const BadCase kBad[] = {
    {.name = "empty",
     .text = "",
     .sentence = "listen address \"\": no port; write HOST:PORT or :PORT"},
    {.name = "no_port",
     .text = "localhost",
     .sentence = "listen address \"localhost\": no port; write HOST:PORT or :PORT"},
    {.name = "ipv6_without_port",
     .text = "[::1]",
     .sentence = "listen address \"[::1]\": no port; write HOST:PORT or :PORT"},
    {.name = "empty_port",
     .text = "localhost:",
     .sentence = "listen address \"localhost:\": the port must be a number from 0 to 65535"},
    {.name = "port_too_large",
     .text = ":65536",
     .sentence = "listen address \":65536\": the port must be a number from 0 to 65535"},
    {.name = "port_name",
     .text = ":http",
     .sentence = "listen address \":http\": the port must be a number from 0 to 65535"},
    {.name = "port_with_sign",
     .text = ":-1",
     .sentence = "listen address \":-1\": the port must be a number from 0 to 65535"},
    {.name = "ipv6_without_brackets",
     .text = "::1:6960",
     .sentence = "listen address \"::1:6960\": an IPv6 address needs brackets, as in [::1]:6960"},
    {.name = "brackets_round_a_name",
     .text = "[host]:1",
     .sentence = "listen address \"[host]:1\": brackets must hold an IPv6 address"},
    {.name = "space",
     .text = "a b:1",
     .sentence = "listen address \"a b:1\": the host holds a character that no host has"},
    {.name = "url",
     .text = "http://host:1",
     .sentence =
         "listen address \"http://host:1\": an IPv6 address needs brackets, as in [::1]:6960"},
};

class BadListenAddress : public ::testing::TestWithParam<BadCase> {};

TEST_P(BadListenAddress, IsRefusedWithASentence) {
  const auto parsed = ParseListenAddress(GetParam().text);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error(), GetParam().sentence);
}

INSTANTIATE_TEST_SUITE_P(ListenAddress, BadListenAddress, ::testing::ValuesIn(kBad),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace stapling::exporter
