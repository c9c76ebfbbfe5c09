// Requests that are no probe: each gets its status and one sentence, and nothing is probed.

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/integration/exporter.h"
#include "tests/integration/samples.h"

namespace stapling::testing {
namespace {

struct BadRequestCase {
  const char* name;
  std::string path;
  std::string timeout_header = "none";
  const char* method = "GET";
  int status = 400;
  std::string sentence;
  const char* rejection = "";  // the reason that is counted; empty: none
};

void PrintTo(const BadRequestCase& row, std::ostream* out) { *out << row.name; }

class BadRequestTest : public ::testing::TestWithParam<BadRequestCase> {};

TEST_P(BadRequestTest, GetsOneSentence) {
  const BadRequestCase& row = GetParam();
  const auto exporter = Exporter::Start("default_module: tls\nmodules:\n  tls: {}\n  other: {}\n");
  ASSERT_TRUE(exporter) << exporter.error();
  HttpRequest request{.path = row.path, .method = row.method};
  if (row.timeout_header != "none") {
    request.headers.emplace_back("X-Prometheus-Scrape-Timeout-Seconds", row.timeout_header);
  }
  const HttpResponse answer = (*exporter)->Send(std::move(request));
  EXPECT_EQ(answer.status, row.status);
  EXPECT_EQ(answer.body, row.sentence + "\n");
  EXPECT_EQ(answer.headers.at("content-type"), "text/plain; charset=utf-8");

  const Samples metrics((*exporter)->Metrics());
  for (const std::string reason :
       {"denied", "busy", "bad_target", "unknown_module", "bad_timeout"}) {
    EXPECT_EQ(
        metrics.Value("ocsp_stapling_exporter_probes_rejected_total{reason=\"" + reason + "\"}"),
        reason == row.rejection ? 1 : 0)
        << reason;
  }
  for (const char* result : {"success", "failure"}) {
    EXPECT_EQ(metrics.Value("ocsp_stapling_exporter_probes_total{module=\"tls\",result=\"" +
                            std::string(result) + "\"}"),
              0);
  }
}

BadRequestCase BadTarget(const char* name, const std::string& target, const std::string& quoted,
                         const std::string& why) {
  return {.name = name,
          .path = "/probe?target=" + target,
          .sentence = "target \"" + quoted + "\" is not valid: " + why,
          .rejection = "bad_target"};
}

BadRequestCase BadTimeout(const char* name, const std::string& value) {
  return {.name = name,
          .path = "/probe?target=localhost:1",
          .timeout_header = value,
          .sentence = "The header X-Prometheus-Scrape-Timeout-Seconds is \"" + value +
                      "\", not a positive finite number of seconds.",
          .rejection = "bad_timeout"};
}

BadRequestCase Twice(const char* parameter, const std::string& path, const char* rejection) {
  return {.name = parameter,
          .path = path,
          .sentence = "The parameter " + std::string(parameter) + " is given more than once.",
          .rejection = rejection};
}

std::string Name(const ::testing::TestParamInfo<BadRequestCase>& row) { return row.param.name; }

INSTANTIATE_TEST_SUITE_P(
    Target, BadRequestTest,
    ::testing::Values(BadRequestCase{.name = "None",
                                     .path = "/probe",
                                     .sentence = "The parameter target is missing.",
                                     .rejection = "bad_target"},
                      BadRequestCase{.name = "Empty",
                                     .path = "/probe?target=&module=tls",
                                     .sentence = "The parameter target is missing.",
                                     .rejection = "bad_target"},
                      BadTarget("PortAlone", ":443", ":443", "it names no host"),
                      BadTarget("PortTooLarge", "host:99999", "host:99999",
                                "its port is not a number from 1 to 65535"),
                      BadTarget("PortZero", "host:0", "host:0",
                                "its port is not a number from 1 to 65535"),
                      BadTarget("OpenBracket", "[::1", "[::1",
                                "the brackets of its address are not closed, or not by :PORT"),
                      BadTarget("BareIpv6", "::1:443", "::1:443",
                                "an IPv6 address is written in brackets, such as [::1]:443"),
                      BadTarget("NulByte", "a%00b", "a?b",
                                "it holds a space, a control or a non-ASCII character"),
                      BadTarget("LineFeed", "a%0Ab:443", "a?b:443",
                                "it holds a space, a control or a non-ASCII character"),
                      BadTarget("PlainHttp", "http://a", "http://a",
                                "http:// has no TLS; write https:// or HOST:PORT"),
                      BadTarget("FourThousandBytes", std::string(4000, 'a'),
                                std::string(80, 'a') + "...", "it is too long"),
                      BadRequestCase{.name = "TenThousandBytes",
                                     .path = "/probe?target=" + std::string(10240, 'a'),
                                     .status = 414,
                                     .sentence = "The request line is too long."}),
    Name);

INSTANTIATE_TEST_SUITE_P(
    GivenTwice, BadRequestTest,
    ::testing::Values(Twice("target", "/probe?target=a&target=b", "bad_target"),
                      Twice("module", "/probe?target=a&module=tls&module=tls", "unknown_module"),
                      Twice("hostname", "/probe?target=a&hostname=b&hostname=c", "bad_target"),
                      Twice("debug", "/probe?target=a&debug=true&debug=true", "bad_target")),
    Name);

INSTANTIATE_TEST_SUITE_P(
    Others, BadRequestTest,
    ::testing::Values(
        BadRequestCase{.name = "UnknownModule",
                       .path = "/probe?target=localhost:1&module=nope",
                       .sentence = "There is no module \"nope\"; the modules are tls, other.",
                       .rejection = "unknown_module"},
        BadRequestCase{.name = "ModuleWithMarkup",
                       .path = "/probe?target=localhost:1&module=%3Cb%3E%0A",
                       .sentence = "There is no module \"<b>?\"; the modules are tls, other.",
                       .rejection = "unknown_module"},
        BadRequestCase{.name = "Hostname",
                       .path = "/probe?target=localhost:1&hostname=a%20b",
                       .sentence = "The hostname \"a b\" is neither a host name nor an IP address.",
                       .rejection = "bad_target"},
        BadRequestCase{.name = "DeniedTarget",
                       .path = "/probe?target=169.254.169.254:80",
                       .status = 403,
                       .sentence = "The target \"169.254.169.254:80\" is denied: the rule "
                                   "\"169.254.0.0/16\" of targets.deny covers it.",
                       .rejection = "denied"},
        BadRequestCase{.name = "UnknownPath",
                       .path = "/prob?target=localhost:1",
                       .status = 404,
                       .sentence = "There is nothing at this path."},
        BadRequestCase{.name = "PostToProbe",
                       .path = "/probe?target=localhost:1",
                       .method = "POST",
                       .status = 405,
                       .sentence = "This path allows GET, HEAD."},
        BadRequestCase{.name = "LogsWithoutId",
                       .path = "/logs",
                       .sentence = "The parameter id must be given once."},
        BadRequestCase{.name = "LogsOfAnUnknownProbe",
                       .path = "/logs?id=0123456789abcdef0123456789abcdef",
                       .status = 404,
                       .sentence = "There is no such probe: it is forgotten, or it was made "
                                   "elsewhere and is not on this replica."}),
    Name);

INSTANTIATE_TEST_SUITE_P(TimeoutHeader, BadRequestTest,
                         ::testing::Values(BadTimeout("Word", "abc"), BadTimeout("Empty", ""),
                                           BadTimeout("Zero", "0"), BadTimeout("Negative", "-1"),
                                           BadTimeout("Infinite", "inf"), BadTimeout("Nan", "nan"),
                                           BadTimeout("TooLarge", "1e400"),
                                           BadTimeout("TwoNumbers", "1 2"),
                                           BadTimeout("Hexadecimal", "0x10")),
                         Name);

// One no larger than what is kept back yields half of itself, never 0.
TEST(TimeoutHeader, SmallOneIsHalved) {
  const auto exporter = Exporter::Start("");
  ASSERT_TRUE(exporter) << exporter.error();
  const HttpResponse page = (*exporter)->Probe({.target = "127.0.0.1:1", .timeout_header = "0.5"});
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(Samples(page.body).Value("probe_timeout_seconds"), 0.25) << page.body;
}

}  // namespace
}  // namespace stapling::testing
