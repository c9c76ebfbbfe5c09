#include "exporter/probe_parameters.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace stapling::exporter {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using Query = std::vector<std::pair<std::string, std::string>>;

Request RequestWith(Query query) {
  Request request;
  request.method = "GET";
  request.path = "/probe";
  request.query = std::move(query);
  return request;
}

struct GoodRow {
  const char* name;
  Query query;
  const char* host;
  const char* module = "";
  const char* hostname = "";
  std::optional<std::uint16_t> port = {};
  bool debug = false;
};

const GoodRow kGood[] = {
    {.name = "TargetAlone", .query = {{"target", "leaf.test"}}, .host = "leaf.test"},
    {.name = "Everything",
     .query = {{"debug", "true"},
               {"hostname", "other.test"},
               {"module", "tls"},
               {"target", "leaf.test:8443"}},
     .host = "leaf.test",
     .module = "tls",
     .hostname = "other.test",
     .port = 8443,
     .debug = true},
    {.name = "Ip6", .query = {{"target", "[::1]:443"}}, .host = "::1", .port = 443},
    {.name = "HostnameMayBeAnAddress",
     .query = {{"target", "leaf.test"}, {"hostname", "::1"}},
     .host = "leaf.test",
     .hostname = "::1"},
    {.name = "OtherParametersAreIgnored",
     .query = {{"target", "leaf.test"}, {"x", "1"}, {"x", "2"}, {"Target", "b"}},
     .host = "leaf.test"},
    {.name = "DebugMustBeTrue",
     .query = {{"target", "leaf.test"}, {"debug", "1"}},
     .host = "leaf.test"},
    {.name = "EmptyModuleIsTheDefault",
     .query = {{"target", "leaf.test"}, {"module", ""}},
     .host = "leaf.test"},
};

class GoodParametersTest : public ::testing::TestWithParam<GoodRow> {};

TEST_P(GoodParametersTest, AreTaken) {
  const auto outcome = ParseProbeParameters(RequestWith(GetParam().query));
  ASSERT_TRUE(std::holds_alternative<ProbeParameters>(outcome))
      << std::get<ProbeRefusal>(outcome).sentence;
  const auto& parameters = std::get<ProbeParameters>(outcome);
  EXPECT_EQ(parameters.target.host, GetParam().host);
  EXPECT_EQ(parameters.target.port, GetParam().port);
  EXPECT_EQ(parameters.module, GetParam().module);
  EXPECT_EQ(parameters.hostname, GetParam().hostname);
  EXPECT_EQ(parameters.debug, GetParam().debug);
}

INSTANTIATE_TEST_SUITE_P(All, GoodParametersTest, ::testing::ValuesIn(kGood),
                         [](const auto& row) { return std::string(row.param.name); });

struct BadRow {
  const char* name;
  Query query;
  Rejection rejection = Rejection::kBadTarget;
  const char* sentence = nullptr;  // the whole of it, where it is ours
};

const BadRow kBad[] = {
    {.name = "NoTarget", .query = {}, .sentence = "The parameter target is missing."},
    {.name = "EmptyTarget",
     .query = {{"target", ""}},
     .sentence = "The parameter target is missing."},
    {.name = "TwoTargets",
     .query = {{"target", "a.test"}, {"target", "b.test"}},
     .sentence = "The parameter target is given more than once."},
    {.name = "TheSameTargetTwice",
     .query = {{"target", "a.test"}, {"target", "a.test"}},
     .sentence = "The parameter target is given more than once."},
    {.name = "TwoModules",
     .query = {{"target", "a.test"}, {"module", "a"}, {"module", "b"}},
     .rejection = Rejection::kUnknownModule,
     .sentence = "The parameter module is given more than once."},
    {.name = "TwoHostnames",
     .query = {{"target", "a.test"}, {"hostname", "a"}, {"hostname", "b"}},
     .sentence = "The parameter hostname is given more than once."},
    {.name = "TwoDebugs",
     .query = {{"target", "a.test"}, {"debug", "true"}, {"debug", "false"}},
     .sentence = "The parameter debug is given more than once."},
    {.name = "BadHostname",
     .query = {{"target", "a.test"}, {"hostname", "a\r\nb"}},
     .sentence = "The hostname \"a??b\" is neither a host name nor an IP address."},
    {.name = "NoHost", .query = {{"target", ":443"}}},
    {.name = "PortTooLarge", .query = {{"target", "host:99999"}}},
    {.name = "HalfABracket", .query = {{"target", "[::1"}}},
    {.name = "ControlBytes", .query = {{"target", "a\x01\x1b[31m\nb"}}},
    {.name = "TenKilobytes", .query = {{"target", std::string(10'240, 'a')}}},
};

class BadParametersTest : public ::testing::TestWithParam<BadRow> {};

TEST_P(BadParametersTest, AreRefusedInOneShortPrintableSentence) {
  const auto outcome = ParseProbeParameters(RequestWith(GetParam().query));
  ASSERT_TRUE(std::holds_alternative<ProbeRefusal>(outcome));
  const auto& refusal = std::get<ProbeRefusal>(outcome);
  EXPECT_EQ(refusal.rejection, GetParam().rejection);
  if (GetParam().sentence != nullptr) {
    EXPECT_EQ(refusal.sentence, GetParam().sentence);
  }
  EXPECT_FALSE(refusal.sentence.empty());
  EXPECT_LT(refusal.sentence.size(), 300U);
  for (const char character : refusal.sentence) {
    EXPECT_TRUE(character >= ' ' && character <= '~') << refusal.sentence;
  }
}

INSTANTIATE_TEST_SUITE_P(All, BadParametersTest, ::testing::ValuesIn(kBad),
                         [](const auto& row) { return std::string(row.param.name); });

struct TimeoutRow {
  const char* name;
  const char* header;  // nullptr: none
  double offset = 0.5;
  double expected = 0;  // seconds; 0: refused
};

const TimeoutRow kTimeouts[] = {
    {.name = "NoHeader", .header = nullptr, .expected = 10},
    {.name = "LongerThanTheModule", .header = "30", .expected = 10},
    {.name = "ShorterThanTheModule", .header = "5", .expected = 4.5},
    {.name = "Fraction", .header = "5.25", .expected = 4.75},
    {.name = "Exponent", .header = "1e1", .expected = 9.5},
    {.name = "EqualToTheOffset", .header = "0.5", .expected = 0.25},
    {.name = "BelowTheOffset", .header = "0.1", .expected = 0.05},
    {.name = "NoOffset", .header = "5", .offset = 0, .expected = 5},
    {.name = "Huge", .header = "1e300", .expected = 10},
    {.name = "Empty", .header = ""},
    {.name = "Zero", .header = "0"},
    {.name = "Negative", .header = "-1"},
    {.name = "Infinite", .header = "inf"},
    {.name = "NotANumber", .header = "nan"},
    {.name = "Least", .header = "2.3e-308", .expected = 1.15e-308},
    {.name = "LessThanCanBeHalved", .header = "4.9e-324"},
    {.name = "Underflow", .header = "1e-999"},
    {.name = "Overflow", .header = "1e999"},
    {.name = "Words", .header = "ten"},
    {.name = "Unit", .header = "10s"},
    {.name = "Two", .header = "1 2"},
};

class ProbeTimeoutTest : public ::testing::TestWithParam<TimeoutRow> {};

TEST_P(ProbeTimeoutTest, IsTheShorterOfTwo) {
  Request request = RequestWith({});
  if (GetParam().header != nullptr) {
    request.headers.emplace_back("x-prometheus-scrape-timeout-seconds", GetParam().header);
  }
  const auto outcome = ProbeTimeout(request, 10s, std::chrono::duration<double>(GetParam().offset));
  if (GetParam().expected == 0) {
    ASSERT_TRUE(std::holds_alternative<ProbeRefusal>(outcome));
    EXPECT_EQ(std::get<ProbeRefusal>(outcome).rejection, Rejection::kBadTimeout);
    EXPECT_EQ(std::get<ProbeRefusal>(outcome).sentence,
              "The header X-Prometheus-Scrape-Timeout-Seconds is \"" +
                  std::string(GetParam().header) + "\", not a positive finite number of seconds.");
    return;
  }
  ASSERT_TRUE(std::holds_alternative<std::chrono::duration<double>>(outcome));
  EXPECT_DOUBLE_EQ(std::get<std::chrono::duration<double>>(outcome).count(), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(All, ProbeTimeoutTest, ::testing::ValuesIn(kTimeouts),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace stapling::exporter
