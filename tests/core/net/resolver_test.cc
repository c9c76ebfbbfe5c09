#include "core/net/resolver.h"

#include <gtest/gtest.h>

#include <fstream>
#include <ostream>
#include <sstream>

#include "tests/support/descriptor_hog.h"
#include "tests/support/dns_server.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Texts = std::vector<std::string>;

// What came of a name, in words: addresses, or "phase reason".
struct Outcome {
  Texts addresses = {};
  std::string failure = {};
  friend bool operator==(const Outcome&, const Outcome&) = default;
};
std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
  return out << ::testing::PrintToString(outcome.addresses) << " \"" << outcome.failure << "\"";
}

Outcome InWords(const Resolution& resolution) {
  Outcome outcome;
  for (const IpAddress& address : resolution.addresses) {
    outcome.addresses.push_back(address.ToString());
  }
  if (resolution.failure) {
    outcome.failure = std::string(Describe(resolution.failure->phase).label) + " " +
                      std::string(Describe(resolution.failure->reason).label);
  }
  return outcome;
}

std::unique_ptr<DnsServer> StartDns() {
  return std::move(DnsServer::Start({.names = {{"v4.test", {"192.0.2.1"}},
                                               {"two.test", {"192.0.2.1", "192.0.2.2"}},
                                               {"twice.test", {"192.0.2.1", "192.0.2.1"}},
                                               {"v6.test", {"2001:db8::1"}},
                                               {"both.test", {"192.0.2.1", "2001:db8::1"}},
                                               {"neither.test", {}}},
                                     .servfail = {"servfail.test"},
                                     .silent = {"silent.test"}}))
      .value();
}

ResolverSettings Settings(const DnsServer& server) {
  return {.servers = "127.0.0.1:" + std::to_string(server.port())};
}

constexpr auto kIp4 = IpProtocol::kIp4;
constexpr auto kIp6 = IpProtocol::kIp6;

struct Row {
  std::string name;
  std::string host;
  IpProtocol preferred = kIp4;
  bool fallback = true;
  Outcome outcome = {};
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class ResolveTest : public ::testing::TestWithParam<Row> {};

TEST_P(ResolveTest, GivesAddressesOrTheReason) {
  const auto server = StartDns();
  const Row& row = GetParam();
  EXPECT_EQ(InWords(Resolve(row.host, row.preferred, row.fallback, Deadline::After(10s),
                            Settings(*server))),
            row.outcome);
}

const Outcome kNotFound{.failure = "resolve not_found"};

INSTANTIATE_TEST_SUITE_P(
    Table, ResolveTest,
    ::testing::Values(
        Row{.name = "ip4", .host = "v4.test", .outcome = {{"192.0.2.1"}}},
        Row{.name = "several_in_order",
            .host = "two.test",
            .outcome = {{"192.0.2.1", "192.0.2.2"}}},
        Row{.name = "the_same_twice", .host = "twice.test", .outcome = {{"192.0.2.1"}}},
        Row{.name = "trailing_dot", .host = "v4.test.", .outcome = {{"192.0.2.1"}}},
        Row{.name = "upper_case", .host = "V4.TEST", .outcome = {{"192.0.2.1"}}},
        Row{.name = "ip4_preferred", .host = "both.test", .outcome = {{"192.0.2.1"}}},
        Row{.name = "ip6_preferred",
            .host = "both.test",
            .preferred = kIp6,
            .outcome = {{"2001:db8::1"}}},
        Row{.name = "fallback_to_ip6", .host = "v6.test", .outcome = {{"2001:db8::1"}}},
        Row{.name = "fallback_to_ip4",
            .host = "v4.test",
            .preferred = kIp6,
            .outcome = {{"192.0.2.1"}}},
        Row{.name = "no_fallback_to_ip6",
            .host = "v6.test",
            .fallback = false,
            .outcome = kNotFound},
        Row{.name = "no_fallback_to_ip4",
            .host = "v4.test",
            .preferred = kIp6,
            .fallback = false,
            .outcome = kNotFound},
        Row{.name = "name_that_does_not_exist", .host = "none.test", .outcome = kNotFound},
        Row{.name = "name_without_addresses", .host = "neither.test", .outcome = kNotFound},
        Row{.name = "servfail", .host = "servfail.test", .outcome = {{}, "resolve dns_error"}}),
    [](const auto& row) { return row.param.name; });

struct LocalRow {
  std::string name;
  std::string host;
  IpProtocol preferred;
  std::string address;
};
std::ostream& operator<<(std::ostream& out, const LocalRow& row) { return out << row.name; }

class LocalhostTest : public ::testing::TestWithParam<LocalRow> {};

TEST_P(LocalhostTest, IsLoopbackAndAsksNobody) {
  const auto server = StartDns();
  EXPECT_EQ(InWords(Resolve(GetParam().host, GetParam().preferred, false, Deadline::After(10s),
                            Settings(*server))),
            (Outcome{{GetParam().address}, ""}));
  EXPECT_EQ(server->Queries(), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Table, LocalhostTest,
    ::testing::Values(LocalRow{"ip4", "localhost", kIp4, "127.0.0.1"},
                      LocalRow{"ip6", "localhost", kIp6, "::1"},
                      LocalRow{"trailing_dot", "localhost.", kIp4, "127.0.0.1"},
                      LocalRow{"name_below_it", "a.localhost", kIp4, "127.0.0.1"},
                      LocalRow{"name_below_it_ip6", "a.b.localhost", kIp6, "::1"}),
    [](const auto& row) { return row.param.name; });

TEST(ResolveSilenceTest, EndsAtTheDeadline) {
  const auto server = StartDns();
  const auto start = Clock::now();
  const Resolution resolution =
      Resolve("silent.test", kIp4, true, Deadline::After(300ms), Settings(*server));
  const auto took = Clock::now() - start;
  EXPECT_EQ(InWords(resolution), (Outcome{{}, "resolve timeout"}));
  EXPECT_GE(took, 300ms);
  EXPECT_LT(took, 2s);
  EXPECT_GE(server->QueriesFor("silent.test"), 1U);
}

TEST(ResolveSilenceTest, APassedDeadlineIsATimeout) {
  const auto server = StartDns();
  const auto start = Clock::now();
  EXPECT_EQ(InWords(Resolve("v4.test", kIp4, true, Deadline::After(0s), Settings(*server))),
            (Outcome{{}, "resolve timeout"}));
  EXPECT_LT(Clock::now() - start, 1s);
}

// A silent server costs a second of the deadline, not all of it.
TEST(ResolveSilenceTest, TheNextServerIsAsked) {
  const auto silent = std::move(DnsServer::Start({.answer_nothing = true})).value();
  const auto server = StartDns();
  const ResolverSettings settings{.servers = "127.0.0.1:" + std::to_string(silent->port()) +
                                             ",127.0.0.1:" + std::to_string(server->port())};
  EXPECT_EQ(InWords(Resolve("v4.test", kIp4, true, Deadline::After(10s), settings)),
            (Outcome{{"192.0.2.1"}, ""}));
}

TEST(ResolveServerTest, NoServerThereIsADnsError) {
  ResolverSettings settings;
  {
    const auto server = StartDns();
    settings = Settings(*server);
  }
  EXPECT_EQ(InWords(Resolve("v4.test", kIp4, true, Deadline::After(10s), settings)),
            (Outcome{{}, "resolve dns_error"}));
}

TEST(ResolveServerTest, SettingsThatAreNoAddressAreRefused) {
  const Resolution resolution =
      Resolve("v4.test", kIp4, true, Deadline::After(10s), {.servers = "not an address"});
  EXPECT_TRUE(resolution.addresses.empty());
  EXPECT_TRUE(resolution.failure.has_value());
}

struct HostsEntry {
  std::string address;
  std::string name;
};

// An IPv4 entry of this host's own table, better not localhost, which needs no table.
HostsEntry SomeHostsEntry() {
  std::ifstream hosts("/etc/hosts");
  for (std::string line; std::getline(hosts, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    HostsEntry entry;
    words >> entry.address >> entry.name;
    const auto address = IpAddress::Parse(entry.address);
    if (!address || address->is_ip6() || entry.name.empty()) continue;
    if (!entry.name.starts_with("localhost")) return entry;
  }
  return {"127.0.0.1", "localhost"};
}

TEST(ResolveHostsFileTest, TheTableBeatsTheServers) {
  const HostsEntry entry = SomeHostsEntry();
  const auto server = StartDns();
  const Resolution resolution =
      Resolve(entry.name, kIp4, false, Deadline::After(10s), Settings(*server));
  ASSERT_FALSE(resolution.failure.has_value()) << resolution.failure->detail;
  EXPECT_EQ(resolution.addresses.front().ToString(), entry.address);
  EXPECT_EQ(server->Queries(), 0U);
}

#ifndef __SANITIZE_ADDRESS__  // see DescriptorHog

// To c-ares it is as if neither hosts file nor server were there.
TEST(Resolver, WithoutDescriptorsResourcesAreToBlame) {
  const DescriptorHog hog(0);
  const Resolution resolution =
      Resolve("v4.test", IpProtocol::kIp4, true, Deadline::After(5s), {.servers = "127.0.0.1:53"});
  EXPECT_EQ(InWords(resolution), (Outcome{.failure = "resolve resources"}));
}

#endif

}  // namespace
}  // namespace stapling::testing
