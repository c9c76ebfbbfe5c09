// What every kind of proxy must not do to us: silence, an early end, and talk without end.
#include <gtest/gtest.h>

#include <ostream>

#include "tests/core/proxy/open_tunnel.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

struct Row {
  std::string name;
  ProxyKind kind;
  std::string half;  // of an answer
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class RudeProxyTest : public ::testing::TestWithParam<Row> {
 protected:
  static std::string Open(const Script& script, std::chrono::milliseconds patience = 20s) {
    return OpenScripted({GetParam().kind, "p.test", 1, "", ""}, {"leaf.test", 443}, script, "",
                        patience);
  }
};

TEST_P(RudeProxyTest, SilenceEndsWithTheDeadline) {
  EXPECT_EQ(Open({.turns = {}, .attentive = false}, 20ms), "timeout: the peer said nothing");
}

TEST_P(RudeProxyTest, SilenceWithinTheAnswerToo) {
  EXPECT_EQ(Open({.turns = {{"", GetParam().half}}, .attentive = false}, 200ms),
            "timeout: the peer fell silent");
}

TEST_P(RudeProxyTest, AnEarlyEndIsOne) {
  for (const std::string& half : {""s, GetParam().half}) {
    const std::string words = Open({.turns = {{"", half}}, .close_at_end = true});
    // Which of the two depends on who is faster.
    EXPECT_TRUE(words.starts_with("closed: ") || words.starts_with("reset: ")) << words;
  }
}

INSTANTIATE_TEST_SUITE_P(All, RudeProxyTest,
                         ::testing::Values(Row{"http_version", ProxyKind::kHttp, "HTTP"},
                                           Row{"http_status", ProxyKind::kHttp, "HTTP/1.1 200 O"},
                                           Row{"http_fields", ProxyKind::kHttp,
                                               "HTTP/1.1 200 OK\r\nVia: p\r\n"},
                                           Row{"socks5_method", ProxyKind::kSocks5, "\x05"},
                                           Row{"socks5_reply", ProxyKind::kSocks5, "\x05\0\x05"s},
                                           Row{"socks5_address", ProxyKind::kSocks5,
                                               "\x05\0\x05\0\0\x03\xFF"
                                               "abc"s}),
                         [](const auto& row) { return row.param.name; });

// SOCKS5 cannot: all its answers have an end.
class EndlessProxyTest : public ::testing::TestWithParam<std::string> {
 protected:
  static std::string Open(Script script, std::chrono::milliseconds patience) {
    script.attentive = false;
    script.endless = true;
    script.turns = {{"", "HTTP/1.1 "}, {"", GetParam()}};
    return OpenScripted({ProxyKind::kHttp, "p.test", 1, "", ""}, {"leaf.test", 443}, script, "",
                        patience);
  }
};

TEST_P(EndlessProxyTest, TalkWithoutEndIsBounded) {
  EXPECT_EQ(Open({}, 20s), "protocol_error: the peer talks without end");
}

TEST_P(EndlessProxyTest, TalkWithoutEndOctetByOctetTimesOut) {
  const std::string words = Open({.turns = {}, .byte_by_byte = true}, 30ms);
  EXPECT_TRUE(words.starts_with("protocol_error: ") || words.starts_with("timeout: ")) << words;
}

INSTANTIATE_TEST_SUITE_P(All, EndlessProxyTest,
                         ::testing::Values("200 and so on ", "200 OK\r\nA: b\r\n1.1 ",
                                           "100 Continue\r\n\r\nHTTP/1.1 "),
                         [](const auto& row) { return "row_" + std::to_string(row.index); });

}  // namespace
}  // namespace stapling::testing
