// Names, addresses, deadlines and many probes at once.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <ostream>
#include <thread>

#include "core/probe.h"
#include "tests/core/loopback_probe.h"
#include "tests/support/dns_server.h"
#include "tests/support/free_port.h"
#include "tests/support/rude_server.h"
#include "tests/support/socket.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Phases = std::vector<std::string>;

std::unique_ptr<DnsServer> StartDns() {
  return std::move(DnsServer::Start(
                       {.names = {{"leaf.test", {"127.0.0.1", "::1"}}, {"ip6.test", {"::1"}}},
                        .silent = {"silent.test"}}))
      .value();
}

ResolverSettings Asking(const DnsServer& dns) {
  return {.servers = "127.0.0.1:" + std::to_string(dns.port())};
}

TEST(ProbeResolveTest, ANameIsResolvedAndItsAddressProbed) {
  const auto dns = StartDns();
  const auto server = Serve({.staples = {GoodStaple()}});
  const ProbeResult result =
      ProbeTarget("leaf.test:" + std::to_string(server->port()), {}, 10s, Asking(*dns));
  EXPECT_EQ(FailureWords(result), "");
  EXPECT_EQ(result.connections.at(0).address, IpAddress::Parse("127.0.0.1"));
  EXPECT_GT(result.dns_lookup.value().count(), 0.0);
  EXPECT_LT(result.dns_lookup, result.duration);
  EXPECT_EQ(dns->QueriesFor("leaf.test"), 1U);
}

TEST(ProbeResolveTest, TheModuleChoosesTheFamily) {
  const auto dns = StartDns();
  TlsServerOptions options{.address = "::1", .chain = Pki().Chain(Pki().leaf)};
  const auto server = TlsServer::Start(options);
  ASSERT_TRUE(server) << server.error();
  const std::string port = ":" + std::to_string((*server)->port());
  const ProbeResult preferred =
      ProbeTarget("leaf.test" + port, {.module = {.preferred_ip_protocol = IpProtocol::kIp6}}, 10s,
                  Asking(*dns));
  EXPECT_EQ(FailureWords(preferred), "");
  EXPECT_EQ(preferred.connections.at(0).address, IpAddress::Parse("::1"));
  const ProbeResult fallback =
      ProbeTarget("ip6.test" + port, {.hostname = "leaf.test"}, 10s, Asking(*dns));
  EXPECT_EQ(FailureWords(fallback), "");
  const ProbeResult none = ProbeTarget(
      "ip6.test" + port, {.module = {.ip_protocol_fallback = false}}, 10s, Asking(*dns));
  EXPECT_EQ(FailureWords(none), "resolve not_found");
  const ProbeResult literal = ProbeTarget("[::1]" + port, {}, 10s, Asking(*dns));
  EXPECT_EQ(FailureWords(literal), "");
  EXPECT_EQ((*server)->Connections().back().hello.server_name, std::nullopt);
}

TEST(ProbeResolveTest, ALiteralAsksNobody) {
  const auto dns = StartDns();
  const auto server = Serve();
  EXPECT_EQ(FailureWords(ProbeTarget(server->Target(), {}, 10s, Asking(*dns))), "");
  EXPECT_EQ(dns->Queries(), 0U);
}

TEST(ProbeResolveTest, ANameThatDoesNotExistEndsInResolve) {
  const auto dns = StartDns();
  const ProbeResult result = ProbeTarget("none.test:443", {}, 10s, Asking(*dns));
  EXPECT_EQ(FailureWords(result), "resolve not_found");
  EXPECT_EQ(PhaseWords(result), Phases{"resolve"});
  const Connection& seen = result.connections.at(0);
  EXPECT_EQ(seen.address, std::nullopt);
  EXPECT_EQ(seen.hostname_valid, std::nullopt);
  EXPECT_TRUE(seen.staples.empty());
}

TEST(ProbeResolveTest, SilentDnsEndsAtTheDeadline) {
  const auto dns = StartDns();
  const auto start = Clock::now();
  const ProbeResult result = ProbeTarget("silent.test:443", {}, 300ms, Asking(*dns));
  EXPECT_EQ(FailureWords(result), "resolve timeout");
  EXPECT_LT(Clock::now() - start, 2s);
  EXPECT_GE(result.duration, 300ms);
}

TEST(ProbeConnectTest, ARefusalEndsInConnect) {
  const ProbeResult result = ProbeTarget("127.0.0.1:" + std::to_string(FreePort()));
  EXPECT_EQ(FailureWords(result), "connect refused");
  EXPECT_EQ(PhaseWords(result), (Phases{"resolve", "connect"}));
  EXPECT_EQ(result.connections.at(0).address, IpAddress::Parse("127.0.0.1"));
}

TEST(ProbeConnectTest, AFullBacklogEndsAtTheDeadline) {
  const auto full = FullBacklog::Start().value();
  const auto start = Clock::now();
  const ProbeResult result = ProbeTarget(full->Target(), {}, 300ms);
  EXPECT_EQ(FailureWords(result), "connect timeout");
  EXPECT_LT(Clock::now() - start, 2s);
}

TEST(ProbeConnectTest, TheSourceAddressIsTheModules) {
  const Socket listener = ListenTcp("127.0.0.1", 0).value();
  const ProbeResult result = ProbeTarget("127.0.0.1:" + std::to_string(LocalPort(listener)),
                                         {.module = {.source_ip_address = "127.0.0.9"}}, 200ms);
  EXPECT_EQ(FailureWords(result), "handshake timeout");
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  const Socket accepted(accept(listener.get(), reinterpret_cast<sockaddr*>(&peer), &size));
  ASSERT_TRUE(accepted.valid());
  EXPECT_EQ(IpAddress::From(reinterpret_cast<sockaddr&>(peer)), IpAddress::Parse("127.0.0.9"));
}

TEST(ProbeConnectTest, ASourceAddressThatIsNotOursReachesNothing) {
  const auto server = Serve();
  const ProbeResult result =
      ProbeTarget(server->Target(), {.module = {.source_ip_address = "192.0.2.1"}});
  EXPECT_EQ(FailureWords(result), "connect unreachable");
}

TEST(ProbeHandshakeTest, AHungServerEndsAtTheDeadline) {
  const auto server = RudeServer::Start(Silent()).value();
  const auto start = Clock::now();
  const ProbeResult result = ProbeTarget(server->Target(), {}, 300ms);
  EXPECT_EQ(FailureWords(result), "handshake timeout");
  EXPECT_EQ(PhaseWords(result), (Phases{"resolve", "connect", "handshake", "judge"}));
  EXPECT_LT(Clock::now() - start, 2s);
  EXPECT_GE(result.duration, 300ms);
}

TEST(ProbeHandshakeTest, PlainTextIsNotTls) {
  const auto server = RudeServer::Start(PlainText("220 mail.test ESMTP\r\n")).value();
  EXPECT_EQ(FailureWords(ProbeTarget(server->Target())), "handshake not_tls");
}

// With insecure_skip_verify, too, a handshake that failed is no success.
TEST(ProbeHandshakeTest, SkippingVerificationSkipsNothingElse) {
  const auto server = RudeServer::Start(CloseAfterClientHello()).value();
  EXPECT_EQ(FailureWords(
                ProbeTarget(server->Target(), {.module = {.tls = {.insecure_skip_verify = true}}})),
            "handshake closed");
}

TEST(ProberTest, OneProberServesManyThreadsAmongHungServers) {
  const auto honest = Serve({.staples = {GoodStaple()}});
  const auto hung = RudeServer::Start(Silent()).value();
  const auto prober = Prober::Make({}, TrustStoreOf({Pki().root})).value();
  const auto probe = [&](const std::string& target, std::chrono::milliseconds patience) {
    ProbeLog log;
    return prober->Probe({.target = ParseTarget(target).value(), .at = kNow},
                         Deadline::After(patience), log);
  };
  std::atomic<int> good = 0;
  std::atomic<int> timed_out = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 5; ++j) good += probe(honest->Target(), 10s).success ? 1 : 0;
    });
    threads.emplace_back([&] {
      timed_out += FailureWords(probe(hung->Target(), 200ms)) == "handshake timeout" ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 40);
  EXPECT_EQ(timed_out, 8);
}

TEST(ProberTest, AClientCertificateThatIsNotThereIsAnError) {
  const auto prober =
      Prober::Make({.tls = {.cert_file = "/nonexistent/client.pem"}}, TrustStoreOf({Pki().root}));
  ASSERT_FALSE(prober.ok());
  EXPECT_NE(prober.error().find("\"/nonexistent/client.pem\""), std::string::npos)
      << prober.error();
}

TEST(ProberTest, KeepsItsModule) {
  const auto prober = Prober::Make({.name = "mine"}, TrustStoreOf({Pki().root})).value();
  EXPECT_EQ(prober->module().name, "mine");
}

TEST(ProbeResultTest, TheFailureIsThatOfTheFirstConnectionThatHasOne) {
  ProbeResult result;
  EXPECT_EQ(Words(result.failure()), "");
  result.connections.resize(3);
  EXPECT_EQ(Words(result.failure()), "");
  result.connections[1].failure = Failure{Phase::kConnect, Reason::kRefused, ""};
  result.connections[2].failure = Failure{Phase::kHandshake, Reason::kAlert, ""};
  EXPECT_EQ(Words(result.failure()), "connect refused");
}

}  // namespace
}  // namespace stapling::testing
