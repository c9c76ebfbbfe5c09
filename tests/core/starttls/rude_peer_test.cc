// What every protocol must survive: silence, an early end, and talk without end.
#include <gtest/gtest.h>

#include "tests/core/starttls/scripted_peer.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;

struct Row {
  StartTls protocol;
  std::string hello;    // what the server may say first
  std::string endless;  // what it may repeat for ever
};

class RudePeerTest : public ::testing::TestWithParam<Row> {
 protected:
  static StartTlsRequest Request() {
    return {.protocol = GetParam().protocol, .ehlo_name = "a.test", .xmpp_domain = "b.test"};
  }
};

TEST_P(RudePeerTest, SilenceEndsWithTheDeadline) {
  EXPECT_EQ(Negotiate(Request(), {.turns = {}, .attentive = false}, 20ms),
            "timeout: the peer said nothing");
}

TEST_P(RudePeerTest, SilenceAfterTheFirstWordToo) {
  const std::string words =
      GetParam().hello.empty() ? "timeout: the peer said nothing" : "timeout: the peer fell silent";
  EXPECT_EQ(Negotiate(Request(), {.turns = {{"", GetParam().hello}}, .attentive = false}, 200ms)
                .substr(0, words.size()),
            words);
}

TEST_P(RudePeerTest, AnEarlyEndIsOne) {
  const std::string words =
      Negotiate(Request(), {.turns = {{"", GetParam().hello}}, .close_at_end = true});
  // Which of the two depends on who is faster.
  EXPECT_TRUE(words.starts_with("closed: ") || words.starts_with("reset: ")) << words;
}

TEST_P(RudePeerTest, TalkWithoutEndIsBounded) {
  const std::string words = Negotiate(
      Request(), {.turns = {{"", GetParam().endless}}, .attentive = false, .endless = true});
  EXPECT_TRUE(words.starts_with("protocol_error: ")) << words;
}

TEST_P(RudePeerTest, TalkWithoutEndOctetByOctetTimesOut) {
  const std::string words = Negotiate(Request(),
                                      {.turns = {{"", GetParam().endless}},
                                       .attentive = false,
                                       .byte_by_byte = true,
                                       .endless = true},
                                      30ms);
  EXPECT_TRUE(words.starts_with("protocol_error: ") || words.starts_with("timeout: ")) << words;
}

const auto kName = [](const auto& row) { return std::string(Describe(row.param.protocol).name); };

INSTANTIATE_TEST_SUITE_P(
    All, RudePeerTest,
    ::testing::Values(
        Row{StartTls::kSmtp, "220 a\r\n", "220-a\r\n"},
        Row{StartTls::kLmtp, "220 a\r\n", std::string(1000, '2')},
        Row{StartTls::kImap, "* OK\r\n", "* OK\r\n"},
        Row{StartTls::kPop3, "+OK\r\n", "+OK and so on "},
        Row{StartTls::kSieve, "\"STARTTLS\"\r\nOK\r\n", "\"SASL\"\r\n"},
        Row{StartTls::kNntp, "200 a\r\n", "200-a\r\n"},
        Row{StartTls::kFtp, "220 a\r\n", "220-a\r\n"}, Row{StartTls::kLdap, "", "\x30\x82\xff\xff"},
        Row{StartTls::kXmppClient, "<a>", "<a>"}, Row{StartTls::kXmppServer, "<a>", "and so on "},
        Row{StartTls::kIrc, "NOTICE a\r\n", "NOTICE a\r\n"}, Row{StartTls::kPostgres, "", "x"},
        Row{StartTls::kMysql, "\x50", "\xfe\x01\x01"}, Row{StartTls::kNats, "INFO ", "INFO "}),
    kName);

}  // namespace
}  // namespace stapling::testing
