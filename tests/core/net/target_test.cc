#include "core/net/target.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace stapling::testing {
namespace {

struct GoodRow {
  std::string name;
  std::string text;
  std::string host;
  std::optional<std::uint16_t> port = {};
  bool literal = false;
  std::string scheme = {};
};
std::ostream& operator<<(std::ostream& out, const GoodRow& row) { return out << row.name; }

class GoodTargetTest : public ::testing::TestWithParam<GoodRow> {};

TEST_P(GoodTargetTest, IsTakenApart) {
  const auto target = ParseTarget(GetParam().text);
  ASSERT_TRUE(target.ok()) << target.error();
  EXPECT_EQ(target->text, GetParam().text);
  EXPECT_EQ(target->host, GetParam().host);
  EXPECT_EQ(target->port, GetParam().port);
  EXPECT_EQ(target->scheme ? target->scheme->name : "", GetParam().scheme);
  ASSERT_EQ(target->address.has_value(), GetParam().literal);
  if (GetParam().literal) {
    EXPECT_EQ(target->address->ToString(), GetParam().host);
  }
}

const std::string kLabel63(63, 'a');
const std::string kName253 =
    kLabel63 + "." + kLabel63 + "." + kLabel63 + "." + std::string(56, 'a') + ".test";

const auto kName = [](const auto& info) { return info.param.name; };

INSTANTIATE_TEST_SUITE_P(
    Names, GoodTargetTest,
    ::testing::Values(
        GoodRow{.name = "host", .text = "example.com", .host = "example.com"},
        GoodRow{.name = "host_and_port",
                .text = "example.com:8443",
                .host = "example.com",
                .port = 8443},
        GoodRow{.name = "single_label", .text = "localhost:1", .host = "localhost", .port = 1},
        GoodRow{.name = "highest_port", .text = "a.test:65535", .host = "a.test", .port = 65535},
        GoodRow{.name = "leading_zeros_in_the_port",
                .text = "a.test:00443",
                .host = "a.test",
                .port = 443},
        GoodRow{
            .name = "upper_case", .text = "EXAMPLE.Com:443", .host = "example.com", .port = 443},
        GoodRow{.name = "trailing_dot",
                .text = "example.com.:443",
                .host = "example.com.",
                .port = 443},
        GoodRow{
            .name = "underscores", .text = "_dmarc.my_host.test", .host = "_dmarc.my_host.test"},
        GoodRow{.name = "punycode", .text = "xn--bcher-kva.test", .host = "xn--bcher-kva.test"},
        GoodRow{.name = "digits_first", .text = "3com.test", .host = "3com.test"},
        GoodRow{
            .name = "digits_in_all_but_the_last_label", .text = "1.2.3.test", .host = "1.2.3.test"},
        GoodRow{.name = "longest_label", .text = kLabel63 + ".test", .host = kLabel63 + ".test"},
        GoodRow{.name = "longest_name", .text = kName253, .host = kName253}),
    kName);

INSTANTIATE_TEST_SUITE_P(Urls, GoodTargetTest,
                         ::testing::Values(GoodRow{.name = "plain",
                                                   .text = "https://example.com",
                                                   .host = "example.com",
                                                   .scheme = "https"},
                                           GoodRow{.name = "with_path",
                                                   .text = "https://example.com/a/b:c",
                                                   .host = "example.com",
                                                   .scheme = "https"},
                                           GoodRow{.name = "with_port_and_path",
                                                   .text = "https://example.com:8443/x",
                                                   .host = "example.com",
                                                   .port = 8443,
                                                   .scheme = "https"},
                                           GoodRow{.name = "with_query",
                                                   .text = "https://example.com?a=b@c",
                                                   .host = "example.com",
                                                   .scheme = "https"},
                                           GoodRow{.name = "with_fragment",
                                                   .text = "https://example.com#x",
                                                   .host = "example.com",
                                                   .scheme = "https"},
                                           GoodRow{.name = "upper_case_scheme",
                                                   .text = "HTTPS://Example.com/",
                                                   .host = "example.com",
                                                   .scheme = "https"},
                                           GoodRow{.name = "of_an_ip6_address",
                                                   .text = "https://[::1]:4433/",
                                                   .host = "::1",
                                                   .port = 4433,
                                                   .literal = true,
                                                   .scheme = "https"},
                                           GoodRow{.name = "of_a_mail_server",
                                                   .text = "smtp://mx.test",
                                                   .host = "mx.test",
                                                   .scheme = "smtp"},
                                           GoodRow{.name = "of_a_mail_server_with_a_port",
                                                   .text = "submission://mx.test:2587",
                                                   .host = "mx.test",
                                                   .port = 2587,
                                                   .scheme = "submission"},
                                           GoodRow{.name = "of_an_xmpp_server",
                                                   .text = "xmpp_client://chat.test",
                                                   .host = "chat.test",
                                                   .scheme = "xmpp_client"},
                                           GoodRow{.name = "of_tls_at_once",
                                                   .text = "ldaps://dir.test",
                                                   .host = "dir.test",
                                                   .scheme = "ldaps"}),
                         kName);

INSTANTIATE_TEST_SUITE_P(
    Literals, GoodTargetTest,
    ::testing::Values(
        GoodRow{.name = "ip4", .text = "192.0.2.1", .host = "192.0.2.1", .literal = true},
        GoodRow{.name = "ip4_and_port",
                .text = "192.0.2.1:25",
                .host = "192.0.2.1",
                .port = 25,
                .literal = true},
        GoodRow{.name = "ip6", .text = "[2001:db8::1]", .host = "2001:db8::1", .literal = true},
        GoodRow{.name = "ip6_and_port",
                .text = "[2001:db8::1]:8443",
                .host = "2001:db8::1",
                .port = 8443,
                .literal = true},
        GoodRow{.name = "ip6_in_full",
                .text = "[2001:0DB8:0000:0000:0000:0000:0000:0001]:443",
                .host = "2001:db8::1",
                .port = 443,
                .literal = true},
        GoodRow{.name = "ip6_unspecified", .text = "[::]", .host = "::", .literal = true},
        GoodRow{.name = "ip4_mapped",
                .text = "[::FFFF:192.0.2.1]",
                .host = "::ffff:192.0.2.1",
                .literal = true}),
    kName);

struct BadRow {
  std::string name;
  std::string text;
  std::string sentence;
};
std::ostream& operator<<(std::ostream& out, const BadRow& row) { return out << row.name; }

class BadTargetTest : public ::testing::TestWithParam<BadRow> {};

TEST_P(BadTargetTest, IsRefusedWithOneSentence) {
  const auto target = ParseTarget(GetParam().text);
  ASSERT_FALSE(target.ok()) << target->host;
  EXPECT_EQ(target.error(), GetParam().sentence);
}

BadRow Bad(std::string name, const std::string& text, const std::string& why) {
  return {std::move(name), text, "target \"" + text + "\" is not valid: " + why};
}

constexpr const char* kNoHost = "it names no host";
constexpr const char* kBadPort = "its port is not a number from 1 to 65535";
constexpr const char* kBadName = "its host is not a valid name";
constexpr const char* kOpenBrackets = "the brackets of its address are not closed, or not by :PORT";
constexpr const char* kNoIp6 = "there is no IPv6 address in its brackets";
constexpr const char* kUnbracketed = "an IPv6 address is written in brackets, such as [::1]:443";
constexpr const char* kBadCharacter = "it holds a space, a control or a non-ASCII character";
constexpr const char* kUserName = "a target takes no user name";
constexpr const char* kScheme = "the scheme is not known; write https:// or HOST:PORT";

INSTANTIATE_TEST_SUITE_P(
    Hosts, BadTargetTest,
    ::testing::Values(
        Bad("empty", "", "it is empty"), Bad("port_alone", ":443", kNoHost),
        Bad("colon_alone", ":", kNoHost), Bad("dot_alone", ".", kBadName),
        Bad("two_dots", "a..test", kBadName), Bad("leading_dot", ".a.test", kBadName),
        Bad("two_trailing_dots", "a.test..", kBadName), Bad("leading_hyphen", "-a.test", kBadName),
        Bad("trailing_hyphen", "a-.test", kBadName),
        Bad("trailing_hyphen_of_the_last_label", "a.test-", kBadName),
        Bad("three_numbers", "1.2.3", kBadName), Bad("one_number", "12345", kBadName),
        Bad("five_numbers", "1.2.3.4.5", kBadName), Bad("octet_too_large", "1.2.3.256", kBadName),
        Bad("octal_octet", "0177.0.0.1", kBadName),
        Bad("ip4_with_a_trailing_dot", "127.0.0.1.", kBadName),
        Bad("star", "*.example.com", kBadName), Bad("path", "a.test/x", kBadName),
        Bad("user_name", "user@a.test", kBadName), Bad("percent", "a%2e.test", kBadName),
        Bad("label_too_long", std::string(64, 'a') + ".test", kBadName)),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Ports, BadTargetTest,
    ::testing::Values(
        Bad("too_large", "host:99999", kBadPort), Bad("just_too_large", "host:65536", kBadPort),
        Bad("beyond_any_integer", "host:99999999999999999999", kBadPort),
        Bad("absent", "host:", kBadPort), Bad("zero", "host:0", kBadPort),
        Bad("sign", "host:+1", kBadPort), Bad("negative", "host:-1", kBadPort),
        Bad("hexadecimal", "host:0x1bb", kBadPort), Bad("word", "host:https", kBadPort),
        Bad("trailing_letter", "host:443a", kBadPort), Bad("of_ip6", "[::1]:99999", kBadPort),
        Bad("absent_of_ip6", "[::1]:", kBadPort), Bad("of_a_url", "https://host:0/", kBadPort)),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Brackets, BadTargetTest,
    ::testing::Values(Bad("not_closed", "[::1", kOpenBrackets), Bad("alone", "[", kOpenBrackets),
                      Bad("followed_by_text", "[::1]443", kOpenBrackets),
                      Bad("empty", "[]:443", kNoHost), Bad("around_ip4", "[1.2.3.4]:443", kNoIp6),
                      Bad("around_a_name", "[a.test]:443", kNoIp6),
                      Bad("zone", "[fe80::1%eth0]:443", kNoIp6),
                      Bad("not_hexadecimal", "[::g]", kNoIp6),
                      Bad("none_around_ip6", "::1", kUnbracketed),
                      Bad("none_around_ip6_and_port", "2001:db8::1:443", kUnbracketed),
                      Bad("two_ports", "a.test:1:2", kUnbracketed)),
    kName);

INSTANTIATE_TEST_SUITE_P(Urls, BadTargetTest,
                         ::testing::Values(Bad("http", "http://example.com",
                                               "http:// has no TLS; write https:// or HOST:PORT"),
                                           Bad("http_in_upper_case", "HTTP://example.com",
                                               "http:// has no TLS; write https:// or HOST:PORT"),
                                           Bad("unknown_scheme", "gopher://example.com", kScheme),
                                           Bad("empty_scheme", "://example.com", kScheme),
                                           Bad("no_authority", "https://", kNoHost),
                                           Bad("no_authority_but_a_path", "https:///a", kNoHost),
                                           Bad("user_name", "https://user@example.com", kUserName),
                                           Bad("user_name_and_password",
                                               "https://user:secret@example.com/", kUserName)),
                         kName);

INSTANTIATE_TEST_SUITE_P(
    Characters, BadTargetTest,
    ::testing::Values(
        BadRow{"space", "a b.test",
               "target \"a?b.test\" is not valid: it holds a space, a control or a non-ASCII "
               "character"},
        BadRow{"leading_space", " a.test",
               std::string("target \"?a.test\" is not valid: ") + kBadCharacter},
        BadRow{"newline", "a.test\nX: y",
               std::string("target \"a.test?X:?y\" is not valid: ") + kBadCharacter},
        BadRow{"nul", std::string("a\0.test", 7),
               std::string("target \"a?.test\" is not valid: ") + kBadCharacter},
        BadRow{"escape", "\x1B[31ma.test",
               std::string("target \"?[31ma.test\" is not valid: ") + kBadCharacter},
        BadRow{"delete", "a\x7F.test",
               std::string("target \"a?.test\" is not valid: ") + kBadCharacter},
        BadRow{"utf8", "b\xC3\xBC.test",
               std::string("target \"b??.test\" is not valid: ") + kBadCharacter},
        BadRow{"quote", "a\".test", std::string("target \"a?.test\" is not valid: ") + kBadName},
        BadRow{"ten_kilobytes", std::string(10'240, 'a'),
               "target \"" + std::string(80, 'a') + "...\" is not valid: it is too long"},
        BadRow{"name_of_254_octets", kName253 + "t",
               "target \"" + kName253.substr(0, 80) + "...\" is not valid: " + kBadName}),
    kName);

}  // namespace
}  // namespace stapling::testing
