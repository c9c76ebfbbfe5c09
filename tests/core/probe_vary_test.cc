// Several addresses, TLS versions and key types, side by side within one deadline.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/core/loopback_probe.h"
#include "tests/support/dns_server.h"
#include "tests/support/rude_server.h"
#include "tests/support/target_policy_of.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using ::stapling::TlsVersion;

// "good", "connect refused", "unsupported no_shared_version".
std::string Outcome(const Connection& connection) {
  if (connection.unsupported) {
    return "unsupported " + std::string(Describe(connection.unsupported->reason).label);
  }
  if (connection.failure) {
    const bool judged = connection.failure->phase == Phase::kJudge;
    if (!judged || connection.staples.empty()) return Words(connection.failure);
  }
  return std::string(Describe(connection.staples.front().judgement.verdict).label);
}

std::vector<std::string> Outcomes(const ProbeResult& result) {
  std::vector<std::string> outcomes;
  for (const Connection& connection : result.connections) outcomes.push_back(Outcome(connection));
  return outcomes;
}

using Words = std::vector<std::string>;
using ServerVersion = ::stapling::testing::TlsVersion;

std::unique_ptr<TlsServer> ServeAt(const std::string& address, std::uint16_t port,
                                   Staples staples) {
  return std::move(TlsServer::Start({.address = address,
                                     .port = port,
                                     .chain = Pki().Chain(Pki().leaf),
                                     .staples = std::move(staples)}))
      .value();
}

TEST(ProbeVaryTest, EveryAddressHasItsOwnVerdictThoughOneHangs) {
  const auto good = ServeAt("127.0.0.2", 0, {GoodStaple()});
  const auto expired = ServeAt("127.0.0.3", good->port(), {ExpiredStaple()});
  const auto hung = RudeServer::Start(Silent(), "127.0.0.4", good->port());
  ASSERT_TRUE(hung) << hung.error();
  const auto dns = DnsServer::Start(
      {.names = {{"many.test", {"127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"}}}});
  ASSERT_TRUE(dns) << dns.error();
  ProbeCase probe{.hostname = "leaf.test"};
  probe.module.vary.all_addresses = true;
  const ProbeResult result =
      ProbeTarget("many.test:" + std::to_string(good->port()), probe, 2s,
                  {.servers = "127.0.0.1:" + std::to_string((*dns)->port())});
  EXPECT_EQ(Outcomes(result), (Words{"good", "expired", "handshake timeout", "connect refused"}));
  EXPECT_FALSE(result.success);
  EXPECT_TRUE(result.varied);
  EXPECT_GE(result.duration, 2s);
  for (const Connection& connection : result.connections) {
    EXPECT_TRUE(connection.combination.address);
  }
}

// On one port, which another process may have taken on 127.0.0.1: then on another.
std::pair<std::unique_ptr<TlsServer>, std::unique_ptr<TlsServer>> ServeAtBothLoopbacks(
    const Staples& staples_of_ip6) {
  for (int tries = 0; tries < 50; ++tries) {
    auto ip6 = ServeAt("::1", 0, staples_of_ip6);
    auto ip4 = TlsServer::Start({.port = ip6->port(), .chain = Pki().Chain(Pki().leaf)});
    if (ip4) return {std::move(ip6), std::move(ip4).value()};
  }
  return {};
}

TEST(ProbeVaryTest, AddressesOfBothFamiliesAreTried) {
  const auto [ip6, ip4] = ServeAtBothLoopbacks({GoodStaple()});
  ASSERT_TRUE(ip6 && ip4);
  const auto dns = DnsServer::Start({.names = {{"both.test", {"::1", "127.0.0.1"}}}});
  ASSERT_TRUE(dns) << dns.error();
  ProbeCase probe{.hostname = "leaf.test"};
  probe.module.vary.all_addresses = true;
  const ProbeResult result =
      ProbeTarget("both.test:" + std::to_string(ip6->port()), probe, 10s,
                  {.servers = "127.0.0.1:" + std::to_string((*dns)->port())});
  EXPECT_EQ(Outcomes(result), (Words{"missing", "good"}));  // the preferred family first
  EXPECT_TRUE(result.success);
  probe.module.ip_protocol_fallback = false;
  const ProbeResult preferred =
      ProbeTarget("both.test:" + std::to_string(ip6->port()), probe, 10s,
                  {.servers = "127.0.0.1:" + std::to_string((*dns)->port())});
  EXPECT_EQ(Outcomes(preferred), (Words{"missing"}));
}

TEST(ProbeVaryTest, AVersionThatTheServerDoesNotDoIsNoOutage) {
  ProbeCase probe{.server = {.staples = {GoodStaple()}, .max_version = ServerVersion::k12}};
  probe.module.vary.tls_versions = {TlsVersion::kTls12, TlsVersion::kTls13};
  const ProbeResult result = ProbeServer(probe);
  EXPECT_EQ(Outcomes(result), (Words{"good", "unsupported no_shared_version"}));
  EXPECT_TRUE(result.success);
  EXPECT_EQ(result.connections[0].handshake.version, "TLS 1.2");
}

TEST(ProbeVaryTest, BothVersionsAreJudged) {
  ProbeCase probe{.server = {.staples = {GoodStaple()}}};
  probe.module.tls.min_version = TlsVersion::kTls13;  // gives way
  probe.module.vary.tls_versions = {TlsVersion::kTls13, TlsVersion::kTls12};
  const ProbeResult result = ProbeServer(probe);
  EXPECT_EQ(Outcomes(result), (Words{"good", "good"}));
  EXPECT_EQ(result.connections[0].handshake.version, "TLS 1.3");
  EXPECT_EQ(result.connections[1].handshake.version, "TLS 1.2");
}

TEST(ProbeVaryTest, AKeyTypeThatTheServerDoesNotHaveIsNoOutage) {
  ProbeCase probe{.server = {.staples = {GoodStaple()}}};
  probe.module.vary.tls_versions = {TlsVersion::kTls12, TlsVersion::kTls13};
  probe.module.vary.key_types = {KeyType::kRsa, KeyType::kEcdsa};
  const ProbeResult result = ProbeServer(probe);
  EXPECT_EQ(Outcomes(result), (Words{"unsupported no_shared_key_type", "good",
                                     "unsupported no_shared_key_type", "good"}));
  EXPECT_TRUE(result.success);
}

TEST(ProbeVaryTest, WhereNoneIsDoneTheProbeFails) {
  ProbeCase probe{.server = {.staples = {GoodStaple()}}};
  probe.module.vary.key_types = {KeyType::kRsa};
  const ProbeResult result = ProbeServer(probe);
  EXPECT_EQ(Outcomes(result), (Words{"handshake alert"}));
  EXPECT_FALSE(result.success);
}

TEST(ProbeVaryTest, WhatIsBeyondTheBoundIsCounted) {
  const auto dns = DnsServer::Start({.names = {{"many.test", {"127.0.0.1", "127.0.0.2"}}}});
  ASSERT_TRUE(dns) << dns.error();
  const auto server = Serve({.staples = {GoodStaple()}});
  ProbeCase probe{.hostname = "leaf.test"};
  probe.module.vary = {.all_addresses = true,
                       .tls_versions = {TlsVersion::kTls12, TlsVersion::kTls13},
                       .key_types = {},
                       .max_combinations = 3};
  const ProbeResult result =
      ProbeTarget("many.test:" + std::to_string(server->port()), probe, 10s,
                  {.servers = "127.0.0.1:" + std::to_string((*dns)->port())});
  EXPECT_EQ(Outcomes(result), (Words{"good", "good", "connect refused"}));
  EXPECT_EQ(result.combinations_skipped, 1U);
}

// Of 127.0.0.1 and of five addresses that are denied, two of them before it.
class DeniedAddressesTest : public ::testing::Test {
 protected:
  ProbeResult Probe(std::size_t max_combinations, const TargetPolicy& policy) {
    const auto dns = DnsServer::Start({.names = {{"many.test",
                                                  {"127.0.0.2", "127.0.0.3", "127.0.0.1",
                                                   "127.0.0.4", "127.0.0.5", "127.0.0.6"}}}});
    Module module;
    module.tls.library = LibraryUnderTest();
    module.vary.all_addresses = true;
    module.vary.max_combinations = max_combinations;
    module.vary.tls_versions = versions_;
    const auto prober =
        Prober::Make(module, TrustStoreOf({Pki().root}),
                     {.servers = "127.0.0.1:" + std::to_string((*dns)->port())}, policy);
    const auto target = ParseTarget("many.test:" + std::to_string(server_->port()));
    return (*prober)->Probe({.target = *target, .hostname = "leaf.test", .at = kNow},
                            Deadline::After(10s), log_);
  }

  [[nodiscard]] std::size_t Warnings() const {
    return static_cast<std::size_t>(
        std::ranges::count(log_.lines(), ProbeLogLine::Level::kWarning, &ProbeLogLine::level));
  }

  const TargetPolicy others_denied_ = TargetPolicyOf({"127.0.0.1"}, {});
  const TargetPolicy all_denied_ = TargetPolicyOf({"192.0.2.1"}, {});
  std::unique_ptr<TlsServer> server_ = Serve({.staples = {GoodStaple()}});
  ProbeLog log_;
  std::vector<stapling::TlsVersion> versions_;  // that vary, too
};

// Each has the labels that the others have.
TEST_F(DeniedAddressesTest, AreDeniedInEveryCombination) {
  versions_ = {stapling::TlsVersion::kTls12, stapling::TlsVersion::kTls13};
  const ProbeResult result = Probe(5, others_denied_);
  EXPECT_EQ(Outcomes(result),
            (Words{"good", "good", "resolve denied", "resolve denied", "resolve denied"}));
  for (std::size_t i = 0; i < result.connections.size(); ++i) {
    EXPECT_EQ(result.connections[i].combination.tls_version, versions_[i % 2]) << i;
  }
  EXPECT_EQ(result.combinations_skipped, 7U);
}

TEST_F(DeniedAddressesTest, HaveWhatIsLeftOfTheBound) {
  const ProbeResult result = Probe(3, others_denied_);
  EXPECT_EQ(Outcomes(result), (Words{"good", "resolve denied", "resolve denied"}));
  EXPECT_EQ(result.connections[1].address, IpAddress::Parse("127.0.0.2"));
  EXPECT_EQ(result.connections[2].address, IpAddress::Parse("127.0.0.3"));
  EXPECT_EQ(result.combinations_skipped, 3U);
  EXPECT_FALSE(result.success);
  EXPECT_EQ(Warnings(), 4U) << "three addresses, and how many more there are";
}

TEST_F(DeniedAddressesTest, TakeNoPlaceOfThoseThatMayBeProbed) {
  const ProbeResult result = Probe(1, others_denied_);
  EXPECT_EQ(Outcomes(result), (Words{"good"}));
  EXPECT_EQ(result.combinations_skipped, 5U);
  EXPECT_TRUE(result.success);
}

TEST_F(DeniedAddressesTest, AreAllToldWithinTheBound) {
  const ProbeResult result = Probe(6, others_denied_);
  EXPECT_EQ(Outcomes(result), (Words{"good", "resolve denied", "resolve denied", "resolve denied",
                                     "resolve denied", "resolve denied"}));
  EXPECT_EQ(result.combinations_skipped, 0U);
  EXPECT_EQ(Warnings(), 5U);
}

TEST_F(DeniedAddressesTest, FailTheProbeWhereThereIsNoOther) {
  const ProbeResult result = Probe(2, all_denied_);
  EXPECT_EQ(Outcomes(result), (Words{"resolve denied", "resolve denied"}));
  EXPECT_EQ(result.combinations_skipped, 4U);
  EXPECT_FALSE(result.success);
}

TEST(ProbeVaryTest, ANameThatDoesNotResolveIsOneFailureOfTheProbe) {
  const auto dns = DnsServer::Start({});
  ASSERT_TRUE(dns) << dns.error();
  ProbeCase probe;
  probe.module.vary.all_addresses = true;
  const ProbeResult result = ProbeTarget(
      "none.test", probe, 10s, {.servers = "127.0.0.1:" + std::to_string((*dns)->port())});
  EXPECT_EQ(Outcomes(result), (Words{"resolve not_found"}));
  EXPECT_FALSE(result.connections[0].combination.address);
}

}  // namespace
}  // namespace stapling::testing
