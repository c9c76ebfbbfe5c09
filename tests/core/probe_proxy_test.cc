// Probes through a proxy: what is asked of whom, in which phase, and what the target's side sees.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "core/probe.h"
#include "tests/core/loopback_probe.h"
#include "tests/support/dns_server.h"
#include "tests/support/free_port.h"
#include "tests/support/rude_server.h"
#include "tests/support/socket.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using Phases = std::vector<std::string>;

constexpr const char* kForbidden = "HTTP/1.1 403 Forbidden\r\n\r\n";
const std::string kOpen = "HTTP/1.1 200 OK\r\n\r\n";

ProbeCase Through(ProxyKind kind, const std::string& host, std::uint16_t port) {
  return {.module = {.proxy = Proxy{kind, host, port, "", ""}}};
}

ProbeCase Through(const RudeServer& proxy) {
  return Through(ProxyKind::kHttp, "127.0.0.1", proxy.port());
}

std::unique_ptr<DnsServer> StartDns() {
  return std::move(DnsServer::Start({.names = {{"leaf.test", {"127.0.0.1"}},
                                               {"proxy.test", {"127.0.0.1"}},
                                               {"proxies.test", {"127.0.0.9", "127.0.0.1"}}},
                                     .silent = {"silent.test"}}))
      .value();
}

ResolverSettings Asking(const DnsServer& dns) {
  return {.servers = "127.0.0.1:" + std::to_string(dns.port())};
}

TEST(ProbeProxyTest, TheNameOfTheProxyIsResolvedAndNotTheTargets) {
  const auto dns = StartDns();
  const auto proxy = RudeServer::Start(PlainText(kForbidden)).value();
  const ProbeResult result = ProbeTarget(
      "leaf.test:443", Through(ProxyKind::kHttp, "proxy.test", proxy->port()), 10s, Asking(*dns));
  EXPECT_EQ(FailureWords(result), "proxy proxy_refused");
  EXPECT_EQ(result.failure()->detail, "403 Forbidden");
  EXPECT_EQ(PhaseWords(result), Phases{"proxy"});
  EXPECT_EQ(result.connections.at(0).address, std::nullopt);
  EXPECT_EQ(result.dns_lookup, std::nullopt);
  EXPECT_EQ(dns->QueriesFor("leaf.test"), 0U);
  EXPECT_EQ(dns->QueriesFor("proxy.test"), 1U);
}

TEST(ProbeProxyTest, AProxyWithoutAnAddressEndsInProxy) {
  const auto dns = StartDns();
  EXPECT_EQ(FailureWords(ProbeTarget("leaf.test:443", Through(ProxyKind::kHttp, "none.test", 1),
                                     10s, Asking(*dns))),
            "proxy not_found");
  EXPECT_EQ(FailureWords(ProbeTarget("leaf.test:443", Through(ProxyKind::kHttp, "silent.test", 1),
                                     300ms, Asking(*dns))),
            "proxy timeout");
}

TEST(ProbeProxyTest, TheNextAddressOfAProxyIsTried) {
  const auto dns = StartDns();
  const auto proxy = RudeServer::Start(PlainText(kForbidden)).value();
  const ProbeResult result = ProbeTarget(
      "leaf.test:443", Through(ProxyKind::kHttp, "proxies.test", proxy->port()), 10s, Asking(*dns));
  EXPECT_EQ(FailureWords(result), "proxy proxy_refused");
}

TEST(ProbeProxyTest, AProxyThatIsNotThereEndsInProxy) {
  EXPECT_EQ(FailureWords(
                ProbeTarget("leaf.test:443", Through(ProxyKind::kSocks5, "127.0.0.1", FreePort()))),
            "proxy refused");
}

TEST(ProbeProxyTest, AHungProxyEndsAtTheDeadline) {
  const auto proxy = RudeServer::Start(Silent()).value();
  const ProbeResult result = ProbeTarget("leaf.test:443", Through(*proxy), 300ms);
  EXPECT_EQ(FailureWords(result), "proxy timeout");
  EXPECT_GE(result.duration, 300ms);
}

TEST(ProbeProxyTest, ASocksProxyThatWantsCredentialsSaysSo) {
  const auto proxy = RudeServer::Start(PlainText("\x05\xFF")).value();
  EXPECT_EQ(FailureWords(ProbeTarget("leaf.test:443",
                                     Through(ProxyKind::kSocks5, "127.0.0.1", proxy->port()))),
            "proxy proxy_auth");
}

TEST(ProbeProxyTest, TheHandshakeFollows) {
  const auto proxy = RudeServer::Start(PlainText(kOpen + "220 mail.test\r\n")).value();
  const ProbeResult result = ProbeTarget("leaf.test:443", Through(*proxy));
  EXPECT_EQ(FailureWords(result), "handshake not_tls");
  EXPECT_EQ(PhaseWords(result), (Phases{"proxy", "handshake", "judge"}));
}

TEST(ProbeProxyTest, OrStarttlsFollows) {
  const auto proxy = RudeServer::Start(PlainText(kOpen + "554 not you\r\n")).value();
  const ProbeResult result = ProbeTarget("smtp://leaf.test", Through(*proxy));
  EXPECT_EQ(FailureWords(result), "starttls starttls_refused");
  EXPECT_EQ(result.failure()->detail, "554 not you");
  EXPECT_EQ(PhaseWords(result), (Phases{"proxy", "starttls"}));
}

TEST(ProbeProxyTest, TheSourceAddressIsTheModules) {
  const Socket listener = ListenTcp("127.0.0.1", 0).value();
  ProbeCase with = Through(ProxyKind::kHttp, "127.0.0.1", LocalPort(listener));
  with.module.source_ip_address = "127.0.0.9";
  EXPECT_EQ(FailureWords(ProbeTarget("leaf.test:443", with, 200ms)), "proxy timeout");
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  const Socket accepted(accept(listener.get(), reinterpret_cast<sockaddr*>(&peer), &size));
  ASSERT_TRUE(accepted.valid());
  EXPECT_EQ(IpAddress::From(reinterpret_cast<sockaddr&>(peer)), IpAddress::Parse("127.0.0.9"));
}

TEST(ProbeProxyTest, EachAttemptHasATunnelOfItsOwn) {
  const auto proxy = RudeServer::Start(PlainText(kForbidden)).value();
  ProbeCase with = Through(*proxy);
  with.module.staple.attempts = 3;
  const ProbeResult result = ProbeTarget("leaf.test:443", with);
  EXPECT_EQ(PhaseWords(result), (Phases{"proxy", "proxy", "proxy"}));
  EXPECT_EQ(proxy->Accepted(), 3U);
}

}  // namespace
}  // namespace stapling::testing
