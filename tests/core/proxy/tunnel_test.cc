// Each proxy's exchange to the octet: what the client must say, and what it makes of the answers.
#include "core/proxy/tunnel.h"

#include <gtest/gtest.h>

#include <ostream>

#include "tests/core/proxy/open_tunnel.h"

namespace stapling::testing {
namespace {

using namespace std::string_literals;

const Proxy kHttp{.kind = ProxyKind::kHttp, .host = "p.test", .port = 1};
const Proxy kHttpJoe{ProxyKind::kHttp, "p.test", 1, "joe", "s3cret"};
const Proxy kSocks5{.kind = ProxyKind::kSocks5, .host = "p.test", .port = 1};
const Proxy kSocks5Joe{ProxyKind::kSocks5, "p.test", 1, "joe", "s3cret"};

struct Row {
  std::string name;
  Proxy proxy;
  std::vector<Turn> turns;
  std::string words = {};  // empty: the way is open
  Destination destination = {"leaf.test", 443};
  std::string rest = {};  // what the last turn says after the proxy's answer
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class TunnelTest : public ::testing::TestWithParam<Row> {};

TEST_P(TunnelTest, EndsAsItMust) {
  const Row& row = GetParam();
  EXPECT_EQ(OpenScripted(row.proxy, row.destination, {.turns = row.turns}, row.rest), row.words);
}

TEST_P(TunnelTest, EndsLikewiseOctetByOctet) {
  const Row& row = GetParam();
  EXPECT_EQ(OpenScripted(row.proxy, row.destination, {.turns = row.turns, .byte_by_byte = true},
                         row.rest),
            row.words);
}

const auto kName = [](const auto& row) { return row.param.name; };

const std::string kAsk = "CONNECT leaf.test:443 HTTP/1.1\r\nHost: leaf.test:443\r\n\r\n";
const std::string kAskJoe =
    "CONNECT leaf.test:443 HTTP/1.1\r\nHost: leaf.test:443\r\n"
    "Proxy-Authorization: Basic am9lOnMzY3JldA==\r\n\r\n";
const std::string kOther = "protocol_error: the proxy does not answer in HTTP/1";

INSTANTIATE_TEST_SUITE_P(
    HttpConnect, TunnelTest,
    ::testing::Values(
        Row{"good", kHttp, {{kAsk, "HTTP/1.1 200 Connection established\r\n\r\n"}}},
        Row{"old_and_bare", kHttp, {{kAsk, "HTTP/1.0 200\n\n"}}},
        Row{"any_2xx", kHttp, {{kAsk, "HTTP/1.1 204 \r\n\r\n"}}},
        Row{"a_length_means_nothing",
            kHttp,
            {{kAsk, "HTTP/1.1 200 OK\r\nVia: 1.1 p\r\nContent-Length: 5\r\n\r\n"}}},
        Row{.name = "what_follows_is_the_targets",
            .proxy = kHttp,
            .turns = {{kAsk, "HTTP/1.1 200 OK\r\n\r\n220 mail.test\r\n"}},
            .rest = "220 mail.test\r\n"},
        Row{"interim_answers",
            kHttp,
            {{kAsk,
              "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: a\r\n\r\n"
              "HTTP/1.1 200 OK\r\n\r\n"}}},
        Row{"credentials", kHttpJoe, {{kAskJoe, "HTTP/1.1 200 OK\r\n\r\n"}}},
        Row{"user_alone",
            {ProxyKind::kHttp, "p.test", 1, "joe", ""},
            {{"CONNECT leaf.test:443 HTTP/1.1\r\nHost: leaf.test:443\r\n"
              "Proxy-Authorization: Basic am9lOg==\r\n\r\n",
              "HTTP/1.1 200 OK\r\n\r\n"}}},
        Row{.name = "ip4",
            .proxy = kHttp,
            .turns = {{"CONNECT 192.0.2.1:25 HTTP/1.1\r\nHost: 192.0.2.1:25\r\n\r\n",
                       "HTTP/1.1 200 OK\r\n\r\n"}},
            .destination = {"192.0.2.1", 25}},
        Row{.name = "ip6",
            .proxy = kHttp,
            .turns = {{"CONNECT [2001:db8::1]:25 HTTP/1.1\r\nHost: [2001:db8::1]:25\r\n\r\n",
                       "HTTP/1.1 200 OK\r\n\r\n"}},
            .destination = {"2001:db8::1", 25}},
        Row{"credentials_wanted",
            kHttp,
            {{kAsk, "HTTP/1.1 407 Proxy Authentication Required\r\n"}},
            "proxy_auth: 407 Proxy Authentication Required"},
        Row{"credentials_refused",
            kHttpJoe,
            {{kAskJoe, "HTTP/1.0 401 Unauthorized\r\n"}},
            "proxy_auth: 401 Unauthorized"},
        Row{"forbidden",
            kHttp,
            {{kAsk, "HTTP/1.1 403 Access violation\r\n"}},
            "proxy_refused: 403 Access violation"},
        Row{"unreachable", kHttp, {{kAsk, "HTTP/1.1 502\r\n"}}, "proxy_refused: 502"},
        Row{"redirected", kHttp, {{kAsk, "HTTP/1.1 302 \r\n"}}, "proxy_refused: 302"},
        Row{"that_is_cleaned",
            kHttp,
            {{kAsk, "HTTP/1.1 500 \x1b[31m\r\n"}},
            "proxy_refused: 500 \xEF\xBF\xBD[31m"},
        Row{"mail_server", kHttp, {{kAsk, "220 mail.test ESMTP\r\n"}}, kOther},
        Row{"tls_server", kHttp, {{kAsk, "\x15\x03\x01\0\x02\x02\x32"s}}, kOther},
        Row{"version_2", kHttp, {{kAsk, "HTTP/2 200\r\n\r\n"}}, kOther},
        Row{"status_of_two_digits",
            kHttp,
            {{kAsk, "HTTP/1.1 20\r\n"}},
            "protocol_error: HTTP/1.1 20"},
        Row{"status_of_four_digits",
            kHttp,
            {{kAsk, "HTTP/1.1 2000\r\n"}},
            "protocol_error: HTTP/1.1 2000"},
        Row{"no_status", kHttp, {{kAsk, "HTTP/1.\r\n"}}, "protocol_error: HTTP/1."}),
    kName);

const std::string kGreet = "\x05\x01\0"s;
const std::string kGreetJoe = "\x05\x02\0\x02"s;
const std::string kJoe = "\x01\x03joe\x06s3cret";
const std::string kAskSocks = "\x05\x01\0\x03\x09leaf.test\x01\xBB"s;
const std::string kOpen = "\x05\0\0\x01\x7f\0\0\x01\x12\x34"s;

Row Reply(std::string name, char code, const std::string& words) {
  return {.name = std::move(name),
          .proxy = kSocks5,
          .turns = {{kGreet, "\x05\0"s}, {kAskSocks, "\x05"s + code}},
          .words = "proxy_refused: " + words};
}

INSTANTIATE_TEST_SUITE_P(
    Socks5, TunnelTest,
    ::testing::Values(
        Row{"good", kSocks5, {{kGreet, "\x05\0"s}, {kAskSocks, kOpen}}},
        Row{"bound_to_ip6",
            kSocks5,
            {{kGreet, "\x05\0"s},
             {kAskSocks, "\x05\0\0\x04"s + std::string(16, 'a') + "\x12\x34"}}},
        Row{"bound_to_a_name",
            kSocks5,
            {{kGreet, "\x05\0"s}, {kAskSocks, "\x05\0\0\x03\x02"s + "ab\x12\x34"}}},
        Row{.name = "what_follows_is_the_targets",
            .proxy = kSocks5,
            .turns = {{kGreet, "\x05\0"s}, {kAskSocks, kOpen + "220 mail.test\r\n"}},
            .rest = "220 mail.test\r\n"},
        Row{"credentials",
            kSocks5Joe,
            {{kGreetJoe, "\x05\x02"}, {kJoe, "\x01\0"s}, {kAskSocks, kOpen}}},
        Row{"credentials_not_wanted", kSocks5Joe, {{kGreetJoe, "\x05\0"s}, {kAskSocks, kOpen}}},
        Row{.name = "ip4",
            .proxy = kSocks5,
            .turns = {{kGreet, "\x05\0"s}, {"\x05\x01\0\x01\xC0\0\x02\x01\0\x19"s, kOpen}},
            .destination = {"192.0.2.1", 25}},
        Row{.name = "ip6",
            .proxy = kSocks5,
            .turns = {{kGreet, "\x05\0"s},
                      {"\x05\x01\0\x04\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\0\x19"s, kOpen}},
            .destination = {"2001:db8::1", 25}},
        Row{"credentials_wanted",
            kSocks5,
            {{kGreet, "\x05\xFF"}},
            "proxy_auth: no acceptable authentication method"},
        Row{"only_gssapi",
            kSocks5Joe,
            {{kGreetJoe, "\x05\xFF"}},
            "proxy_auth: no acceptable authentication method"},
        Row{"credentials_refused",
            kSocks5Joe,
            {{kGreetJoe, "\x05\x02"}, {kJoe, "\x01\x01"}},
            "proxy_auth: user and password refused"},
        Row{"method_that_was_not_offered",
            kSocks5,
            {{kGreet, "\x05\x02"}},
            "protocol_error: the proxy chose a method that was not offered"},
        Row{"credentials_answered_in_socks",
            kSocks5Joe,
            {{kGreetJoe, "\x05\x02"}, {kJoe, "\x05\0"s}},
            "protocol_error: the proxy does not answer in SOCKS5"},
        Row{"of_version_4",
            kSocks5,
            {{kGreet, "\0\x5b"s}},
            "protocol_error: the proxy does not answer in SOCKS5"},
        Row{"http_server",
            kSocks5,
            {{kGreet, "HTTP/1.1 400 Bad Request\r\n"}},
            "protocol_error: the proxy does not answer in SOCKS5"},
        Row{"reply_of_another_kind",
            kSocks5,
            {{kGreet, "\x05\0"s}, {kAskSocks, "220"}},
            "protocol_error: the proxy does not answer in SOCKS5"},
        Row{"address_of_another_kind",
            kSocks5,
            {{kGreet, "\x05\0"s}, {kAskSocks, "\x05\0\0\x02"s}},
            "protocol_error: the proxy answers with an unknown address type"},
        Reply("failure", 1, "general SOCKS server failure"),
        Reply("not_allowed", 2, "connection not allowed by ruleset"),
        Reply("network_unreachable", 3, "network unreachable"),
        Reply("host_unreachable", 4, "host unreachable"), Reply("refused", 5, "connection refused"),
        Reply("too_far", 6, "TTL expired"), Reply("command", 7, "command not supported"),
        Reply("address_type", 8, "address type not supported"),
        Reply("code_of_its_own", 9, "reply code 9"), Reply("last_code", '\xFF', "reply code 255")),
    kName);

}  // namespace
}  // namespace stapling::testing
