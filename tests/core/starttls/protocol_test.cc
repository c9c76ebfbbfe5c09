#include "core/starttls/protocol.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace stapling::testing {
namespace {

TEST(StartTlsProtocolsTest, StandAtTheirOwnPlace) {
  for (std::size_t i = 0; i < StartTlsProtocols().size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(StartTlsProtocols()[i].protocol), i);
    EXPECT_EQ(&Describe(StartTlsProtocols()[i].protocol), &StartTlsProtocols()[i]);
  }
}

struct Row {
  std::string scheme;
  std::string protocol;
  std::uint16_t port;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.scheme; }

class SchemeTest : public ::testing::TestWithParam<Row> {};

TEST_P(SchemeTest, SaysWhatToSpeakAndWhere) {
  const auto scheme = FindScheme(GetParam().scheme);
  ASSERT_TRUE(scheme);
  EXPECT_EQ(scheme->name, GetParam().scheme);
  EXPECT_EQ(Describe(scheme->starttls).name, GetParam().protocol);
  EXPECT_EQ(scheme->port, GetParam().port);
}

// Ports as IANA has them, and for NATS its makers.
INSTANTIATE_TEST_SUITE_P(
    All, SchemeTest,
    ::testing::Values(Row{"smtp", "smtp", 25}, Row{"submission", "smtp", 587},
                      Row{"lmtp", "lmtp", 24}, Row{"imap", "imap", 143}, Row{"pop3", "pop3", 110},
                      Row{"sieve", "sieve", 4190}, Row{"nntp", "nntp", 119}, Row{"ftp", "ftp", 21},
                      Row{"ldap", "ldap", 389}, Row{"xmpp_client", "xmpp_client", 5222},
                      Row{"xmpp-client", "xmpp_client", 5222},
                      Row{"xmpp_server", "xmpp_server", 5269},
                      Row{"xmpp-server", "xmpp_server", 5269}, Row{"irc", "irc", 6667},
                      Row{"postgres", "postgres", 5432}, Row{"postgresql", "postgres", 5432},
                      Row{"mysql", "mysql", 3306}, Row{"nats", "nats", 4222}, Row{"https", "", 443},
                      Row{"tls", "", 443}, Row{"smtps", "", 465}, Row{"submissions", "", 465},
                      Row{"imaps", "", 993}, Row{"pop3s", "", 995}, Row{"nntps", "", 563},
                      Row{"ftps", "", 990}, Row{"ldaps", "", 636}, Row{"ircs", "", 6697}));

TEST(SchemeTest, AWordThatIsNoneIsNone) {
  for (const std::string_view word : {"", "http", "SMTP", "smtp ", "gopher"}) {
    EXPECT_FALSE(FindScheme(word)) << word;
  }
}

}  // namespace
}  // namespace stapling::testing
