// The URL of a proxy, taken apart and put together again.
#include "core/proxy/proxy.h"

#include <gtest/gtest.h>

#include <ostream>

namespace stapling::testing {
namespace {

struct GoodRow {
  std::string name;
  std::string url;
  Proxy proxy;
  std::string printed = {};  // empty: the URL itself
};
std::ostream& operator<<(std::ostream& out, const GoodRow& row) { return out << row.name; }

class GoodProxyUrlTest : public ::testing::TestWithParam<GoodRow> {};

TEST_P(GoodProxyUrlTest, IsTakenApart) {
  const auto proxy = ParseProxyUrl(GetParam().url);
  ASSERT_TRUE(proxy) << proxy.error();
  EXPECT_EQ(proxy->kind, GetParam().proxy.kind);
  EXPECT_EQ(proxy->host, GetParam().proxy.host);
  EXPECT_EQ(proxy->port, GetParam().proxy.port);
  EXPECT_EQ(proxy->user, GetParam().proxy.user);
  EXPECT_EQ(proxy->password, GetParam().proxy.password);
}

TEST_P(GoodProxyUrlTest, IsPrintedWithoutItsPassword) {
  EXPECT_EQ(PrintProxyUrl(GetParam().proxy),
            GetParam().printed.empty() ? GetParam().url : GetParam().printed);
}

const auto kName = [](const auto& row) { return row.param.name; };
constexpr ProxyKind kHttp = ProxyKind::kHttp;
constexpr ProxyKind kSocks5 = ProxyKind::kSocks5;

INSTANTIATE_TEST_SUITE_P(
    Table, GoodProxyUrlTest,
    ::testing::Values(
        GoodRow{"http", "http://proxy.test:3128", {kHttp, "proxy.test", 3128, "", ""}},
        GoodRow{"socks5", "socks5://192.0.2.1:1080", {kSocks5, "192.0.2.1", 1080, "", ""}},
        GoodRow{"ip6", "socks5://[2001:db8::1]:1", {kSocks5, "2001:db8::1", 1, "", ""}},
        GoodRow{"user_alone", "http://joe@p.test:80", {kHttp, "p.test", 80, "joe", ""}},
        GoodRow{"user_and_password",
                "http://joe:s3cret@p.test:80",
                {kHttp, "p.test", 80, "joe", "s3cret"},
                "http://joe:<secret>@p.test:80"},
        GoodRow{"password_alone",
                "http://:s3cret@p.test:80",
                {kHttp, "p.test", 80, "", "s3cret"},
                "http://:<secret>@p.test:80"},
        GoodRow{"of_socks5",
                "socks5://joe:s3cret@[::1]:80",
                {kSocks5, "::1", 80, "joe", "s3cret"},
                "socks5://joe:<secret>@[::1]:80"},
        GoodRow{"percent_encoded",
                "http://j%40x%25:p%3a%2F%c3%A9%20@p.test:80",
                {kHttp, "p.test", 80, "j@x%", "p:/\xC3\xA9 "},
                "http://j%40x%25:<secret>@p.test:80"},
        GoodRow{"user_that_is_not_ascii",
                "http://%C3%A9%FF@p.test:80",
                {kHttp, "p.test", 80, "\xC3\xA9\xFF", ""}},
        GoodRow{"colon_in_the_password",
                "http://joe:a:b@p.test:80",
                {kHttp, "p.test", 80, "joe", "a:b"},
                "http://joe:<secret>@p.test:80"},
        GoodRow{"colon_in_the_user_of_socks5",
                "socks5://a%3Ab:c@p.test:80",
                {kSocks5, "p.test", 80, "a:b", "c"},
                "socks5://a%3Ab:<secret>@p.test:80"},
        GoodRow{"longest_of_socks5",
                "socks5://" + std::string(255, 'u') + ":" + std::string(255, 'p') + "@p.test:80",
                {kSocks5, "p.test", 80, std::string(255, 'u'), std::string(255, 'p')},
                "socks5://" + std::string(255, 'u') + ":<secret>@p.test:80"},
        GoodRow{"capitals_and_a_slash",
                "HTTP://Proxy.TEST:3128/",
                {kHttp, "proxy.test", 3128, "", ""},
                "http://proxy.test:3128"}),
    kName);

struct BadRow {
  std::string name;
  std::string url;
  std::string error;
};
std::ostream& operator<<(std::ostream& out, const BadRow& row) { return out << row.name; }

class BadProxyUrlTest : public ::testing::TestWithParam<BadRow> {};

TEST_P(BadProxyUrlTest, IsRefusedWithoutAWordOfIt) {
  const auto proxy = ParseProxyUrl(GetParam().url);
  ASSERT_FALSE(proxy);
  EXPECT_EQ(proxy.error(), GetParam().error);
}

constexpr const char* kScheme = "it begins neither with http:// nor with socks5://";
constexpr const char* kSocksLength = "its user and password have 1 to 255 octets";

INSTANTIATE_TEST_SUITE_P(
    Table, BadProxyUrlTest,
    ::testing::Values(
        BadRow{"empty", "", kScheme}, BadRow{"no_scheme", "proxy.test:3128", kScheme},
        BadRow{"https", "https://proxy.test:3128", kScheme},
        BadRow{"socks4", "socks4://proxy.test:1080", kScheme},
        BadRow{"cut_short", "socks5:/", kScheme},
        BadRow{"no_host", "http://:3128", "it names no host"},
        BadRow{"nothing", "http://", "it names no host"},
        BadRow{"no_port", "http://proxy.test", "it names no port"},
        BadRow{"no_port_after_a_password", "http://joe:s3cret@proxy.test", "it names no port"},
        BadRow{"port_zero", "http://p.test:0", "its port is not a number from 1 to 65535"},
        BadRow{"port_is_text", "http://p.test:s3cret", "its port is not a number from 1 to 65535"},
        BadRow{"bad_name", "http://pro xy.test:1", "its host is not a valid name"},
        BadRow{"ip6_without_brackets", "http://::1:3128",
               "an IPv6 address is written in brackets, such as [::1]:443"},
        BadRow{"path", "http://p.test:1/x", "it has a path"},
        BadRow{"query", "http://p.test:1?x", "it has a path"},
        BadRow{"slash_in_the_password", "http://joe:s3/cret@p.test:1",
               "a /, ? or # in its user or password is written %2F, %3F or %23"},
        BadRow{"at_in_the_password", "http://joe:s3@cret@p.test:1",
               "an @ in its user or password is written %40"},
        BadRow{"percent_in_the_password", "http://joe:100%@p.test:1",
               "a % in its user or password is written %25"},
        BadRow{"percent_and_one_digit", "http://joe:a%4@p.test:1",
               "a % in its user or password is written %25"},
        BadRow{"percent_and_no_digit", "http://joe:a%4x@p.test:1",
               "a % in its user or password is written %25"},
        BadRow{"line_break", "http://joe:a%0Ab@p.test:1",
               "its user or password holds a control character"},
        BadRow{"nul", "socks5://a%00b:c@p.test:1",
               "its user or password holds a control character"},
        BadRow{"colon_in_the_user", "http://a%3Ab:c@p.test:1", "its user holds a colon"},
        BadRow{"empty_credentials", "http://@p.test:1", "nothing stands before its @"},
        BadRow{"two_empty_credentials", "http://:@p.test:1", "nothing stands before its @"},
        BadRow{"socks5_without_a_password", "socks5://joe@p.test:1", kSocksLength},
        BadRow{"socks5_without_a_user", "socks5://:a@p.test:1", kSocksLength},
        BadRow{"socks5_long_user", "socks5://" + std::string(256, 'u') + ":p@p.test:1",
               kSocksLength},
        BadRow{"hidden", "http://joe:<secret>@p.test:1",
               "its password was hidden where it was copied from"},
        BadRow{"too_long", "http://" + std::string(2048, 'u') + "@p.test:1", "it is too long"}),
    kName);

}  // namespace
}  // namespace stapling::testing
