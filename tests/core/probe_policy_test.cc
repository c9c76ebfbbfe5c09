// The target policy where it matters: on the way to a connection.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/probe.h"
#include "tests/core/loopback_probe.h"
#include "tests/support/dns_server.h"
#include "tests/support/target_policy_of.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;
using Phases = std::vector<std::string>;

std::string FirstDetail(const ProbeResult& result) {
  return result.failure() ? result.failure()->detail : "";
}

// A server on every loopback address, and a name that DNS points at some of them.
class ProbePolicyTest : public ::testing::Test {
 protected:
  ProbePolicyTest()
      : dns_(std::move(DnsServer::Start({.names = {{"leaf.test", {"127.0.0.1"}}}})).value()),
        server_(Serve({.address = "0.0.0.0", .staples = {GoodStaple()}})) {}

  ProbeResult Probe(const std::string& host, const TargetPolicy& policy) {
    return ProbeTarget(host + ":" + std::to_string(server_->port()),
                       {.hostname = "leaf.test", .policy = policy}, 10s,
                       {.servers = "127.0.0.1:" + std::to_string(dns_->port())});
  }

  std::unique_ptr<DnsServer> dns_;
  std::unique_ptr<TlsServer> server_;
};

TEST_F(ProbePolicyTest, ANameThatTurnsToADeniedAddressIsRefused) {
  const TargetPolicy policy = TargetPolicyOf({}, {"127.0.0.9"});
  const ProbeResult before = Probe("leaf.test", policy);
  EXPECT_EQ(FailureWords(before), "");
  EXPECT_EQ(before.connections.at(0).address, IpAddress::Parse("127.0.0.1"));
  EXPECT_EQ(dns_->QueriesFor("leaf.test"), 1U) << "the checked address is the one to connect to";
  ASSERT_TRUE(server_->WaitForFinished(1));

  dns_->SetAddresses("leaf.test", {"127.0.0.9"});
  const ProbeResult after = Probe("leaf.test", policy);
  EXPECT_EQ(FailureWords(after), "resolve denied");
  EXPECT_EQ(FirstDetail(after), "127.0.0.9: the rule \"127.0.0.9\" of targets.deny covers it");
  EXPECT_EQ(PhaseWords(after), Phases{"resolve"});
  EXPECT_EQ(after.connections.at(0).address, std::nullopt);
  EXPECT_EQ(dns_->QueriesFor("leaf.test"), 2U);
  EXPECT_EQ(server_->Accepted(), 1U);

  EXPECT_EQ(FailureWords(Probe("leaf.test", TargetPolicyOf({}, {}))), "") << "the server is there";
  EXPECT_EQ(server_->Accepted(), 2U);
}

TEST_F(ProbePolicyTest, DeniedAddressesArePassedOver) {
  dns_->SetAddresses("leaf.test", {"127.0.0.8", "127.0.0.9", "127.0.0.2", "127.0.0.3"});
  const ProbeResult result = Probe("leaf.test", TargetPolicyOf({}, {"127.0.0.8/31"}));
  EXPECT_EQ(FailureWords(result), "");
  EXPECT_EQ(result.connections.at(0).address, IpAddress::Parse("127.0.0.2"));
}

TEST_F(ProbePolicyTest, WithEveryAddressDeniedTheFirstIsNamed) {
  dns_->SetAddresses("leaf.test", {"127.0.0.8", "127.0.0.2"});
  const ProbeResult result = Probe("leaf.test", TargetPolicyOf({"192.0.2.0/24"}, {}));
  EXPECT_EQ(FailureWords(result), "resolve denied");
  EXPECT_EQ(FirstDetail(result), "127.0.0.8: no rule of targets.allow covers it");
  EXPECT_EQ(server_->Accepted(), 0U);
}

TEST_F(ProbePolicyTest, ADeniedNameIsNotEvenResolved) {
  const ProbeResult result = Probe("LEAF.test.", TargetPolicyOf({}, {"*.test"}));
  EXPECT_EQ(FailureWords(result), "resolve denied");
  EXPECT_EQ(FirstDetail(result), "the rule \"*.test\" of targets.deny covers it");
  EXPECT_EQ(PhaseWords(result), Phases{"resolve"});
  EXPECT_EQ(dns_->Queries(), 0U);
}

TEST_F(ProbePolicyTest, AnAllowedNameMayHaveAnyAddressThatIsNotDenied) {
  EXPECT_EQ(FailureWords(Probe("leaf.test", TargetPolicyOf({"leaf.test"}, {}))), "");
  EXPECT_EQ(FailureWords(Probe("leaf.test", TargetPolicyOf({"leaf.test"}, {"127.0.0.0/8"}))),
            "resolve denied");
}

TEST_F(ProbePolicyTest, LiteralsAreComparedAsWhatTheyReach) {
  const TargetPolicy policy = TargetPolicyOf({}, {"127.0.0.1"});
  for (const char* host : {"127.0.0.1", "0.0.0.0", "[::ffff:127.0.0.1]", "[::ffff:0.0.0.0]"}) {
    EXPECT_EQ(FailureWords(Probe(host, policy)), "resolve denied") << host;
  }
  EXPECT_EQ(server_->Accepted(), 0U);
  // Each would have reached it.
  for (const char* host : {"127.0.0.1", "0.0.0.0", "[::ffff:127.0.0.1]", "[::ffff:0.0.0.0]"}) {
    EXPECT_EQ(FailureWords(Probe(host, TargetPolicyOf({}, {}))), "") << host;
  }
}

TEST_F(ProbePolicyTest, LocalhostIsCheckedAsAnyOtherName) {
  EXPECT_EQ(FailureWords(Probe("localhost", TargetPolicyOf({}, {"127.0.0.0/8"}))),
            "resolve denied");
}

// Whoever makes a prober without a policy gets the default.
TEST_F(ProbePolicyTest, LinkLocalIsDeniedByDefault) {
  dns_->SetAddresses("leaf.test", {"169.254.169.254"});
  EXPECT_EQ(FailureWords(Probe("leaf.test", {})), "resolve denied");
  EXPECT_EQ(FailureWords(Probe("[fe80::1]", {})), "resolve denied");
}

}  // namespace
}  // namespace stapling::testing
