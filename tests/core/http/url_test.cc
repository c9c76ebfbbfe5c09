#include "core/http/url.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace stapling::testing {
namespace {

const auto kName = [](const auto& row) { return row.param.name; };

struct GoodRow {
  std::string name;
  std::string text;
  std::string canonical;
  std::string host = "a.test";
  std::uint16_t port = 80;
  std::string path = "/";
  bool tls = false;
};
std::ostream& operator<<(std::ostream& out, const GoodRow& row) { return out << row.name; }

class GoodUrlTest : public ::testing::TestWithParam<GoodRow> {};

TEST_P(GoodUrlTest, IsTakenApart) {
  const auto url = Url::Parse(GetParam().text);
  ASSERT_TRUE(url.ok()) << url.error();
  EXPECT_EQ(url->target.host, GetParam().host);
  EXPECT_EQ(url->port, GetParam().port);
  EXPECT_EQ(url->path, GetParam().path);
  EXPECT_EQ(url->tls, GetParam().tls);
  EXPECT_EQ(url->Text(), GetParam().canonical);
  EXPECT_EQ(url->target.port, std::nullopt);
  EXPECT_EQ(url->target.address, IpAddress::Parse(GetParam().host));
}

INSTANTIATE_TEST_SUITE_P(
    Table, GoodUrlTest,
    ::testing::Values(
        GoodRow{.name = "host_alone", .text = "http://a.test", .canonical = "http://a.test/"},
        GoodRow{.name = "path",
                .text = "http://a.test/ca/r1.crl",
                .canonical = "http://a.test/ca/r1.crl",
                .path = "/ca/r1.crl"},
        GoodRow{.name = "https",
                .text = "https://a.test/x",
                .canonical = "https://a.test/x",
                .port = 443,
                .path = "/x",
                .tls = true},
        GoodRow{.name = "upper_case",
                .text = "HTTP://A.Test/Path",
                .canonical = "http://a.test/Path",
                .path = "/Path"},
        GoodRow{.name = "port",
                .text = "http://a.test:8080/x",
                .canonical = "http://a.test:8080/x",
                .port = 8080,
                .path = "/x"},
        GoodRow{.name = "own_port", .text = "http://a.test:80/", .canonical = "http://a.test/"},
        GoodRow{.name = "own_port_of_https",
                .text = "https://a.test:443/",
                .canonical = "https://a.test/",
                .port = 443,
                .tls = true},
        GoodRow{.name = "port_of_the_other_scheme",
                .text = "https://a.test:80/",
                .canonical = "https://a.test:80/",
                .port = 80,
                .tls = true},
        GoodRow{.name = "empty_port", .text = "http://a.test:/", .canonical = "http://a.test/"},
        GoodRow{.name = "query",
                .text = "http://a.test/crl?id=1&x=/..",
                .canonical = "http://a.test/crl?id=1&x=/..",
                .path = "/crl?id=1&x=/.."},
        GoodRow{.name = "query_alone",
                .text = "http://a.test?id=1",
                .canonical = "http://a.test/?id=1",
                .path = "/?id=1"},
        GoodRow{.name = "fragment", .text = "http://a.test/#x?y", .canonical = "http://a.test/"},
        GoodRow{.name = "fragment_alone", .text = "http://a.test#x", .canonical = "http://a.test/"},
        GoodRow{.name = "percent_encodings_stay",
                .text = "http://a.test/%2fA%2B+%00",
                .canonical = "http://a.test/%2fA%2B+%00",
                .path = "/%2fA%2B+%00"},
        GoodRow{.name = "dots_stay_as_they_are",
                .text = "http://a.test//b/../c",
                .canonical = "http://a.test//b/../c",
                .path = "//b/../c"},
        GoodRow{.name = "at_in_the_path",
                .text = "http://a.test/b@c:d",
                .canonical = "http://a.test/b@c:d",
                .path = "/b@c:d"},
        GoodRow{.name = "ip4",
                .text = "http://192.0.2.1:81/x",
                .canonical = "http://192.0.2.1:81/x",
                .host = "192.0.2.1",
                .port = 81,
                .path = "/x"},
        GoodRow{.name = "ip6",
                .text = "http://[2001:DB8:0::1]/x",
                .canonical = "http://[2001:db8::1]/x",
                .host = "2001:db8::1",
                .path = "/x"},
        GoodRow{.name = "ip6_with_port",
                .text = "https://[::1]:8443",
                .canonical = "https://[::1]:8443/",
                .host = "::1",
                .port = 8443,
                .tls = true},
        GoodRow{.name = "trailing_dot",
                .text = "http://a.test./",
                .canonical = "http://a.test./",
                .host = "a.test."},
        GoodRow{.name = "longest",
                .text = "http://a.test/" + std::string(2034, 'x'),
                .canonical = "http://a.test/" + std::string(2034, 'x'),
                .path = "/" + std::string(2034, 'x')}),
    kName);

struct BadRow {
  std::string name;
  std::string text;
  std::string error;
};
std::ostream& operator<<(std::ostream& out, const BadRow& row) { return out << row.name; }

class BadUrlTest : public ::testing::TestWithParam<BadRow> {};

TEST_P(BadUrlTest, IsRefused) {
  const auto url = Url::Parse(GetParam().text);
  ASSERT_FALSE(url.ok()) << url->Text();
  EXPECT_EQ(url.error(), GetParam().error);
}

constexpr const char* kScheme = "it begins neither with http:// nor with https://";
constexpr const char* kCharacter = "it holds a space, a control or a non-ASCII character";
constexpr const char* kTooLong = "it is longer than 2048 octets";
constexpr const char* kUser = "it holds a user name or a password";
constexpr const char* kNoHost = "it names no host";
constexpr const char* kBadName = "its host is not a valid name";
constexpr const char* kPort = "its port is not a number from 1 to 65535";

INSTANTIATE_TEST_SUITE_P(
    Table, BadUrlTest,
    ::testing::Values(
        BadRow{"empty", "", kScheme}, BadRow{"host_alone", "a.test", kScheme},
        BadRow{"path_alone", "/x", kScheme}, BadRow{"ftp", "ftp://a.test/", kScheme},
        BadRow{"file", "file:///etc/passwd", kScheme},
        BadRow{"ldap", "ldap://a.test/cn=x?crl", kScheme},
        BadRow{"no_slashes", "http:a.test", kScheme}, BadRow{"one_slash", "http:/a.test", kScheme},
        BadRow{"scheme_within", "x?http://a.test", kScheme},
        BadRow{"scheme_alone", "http", kScheme}, BadRow{"no_authority", "http://", kNoHost},
        BadRow{"no_host", "http:///x", kNoHost}, BadRow{"port_alone", "http://:80/", kNoHost},
        BadRow{"user", "http://u@a.test/", kUser},
        BadRow{"user_and_password", "http://u:p@a.test/", kUser},
        BadRow{"user_that_looks_like_a_host", "http://good.test\\@evil.test/", kUser},
        BadRow{"backslash", "http://a.test\\x", kBadName},
        BadRow{"percent_in_the_host", "http://a%2etest/", kBadName},
        BadRow{"number_for_an_address", "http://2130706433/", kBadName},
        BadRow{"hexadecimal_address", "http://0x7f.1/", kBadName},
        BadRow{"short_address", "http://127.1/", kBadName},
        BadRow{"ip6_without_brackets", "http://::1/",
               "an IPv6 address is written in brackets, such as [::1]:443"},
        BadRow{"open_bracket", "http://[::1/",
               "the brackets of its address are not closed, or not by :PORT"},
        BadRow{"name_in_brackets", "http://[a.test]/", "there is no IPv6 address in its brackets"},
        BadRow{"zone", "http://[fe80::1%25eth0]/", "there is no IPv6 address in its brackets"},
        BadRow{"port_0", "http://a.test:0/", kPort},
        BadRow{"port_too_large", "http://a.test:65536/", kPort},
        BadRow{"port_with_sign", "http://a.test:+80/", kPort},
        BadRow{"space", "http://a.test/a b", kCharacter},
        BadRow{"space_before", " http://a.test/", kCharacter},
        BadRow{"line_end", "http://a.test/\r\nX: y", kCharacter},
        BadRow{"nul", std::string("http://a.test/\0x", 16), kCharacter},
        BadRow{"delete", "http://a.test/\x7f", kCharacter},
        BadRow{"utf8", "http://a.test/\xC3\xBC", kCharacter},
        BadRow{"too_long", "http://a.test/" + std::string(2035, 'x'), kTooLong},
        BadRow{"too_long_once_it_is_canonical", "http://a.test?" + std::string(2034, 'x'),
               kTooLong},
        BadRow{"very_long", "http://" + std::string(1 << 20, 'a'), kTooLong}),
    kName);

struct ResolveRow {
  std::string name;
  std::string location;
  std::string result;  // empty: refused
  std::string base = "http://a.test:81/b/c?q=/x";
};
std::ostream& operator<<(std::ostream& out, const ResolveRow& row) { return out << row.name; }

class ResolveUrlTest : public ::testing::TestWithParam<ResolveRow> {};

TEST_P(ResolveUrlTest, LeadsThere) {
  const auto url = Url::Parse(GetParam().base).value().Resolve(GetParam().location);
  EXPECT_EQ(url ? url->Text() : "", GetParam().result);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ResolveUrlTest,
    ::testing::Values(
        ResolveRow{"absolute", "https://d.test/e", "https://d.test/e"},
        ResolveRow{"absolute_upper_case", "HTTP://D.test", "http://d.test/"},
        ResolveRow{"authority", "//d.test/e", "http://d.test/e"},
        ResolveRow{"authority_keeps_https", "//d.test/e", "https://d.test/e", "https://a.test/"},
        ResolveRow{"absolute_path", "/d", "http://a.test:81/d"},
        ResolveRow{"root", "/", "http://a.test:81/"},
        ResolveRow{"relative_path", "d/e", "http://a.test:81/b/d/e"},
        ResolveRow{"relative_path_with_query", "d?e", "http://a.test:81/b/d?e"},
        ResolveRow{"relative_to_the_root", "d", "http://a.test/d", "http://a.test"},
        ResolveRow{"query", "?d", "http://a.test:81/b/c?d"},
        ResolveRow{"fragment", "#d", "http://a.test:81/b/c?q=/x"},
        ResolveRow{"empty", "", "http://a.test:81/b/c?q=/x"},
        ResolveRow{"dot", "./d", "http://a.test:81/b/d"},
        ResolveRow{"dot_alone", ".", "http://a.test:81/b/"},
        ResolveRow{"dots", "../d", "http://a.test:81/d"},
        ResolveRow{"dots_alone", "..", "http://a.test:81/"},
        ResolveRow{"dots_beyond_the_root", "../../../d", "http://a.test:81/d"},
        ResolveRow{"dots_in_an_absolute_one", "http://d.test/a/./b/../c", "http://d.test/a/c"},
        ResolveRow{"dots_in_the_query", "d?../e", "http://a.test:81/b/d?../e"},
        ResolveRow{"empty_segments_stay", "/d//e", "http://a.test:81/d//e"},
        ResolveRow{"empty_segment_before_dots", "/d//../e", "http://a.test:81/d/e"},
        ResolveRow{"colon_in_the_query", "d?e:f", "http://a.test:81/b/d?e:f"},
        ResolveRow{"digits_before_a_colon", "1:2", "http://a.test:81/b/1:2"},
        ResolveRow{"percent_encodings_stay", "%2e%2E/%0d", "http://a.test:81/b/%2e%2E/%0d"},
        ResolveRow{"ip6", "/d", "http://[::1]:81/d", "http://[::1]:81/"},
        ResolveRow{"ftp", "ftp://d.test/", ""}, ResolveRow{"file", "file:///etc/passwd", ""},
        ResolveRow{"javascript", "javascript:1", ""}, ResolveRow{"data", "data:text/plain,x", ""},
        ResolveRow{"user", "http://u@d.test/", ""}, ResolveRow{"user_alone", "//u@d.test/", ""},
        ResolveRow{"space", "/d e", ""}, ResolveRow{"line_end", "/d\r\nX: y", ""},
        ResolveRow{"triple_slash", "///d", ""},
        ResolveRow{"backslashes", "\\\\d.test\\e", "http://a.test:81/b/\\\\d.test\\e"},
        ResolveRow{"too_long", "/" + std::string(2048, 'x'), ""}),
    kName);

}  // namespace
}  // namespace stapling::testing
