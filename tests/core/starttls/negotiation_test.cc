// Each protocol's exchange to the octet: what the client must say, and what it makes of the
// answers.
#include "core/starttls/negotiation.h"

#include <gtest/gtest.h>

#include <ostream>

#include "tests/core/starttls/scripted_peer.h"

namespace stapling::testing {
namespace {

using namespace std::string_literals;

struct Row {
  std::string name;
  StartTls protocol;
  std::vector<Turn> turns;
  std::string words = {};  // empty: TLS may begin
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class NegotiationTest : public ::testing::TestWithParam<Row> {
 protected:
  static StartTlsRequest Request() {
    return {
        .protocol = GetParam().protocol, .ehlo_name = "client.test", .xmpp_domain = "chat.test"};
  }
};

TEST_P(NegotiationTest, EndsAsItMust) {
  EXPECT_EQ(Negotiate(Request(), {.turns = GetParam().turns}), GetParam().words);
}

TEST_P(NegotiationTest, EndsLikewiseOctetByOctet) {
  // An octet that follows the go-ahead may come too late to be seen: TLS refuses it then.
  if (GetParam().words.starts_with("injected_bytes")) return;
  EXPECT_EQ(Negotiate(Request(), {.turns = GetParam().turns, .byte_by_byte = true}),
            GetParam().words);
}

const auto kName = [](const auto& info) { return info.param.name; };
constexpr const char* kInjected = "injected_bytes: octets follow the go-ahead";

INSTANTIATE_TEST_SUITE_P(
    Smtp, NegotiationTest,
    ::testing::Values(
        Row{"good",
            StartTls::kSmtp,
            {{"", "220 mx.test ESMTP\r\n"},
             {"EHLO client.test\r\n", "250-mx.test\r\n250-SIZE 1\r\n250 STARTTLS\r\n"},
             {"STARTTLS\r\n", "220 go ahead\r\n"}}},
        Row{"many_lines_and_lower_case",
            StartTls::kSmtp,
            {{"", "220-mx.test\r\n220-be patient\r\n220 now\r\n"},
             {"EHLO client.test\r\n", "250-starttls\r\n250 HELP\r\n"},
             {"STARTTLS\r\n", "220\r\n"}}},
        Row{"bare_line_feeds",
            StartTls::kSmtp,
            {{"", "220 a\n"},
             {"EHLO client.test\r\n", "250 STARTTLS\n"},
             {"STARTTLS\r\n", "220 b\n"}}},
        Row{"lmtp",
            StartTls::kLmtp,
            {{"", "220 mx.test LMTP\r\n"},
             {"LHLO client.test\r\n", "250-mx.test\r\n250 STARTTLS\r\n"},
             {"STARTTLS\r\n", "220 go ahead\r\n"}}},
        Row{"not_offered",
            StartTls::kSmtp,
            {{"", "220 a\r\n"}, {"EHLO client.test\r\n", "250-NOSTARTTLS\r\n250 SIZE\r\n"}},
            "starttls_unsupported: STARTTLS is not among its capabilities"},
        Row{"refused",
            StartTls::kSmtp,
            {{"", "220 a\r\n"},
             {"EHLO client.test\r\n", "250 STARTTLS\r\n"},
             {"STARTTLS\r\n", "454 TLS not available\r\n"}},
            "starttls_refused: 454 TLS not available"},
        Row{"name_refused",
            StartTls::kSmtp,
            {{"", "220 a\r\n"}, {"EHLO client.test\r\n", "550 who?\r\n"}},
            "starttls_refused: 550 who?"},
        Row{"turned_away",
            StartTls::kSmtp,
            {{"", "554 not you\r\n"}},
            "starttls_refused: 554 not you"},
        Row{"injected",
            StartTls::kSmtp,
            {{"", "220 a\r\n"},
             {"EHLO client.test\r\n", "250 STARTTLS\r\n"},
             {"STARTTLS\r\n", "220 b\r\n250 hello\r\n"}},
            kInjected},
        Row{"of_another_kind",
            StartTls::kSmtp,
            {{"", "HTTP/1.1 400 Bad Request\r\n"}},
            "protocol_error: HTTP/1.1 400 Bad Request"},
        Row{"that_is_cleaned",
            StartTls::kSmtp,
            {{"", "554 \x1b[31m\r\n"}},
            "starttls_refused: 554 \xEF\xBF\xBD[31m"}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Imap, NegotiationTest,
    ::testing::Values(
        Row{"good",
            StartTls::kImap,
            {{"", "* OK ready\r\n"}, {"a1 STARTTLS\r\n", "a1 OK begin\r\n"}}},
        Row{"untagged_between",
            StartTls::kImap,
            {{"", "* OK ready\r\n"}, {"a1 STARTTLS\r\n", "* OK still here\r\na1 OK begin\r\n"}}},
        Row{"not_known",
            StartTls::kImap,
            {{"", "* OK ready\r\n"}, {"a1 STARTTLS\r\n", "a1 BAD what?\r\n"}},
            "starttls_unsupported: a1 BAD what?"},
        Row{"refused",
            StartTls::kImap,
            {{"", "* OK ready\r\n"}, {"a1 STARTTLS\r\n", "a1 NO not now\r\n"}},
            "starttls_refused: a1 NO not now"},
        Row{"authenticated_already",
            StartTls::kImap,
            {{"", "* PREAUTH welcome\r\n"}},
            "starttls_refused: * PREAUTH welcome"},
        Row{"turned_away", StartTls::kImap, {{"", "* BYE\r\n"}}, "starttls_refused: * BYE"},
        Row{"gone",
            StartTls::kImap,
            {{"", "* OK ready\r\n"}, {"a1 STARTTLS\r\n", "* BYE now\r\n"}},
            "starttls_refused: * BYE now"},
        Row{"injected",
            StartTls::kImap,
            {{"", "* OK ready\r\n"}, {"a1 STARTTLS\r\n", "a1 OK begin\r\n* OK hello\r\n"}},
            kInjected},
        Row{"of_another_kind", StartTls::kImap, {{"", "+OK\r\n"}}, "protocol_error: +OK"},
        Row{"nonsense",
            StartTls::kImap,
            {{"", "* OK ready\r\n"}, {"a1 STARTTLS\r\n", "what\r\n"}},
            "protocol_error: what"}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Pop3, NegotiationTest,
    ::testing::Values(
        Row{"good", StartTls::kPop3, {{"", "+OK ready\r\n"}, {"STLS\r\n", "+OK begin\r\n"}}},
        Row{"not_offered",
            StartTls::kPop3,
            {{"", "+OK ready\r\n"},
             {"STLS\r\n", "-ERR what?\r\n"},
             {"CAPA\r\n", "+OK\r\nTOP\r\nSTLSX\r\n.\r\n"}},
            "starttls_unsupported: -ERR what?"},
        Row{"without_capabilities",
            StartTls::kPop3,
            {{"", "+OK\r\n"}, {"STLS\r\n", "-ERR what?\r\n"}, {"CAPA\r\n", "-ERR what?\r\n"}},
            "starttls_unsupported: -ERR what?"},
        Row{"refused",
            StartTls::kPop3,
            {{"", "+OK\r\n"},
             {"STLS\r\n", "-ERR not now\r\n"},
             {"CAPA\r\n", "+OK\r\nTOP\r\nSTLS\r\n.\r\n"}},
            "starttls_refused: -ERR not now"},
        Row{"turned_away", StartTls::kPop3, {{"", "-ERR full\r\n"}}, "starttls_refused: -ERR full"},
        Row{"injected",
            StartTls::kPop3,
            {{"", "+OK\r\n"}, {"STLS\r\n", "+OK\r\n+OK\r\n"}},
            kInjected},
        Row{"of_another_kind", StartTls::kPop3, {{"", "* OK\r\n"}}, "protocol_error: * OK"},
        Row{"nonsense",
            StartTls::kPop3,
            {{"", "+OK\r\n"}, {"STLS\r\n", "what\r\n"}},
            "protocol_error: what"}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Sieve, NegotiationTest,
    ::testing::Values(
        Row{"good",
            StartTls::kSieve,
            {{"", "\"IMPLEMENTATION\" \"x\"\r\n\"STARTTLS\"\r\nOK \"ready\"\r\n"},
             {"STARTTLS\r\n", "OK \"begin\"\r\n"}}},
        Row{"not_offered",
            StartTls::kSieve,
            {{"", "\"SASL\" \"PLAIN\"\r\nOK\r\n"}},
            "starttls_unsupported: STARTTLS is not among its capabilities"},
        Row{"refused",
            StartTls::kSieve,
            {{"", "\"STARTTLS\"\r\nOK\r\n"}, {"STARTTLS\r\n", "NO \"not now\"\r\n"}},
            "starttls_refused: NO \"not now\""},
        Row{"turned_away", StartTls::kSieve, {{"", "BYE\r\n"}}, "starttls_refused: BYE"},
        Row{"injected",
            StartTls::kSieve,
            {{"", "\"STARTTLS\"\r\nOK\r\n"}, {"STARTTLS\r\n", "OK\r\nOK\r\n"}},
            kInjected},
        Row{"of_another_kind", StartTls::kSieve, {{"", "220 a\r\n"}}, "protocol_error: 220 a"}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Nntp, NegotiationTest,
    ::testing::Values(
        Row{"good", StartTls::kNntp, {{"", "200 ready\r\n"}, {"STARTTLS\r\n", "382 go\r\n"}}},
        Row{"reading_only", StartTls::kNntp, {{"", "201 ready\r\n"}, {"STARTTLS\r\n", "382\r\n"}}},
        Row{"not_known",
            StartTls::kNntp,
            {{"", "200 ready\r\n"}, {"STARTTLS\r\n", "500 what?\r\n"}},
            "starttls_unsupported: 500 what?"},
        Row{"refused",
            StartTls::kNntp,
            {{"", "200 ready\r\n"}, {"STARTTLS\r\n", "580 not now\r\n"}},
            "starttls_refused: 580 not now"},
        Row{"turned_away", StartTls::kNntp, {{"", "400 later\r\n"}}, "starttls_refused: 400 later"},
        Row{"injected",
            StartTls::kNntp,
            {{"", "200 a\r\n"}, {"STARTTLS\r\n", "382 go\r\n200 b\r\n"}},
            kInjected},
        Row{"of_another_kind", StartTls::kNntp, {{"", "+OK\r\n"}}, "protocol_error: +OK"}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Ftp, NegotiationTest,
    ::testing::Values(
        Row{"good", StartTls::kFtp, {{"", "220 ready\r\n"}, {"AUTH TLS\r\n", "234 go\r\n"}}},
        Row{"many_lines",
            StartTls::kFtp,
            {{"", "220-welcome\r\n to this 220 server\r\n230 not the end\r\n220 ready\r\n"},
             {"AUTH TLS\r\n", "234 go\r\n"}}},
        Row{"ready_in_a_while",
            StartTls::kFtp,
            {{"", "120 wait\r\n220 ready\r\n"}, {"AUTH TLS\r\n", "234 go\r\n"}}},
        Row{"not_known",
            StartTls::kFtp,
            {{"", "220 ready\r\n"}, {"AUTH TLS\r\n", "502 what?\r\n"}},
            "starttls_unsupported: 502 what?"},
        Row{"refused",
            StartTls::kFtp,
            {{"", "220 ready\r\n"}, {"AUTH TLS\r\n", "431 no key\r\n"}},
            "starttls_refused: 431 no key"},
        Row{"turned_away", StartTls::kFtp, {{"", "421 full\r\n"}}, "starttls_refused: 421 full"},
        Row{"injected",
            StartTls::kFtp,
            {{"", "220 a\r\n"}, {"AUTH TLS\r\n", "234 go\r\n230 in\r\n"}},
            kInjected},
        Row{"of_another_kind",
            StartTls::kFtp,
            {{"", "SSH-2.0-x\r\n"}},
            "protocol_error: SSH-2.0-x"}),
    kName);

const std::string kLdapRequest =
    "\x30\x1d\x02\x01\x01\x77\x18\x80\x16"
    "1.3.6.1.4.1.1466.20037";

INSTANTIATE_TEST_SUITE_P(
    Ldap, NegotiationTest,
    ::testing::Values(
        Row{"good",
            StartTls::kLdap,
            {{kLdapRequest, "\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00"s}}},
        Row{"long_lengths",  // as Active Directory writes them
            StartTls::kLdap,
            {{kLdapRequest,
              "\x30\x84\x00\x00\x00\x10\x02\x01\x01\x78\x84\x00\x00\x00\x07\x0a\x01\x00\x04\x00\x04\x00"s}}},
        Row{"not_known",
            StartTls::kLdap,
            {{kLdapRequest, "\x30\x0e\x02\x01\x01\x78\x09\x0a\x01\x02\x04\x00\x04\x02no"s}},
            "starttls_unsupported: result code 2: no"},
        Row{"refused",
            StartTls::kLdap,
            {{kLdapRequest, "\x30\x0e\x02\x01\x01\x78\x09\x0a\x01\x34\x04\x00\x04\x02no"s}},
            "starttls_refused: result code 52: no"},
        Row{"injected",
            StartTls::kLdap,
            {{kLdapRequest, "\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00\x30"s}},
            kInjected},
        Row{"another_answer",  // a BindResponse
            StartTls::kLdap,
            {{kLdapRequest, "\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x00\x04\x00\x04\x00"s}},
            "protocol_error: no answer to the extended request"},
        Row{"indefinite_length",
            StartTls::kLdap,
            {{kLdapRequest, "\x30\x80\x02\x01\x01\x00\x00"s}},
            "protocol_error: no LDAP message"},
        Row{"very_long",
            StartTls::kLdap,
            {{kLdapRequest, "\x30\x82\xff\xff"s}},
            "protocol_error: no LDAP message, or a very long one"},
        Row{"of_another_kind",
            StartTls::kLdap,
            {{kLdapRequest, "HTTP/1.1 400 Bad Request\r\n"}},
            "protocol_error: no LDAP message, or a very long one"}),
    kName);

const std::string kXmppStream =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams' to='chat.test' version='1.0'>";
const std::string kXmppServerStream =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:server' "
    "xmlns:stream='http://etherx.jabber.org/streams' to='chat.test' version='1.0'>";
const std::string kXmppFeatures =
    "<?xml version='1.0'?><stream:stream id='1' version='1.0'><stream:features><mechanisms>"
    "<mechanism>PLAIN</mechanism></mechanisms><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'>"
    "<required/></starttls></stream:features>";
const std::string kXmppStartTls = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
const std::string kXmppProceed = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'";

INSTANTIATE_TEST_SUITE_P(
    Xmpp, NegotiationTest,
    ::testing::Values(
        Row{"good",
            StartTls::kXmppClient,
            {{kXmppStream, kXmppFeatures}, {kXmppStartTls, kXmppProceed + "/>"}}},
        Row{"of_a_server",
            StartTls::kXmppServer,
            {{kXmppServerStream, kXmppFeatures}, {kXmppStartTls, kXmppProceed + "></proceed>"}}},
        Row{"not_offered",
            StartTls::kXmppClient,
            {{kXmppStream, "<stream:stream><stream:features><starttls/></stream:features>"}},
            "starttls_unsupported: its features do not offer starttls"},
        Row{"without_features",
            StartTls::kXmppClient,
            {{kXmppStream, "<stream:stream><stream:features/>"}},
            "starttls_unsupported: its features do not offer starttls"},
        Row{"unknown_domain",
            StartTls::kXmppClient,
            {{kXmppStream, "<stream:stream><stream:error><host-unknown/></stream:error>"}},
            "starttls_refused: <stream:error><host-unknown/>"},
        Row{"refused",
            StartTls::kXmppClient,
            {{kXmppStream, kXmppFeatures}, {kXmppStartTls, "<failure/></stream:stream>"}},
            "starttls_refused: <failure/>"},
        Row{"injected",
            StartTls::kXmppClient,
            {{kXmppStream, kXmppFeatures}, {kXmppStartTls, kXmppProceed + "/><a/>"}},
            kInjected},
        Row{"injected_into_the_answer",
            StartTls::kXmppClient,
            {{kXmppStream, kXmppFeatures}, {kXmppStartTls, kXmppProceed + "><a/></proceed>"}},
            "protocol_error: <proceed> is not closed"},
        Row{"of_another_kind",
            StartTls::kXmppClient,
            {{kXmppStream, "220 a -> b\r\n"}},
            "protocol_error: 220 a ->"}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Irc, NegotiationTest,
    ::testing::Values(Row{"good", StartTls::kIrc, {{"STARTTLS\r\n", ":irc.test 670 * :go\r\n"}}},
                      Row{"notices_first",
                          StartTls::kIrc,
                          {{"", ":irc.test NOTICE * :looking you up\r\nNOTICE AUTH :found\r\n"},
                           {"STARTTLS\r\n", ":irc.test 670 * :go\r\n"}}},
                      Row{"not_known",
                          StartTls::kIrc,
                          {{"STARTTLS\r\n", ":irc.test 421 * STARTTLS :what?\r\n"}},
                          "starttls_unsupported: :irc.test 421 * STARTTLS :what?"},
                      Row{"register_first",
                          StartTls::kIrc,
                          {{"STARTTLS\r\n", ":irc.test 451 * :register\r\n"}},
                          "starttls_unsupported: :irc.test 451 * :register"},
                      Row{"refused",
                          StartTls::kIrc,
                          {{"STARTTLS\r\n", ":irc.test 691 * :no\r\n"}},
                          "starttls_refused: :irc.test 691 * :no"},
                      Row{"turned_away",
                          StartTls::kIrc,
                          {{"STARTTLS\r\n", "ERROR :banned\r\n"}},
                          "starttls_refused: ERROR :banned"},
                      Row{"injected",
                          StartTls::kIrc,
                          {{"STARTTLS\r\n", ":irc.test 670 * :go\r\n:irc.test 001 a\r\n"}},
                          kInjected},
                      Row{"of_another_kind",
                          StartTls::kIrc,
                          {{"STARTTLS\r\n", "+OK\r\n"}},
                          "protocol_error: +OK"}),
    kName);

const std::string kPostgresRequest = "\x00\x00\x00\x08\x04\xd2\x16\x2f"s;

INSTANTIATE_TEST_SUITE_P(
    Postgres, NegotiationTest,
    ::testing::Values(Row{"good", StartTls::kPostgres, {{kPostgresRequest, "S"}}},
                      Row{"switched_off",
                          StartTls::kPostgres,
                          {{kPostgresRequest, "N"}},
                          "starttls_unsupported: the server has TLS switched off"},
                      Row{"error",
                          StartTls::kPostgres,
                          {{kPostgresRequest, "E\0\0\0\x04"s}},
                          "starttls_refused: the server answered with an error"},
                      Row{"injected", StartTls::kPostgres, {{kPostgresRequest, "SE"}}, kInjected},
                      Row{"of_another_kind",
                          StartTls::kPostgres,
                          {{kPostgresRequest, "HTTP/1.1"}},
                          "protocol_error: the answer is neither S nor N"}),
    kName);

// A greeting of MySQL 8 with these two lower octets of capabilities.
std::string MysqlGreeting(const std::string& capabilities) {
  const std::string payload =
      "\x0a"
      "8.0.1\0"s +
      "\x01\0\0\0"s + "saltsalt\0"s + capabilities + "\x2d\x02\0\xff\xc1"s;
  return std::string(1, static_cast<char>(payload.size())) + "\0\0\0"s + payload;
}
const std::string kMysqlRequest =
    "\x20\0\0\x01\x01\x8a\x08\0\0\0\0\x01\x2d"s + std::string(23, '\0');

INSTANTIATE_TEST_SUITE_P(
    Mysql, NegotiationTest,
    ::testing::Values(
        Row{"good", StartTls::kMysql, {{"", MysqlGreeting("\xff\xff")}, {kMysqlRequest, ""}}},
        Row{"only_tls", StartTls::kMysql, {{"", MysqlGreeting("\0\x08"s)}, {kMysqlRequest, ""}}},
        Row{"switched_off",
            StartTls::kMysql,
            {{"", MysqlGreeting("\xff\xf7")}},
            "starttls_unsupported: the server has TLS switched off"},
        Row{"turned_away",
            StartTls::kMysql,
            {{"",
              "\x0a\0\0\0\xff\x69\x04"
              "blocked"s}},
            "starttls_refused: blocked"},
        Row{"cut_short",
            StartTls::kMysql,
            {{"",
              "\x06\0\0\0\x0a"
              "8.0.1"s}},
            "protocol_error: no MySQL greeting of version 10"},
        Row{"old_version",
            StartTls::kMysql,
            {{"",
              "\x04\0\0\0\x09"
              "3.2"s}},
            "protocol_error: no MySQL greeting of version 10"},
        Row{"of_another_kind",
            StartTls::kMysql,
            {{"", "220 smtp\r\n"}},
            "protocol_error: no MySQL greeting"}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Nats, NegotiationTest,
    ::testing::Values(
        Row{"required", StartTls::kNats, {{"", "INFO {\"a\":1,\"tls_required\":true}\r\n"}}},
        Row{"available", StartTls::kNats, {{"", "INFO {\"tls_available\" : true,\"b\":1}\r\n"}}},
        Row{"switched_off",
            StartTls::kNats,
            {{"", "INFO {\"tls_required\":false,\"tls_verify\":true}\r\n"}},
            "starttls_unsupported: the server has TLS switched off"},
        Row{"turned_away",
            StartTls::kNats,
            {{"", "-ERR 'maximum connections exceeded'\r\n"}},
            "starttls_refused: -ERR 'maximum connections exceeded'"},
        Row{"injected",
            StartTls::kNats,
            {{"", "INFO {\"tls_required\":true}\r\nPING\r\n"}},
            kInjected},
        Row{"of_another_kind", StartTls::kNats, {{"", "+OK\r\n"}}, "protocol_error: +OK"}),
    kName);

TEST(NegotiationTest, NothingIsSaidWhereTlsBeginsAtOnce) {
  EXPECT_EQ(Negotiate({.protocol = StartTls::kNone}, {.turns = {{"", "220 a\r\n"}}}), "");
}

TEST(NegotiationTest, ADomainIsWrittenAsXmlWantsIt) {
  const StartTlsRequest request{.protocol = StartTls::kXmppClient, .xmpp_domain = "a'b&c<d"};
  const std::string stream =
      "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
      "xmlns:stream='http://etherx.jabber.org/streams' to='a&apos;b&amp;c&lt;d' version='1.0'>";
  EXPECT_EQ(Negotiate(request,
                      {.turns = {{stream, kXmppFeatures}, {kXmppStartTls, kXmppProceed + "/>"}}}),
            "");
}

}  // namespace
}  // namespace stapling::testing
