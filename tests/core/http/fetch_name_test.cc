// Names, addresses, the policy and the proxy: whom a fetch asks, and whom it does not.
#include <gtest/gtest.h>

#include "tests/core/http/loopback_fetch.h"
#include "tests/support/connect_relay.h"
#include "tests/support/dns_server.h"
#include "tests/support/rude_server.h"
#include "tests/support/target_policy_of.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;

Proxy ThroughRelay(const ConnectRelay& relay) {
  return {ProxyKind::kHttp, "127.0.0.1", relay.port(), "", ""};
}

class FetchNameTest : public ::testing::Test {
 protected:
  FetchNameTest() { settings_.resolver.servers = "127.0.0.1:" + std::to_string(dns_->port()); }

  [[nodiscard]] std::string Fetched(const std::string& host, std::uint16_t port,
                                    std::chrono::milliseconds patience = 20s) const {
    return FetchWords(Get("http://" + host + ":" + std::to_string(port) + "/"), settings_,
                      patience);
  }

  const std::unique_ptr<DnsServer> dns_ =
      std::move(DnsServer::Start(
                    {.names = {{"ca.test", {"127.0.0.1"}},
                               {"two.test", {"127.0.0.9", "127.0.0.1"}},
                               {"hung.test", {"127.0.0.1", "127.0.0.9"}},
                               {"many.test", {"127.0.0.5", "127.0.0.6", "127.0.0.7", "127.0.0.1"}},
                               {"local.test", {"169.254.169.254"}}},
                     .silent = {"silent.test"}}))
          .value();
  const std::unique_ptr<HttpPeer> peer_ = StartPeer();
  FetchSettings settings_ = Settings();
};

TEST_F(FetchNameTest, IsAskedForOnce) {
  EXPECT_EQ(Fetched("ca.test", peer_->port()), "200: good");
  EXPECT_EQ(dns_->QueriesFor("ca.test"), 1U);
  EXPECT_EQ(peer_->Requests().at(0).Header("host"), "ca.test:" + std::to_string(peer_->port()));
}

TEST_F(FetchNameTest, ThatIsNotThereIsNotFound) {
  EXPECT_TRUE(Fetched("none.test", 1).starts_with("not_found -: "));
}

TEST_F(FetchNameTest, ThatIsNotAnsweredTimesOut) {
  EXPECT_TRUE(Fetched("silent.test", 1, 300ms).starts_with("timeout -: "));
}

TEST_F(FetchNameTest, WhoseFirstAddressRefusesHasAnother) {
  EXPECT_EQ(Fetched("two.test", peer_->port()), "200: good");
}

TEST_F(FetchNameTest, WhoseFirstAddressHangsHasAnother) {
  const auto full = FullBacklog::Start().value();
  const auto second =
      RudeServer::Start(PlainText("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond"),
                        "127.0.0.9", full->port())
          .value();
  EXPECT_EQ(Fetched("hung.test", full->port(), 2s), "200: second");
}

TEST_F(FetchNameTest, OfManyAddressesThreeAreTried) {
  EXPECT_EQ(Fetched("many.test", peer_->port()), "refused -: Connection refused");
  EXPECT_TRUE(peer_->Requests().empty());
}

TEST_F(FetchNameTest, OfALinkLocalAddressIsDenied) {
  EXPECT_EQ(Fetched("local.test", 80),
            "denied -: 169.254.169.254: the rule \"169.254.0.0/16\" of targets.deny covers it");
}

TEST_F(FetchNameTest, OfADeniedAddressHasAnother) {
  settings_.policy = TargetPolicyOf({}, {"127.0.0.9"});
  const auto denied = RudeServer::Start(Silent(), "127.0.0.9", peer_->port()).value();
  EXPECT_EQ(Fetched("two.test", peer_->port()), "200: good");
  EXPECT_EQ(denied->Accepted(), 0U);
}

TEST_F(FetchNameTest, ThatIsDeniedIsNotResolved) {
  settings_.policy = TargetPolicyOf({}, {"ca.test"});
  EXPECT_EQ(Fetched("ca.test", peer_->port()),
            "denied -: the rule \"ca.test\" of targets.deny covers it");
  EXPECT_EQ(dns_->Queries(), 0U);
  EXPECT_TRUE(peer_->Requests().empty());
}

TEST_F(FetchNameTest, InAnAddressOfItsOwnIsJudgedToo) {
  settings_.policy = TargetPolicyOf({}, {"127.0.0.0/8"});
  EXPECT_EQ(Fetched("127.0.0.1", peer_->port()),
            "denied -: the rule \"127.0.0.0/8\" of targets.deny covers it");
  EXPECT_EQ(Fetched("[::ffff:127.0.0.1]", peer_->port()),
            "denied -: the rule \"127.0.0.0/8\" of targets.deny covers it");
  EXPECT_EQ(Fetched("localhost", peer_->port()),
            "denied -: 127.0.0.1: the rule \"127.0.0.0/8\" of targets.deny covers it");
  EXPECT_TRUE(peer_->Requests().empty());
}

TEST_F(FetchNameTest, GoesToTheProxyAsItIs) {
  const ConnectRelay relay(peer_->port());
  settings_.proxy = ThroughRelay(relay);
  EXPECT_EQ(Fetched("unknown.test", 81), "200: good");
  EXPECT_EQ(relay.Asked(), (std::vector<std::string>{"CONNECT unknown.test:81 HTTP/1.1"}));
  EXPECT_EQ(peer_->Requests().at(0).Header("host"), "unknown.test:81");
  EXPECT_EQ(dns_->Queries(), 0U);
}

TEST_F(FetchNameTest, ThatIsDeniedIsNotAskedOfTheProxy) {
  const ConnectRelay relay(peer_->port());
  settings_.proxy = ThroughRelay(relay);
  settings_.policy = TargetPolicyOf({}, {"unknown.test"});
  EXPECT_TRUE(Fetched("unknown.test", 81).starts_with("denied -: "));
  settings_.policy = TargetPolicyOf({}, {"127.0.0.0/8"});
  EXPECT_TRUE(Fetched("unknown.test", 81).starts_with("denied -: the proxy's address 127.0.0.1: "));
  EXPECT_TRUE(relay.Asked().empty());
}

TEST_F(FetchNameTest, ThatTheProxyRefusesIsRefused) {
  const auto proxy = RudeServer::Start(PlainText("HTTP/1.1 403 Forbidden\r\n\r\n")).value();
  settings_.proxy = Proxy{ProxyKind::kHttp, "127.0.0.1", proxy->port(), "", ""};
  EXPECT_EQ(Fetched("unknown.test", 81), "proxy_refused -: 403 Forbidden");
}

}  // namespace
}  // namespace stapling::testing
