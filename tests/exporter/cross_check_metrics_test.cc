// The cross-check's series on the page of a probe.
#include "exporter/cross_check_metrics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "exporter/probe_metrics.h"
#include "tests/exporter/sample_probe.h"
#include "tests/support/process.h"

namespace stapling::exporter {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using stapling::testing::CrossCheckedProbe;
using stapling::testing::GoodResponder;
using stapling::testing::HealthyProbe;
using stapling::testing::OnlyVerdict;

std::string PageOf(const ProbeResult& result) {
  return ProbeMetricsText(result, std::chrono::duration<double>(9.5));
}

std::vector<std::string> SeriesOf(const std::string& page) {
  std::vector<std::string> series;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) continue;
    if (line.starts_with("ocsp_responder_") || line.starts_with("ocsp_crl_") ||
        line.starts_with("ocsp_revocation_") || line.starts_with("ocsp_staple_lag")) {
      series.push_back(line);
    }
  }
  return series;
}

TEST(CrossCheckMetricsTest, AgreementGivesExactlyTheseSeries) {
  const std::vector<std::string> expected{
      R"(ocsp_staple_lag_seconds{depth="0"} 3600)",
      R"(ocsp_responder_up{depth="0",url="http://ocsp.test/"} 1)",
      R"(ocsp_responder_duration_seconds{depth="0",url="http://ocsp.test/"} 0.05)",
      R"(ocsp_responder_http_status_code{depth="0",url="http://ocsp.test/"} 200)",
      R"(ocsp_responder_verdict_info{depth="0",url="http://ocsp.test/",verdict="good"} 1)",
      R"(ocsp_responder_response_status{depth="0",url="http://ocsp.test/",status="successful"} 1)",
      R"(ocsp_responder_response_status{depth="0",url="http://ocsp.test/",status="malformed_request"} 0)",
      R"(ocsp_responder_response_status{depth="0",url="http://ocsp.test/",status="internal_error"} 0)",
      R"(ocsp_responder_response_status{depth="0",url="http://ocsp.test/",status="try_later"} 0)",
      R"(ocsp_responder_response_status{depth="0",url="http://ocsp.test/",status="sig_required"} 0)",
      R"(ocsp_responder_response_status{depth="0",url="http://ocsp.test/",status="unauthorized"} 0)",
      R"(ocsp_responder_certificate_status{depth="0",url="http://ocsp.test/",status="good"} 1)",
      R"(ocsp_responder_certificate_status{depth="0",url="http://ocsp.test/",status="revoked"} 0)",
      R"(ocsp_responder_certificate_status{depth="0",url="http://ocsp.test/",status="unknown"} 0)",
      R"(ocsp_responder_this_update_timestamp_seconds{depth="0",url="http://ocsp.test/"} 1795086000)",
      R"(ocsp_responder_next_update_timestamp_seconds{depth="0",url="http://ocsp.test/"} 1795687200)",
      R"(ocsp_responder_cache_age_seconds{depth="0",url="http://ocsp.test/"} 900)",
      R"(ocsp_crl_up{depth="0",url="http://crl.test/"} 1)",
      R"(ocsp_crl_http_status_code{depth="0",url="http://crl.test/"} 200)",
      R"(ocsp_crl_verdict_info{depth="0",url="http://crl.test/",verdict="not_revoked"} 1)",
      R"(ocsp_crl_certificate_revoked{depth="0",url="http://crl.test/"} 0)",
      R"(ocsp_crl_this_update_timestamp_seconds{depth="0",url="http://crl.test/"} 1795161600)",
      R"(ocsp_crl_next_update_timestamp_seconds{depth="0",url="http://crl.test/"} 1795766400)",
      R"(ocsp_crl_cache_age_seconds{depth="0",url="http://crl.test/"} 1800)",
      R"(ocsp_revocation_agreement{depth="0"} 1)",
  };
  EXPECT_EQ(SeriesOf(PageOf(CrossCheckedProbe())), expected);
}

struct Row {
  const char* name;
  std::function<void(CrossCheck&)> change;
  std::vector<std::string> present = {};  // whole lines
  std::vector<std::string> absent = {};   // beginnings of lines
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

const Row kRows[] = {
    {.name = "NobodyWasAsked",
     .change = [](CrossCheck& check) { check = {.chain_unverified = true}; },
     .absent = {"ocsp_responder_", "ocsp_crl_", "ocsp_revocation_", "ocsp_staple_lag"}},
    {.name = "NoAnswerSaysNothingButWhy",
     .change =
         [](CrossCheck& check) {
           CaExchange exchange{.depth = 0, .url = "http://ocsp.test/"};
           exchange.failure = Failure{Phase::kResponder, Reason::kRefused, "ocsp.test"};
           check = {.responders = {{.exchange = exchange}}, .schemes = {{.depth = 0}}};
         },
     .present =
         {R"(ocsp_responder_up{depth="0",url="http://ocsp.test/"} 0)",
          R"(ocsp_responder_failure_info{depth="0",url="http://ocsp.test/",reason="refused"} 1)"},
     .absent = {"ocsp_responder_duration", "ocsp_responder_http", "ocsp_responder_verdict",
                "ocsp_responder_response", "ocsp_responder_certificate", "ocsp_responder_this",
                "ocsp_responder_next", "ocsp_responder_cache", "ocsp_revocation_",
                "ocsp_staple_lag", "ocsp_crl_"}},
    {.name = "AnotherHttpStatus",
     .change =
         [](CrossCheck& check) {
           CrlReport& crl = check.crls[0];
           crl.exchange.up = false;
           crl.exchange.http_status = 404;
           crl.exchange.failure = Failure{Phase::kCrl, Reason::kHttpStatus, ""};
           crl.exchange.cache_age.reset();
           crl.judgement.reset();
         },
     .present =
         {R"(ocsp_crl_up{depth="0",url="http://crl.test/"} 0)",
          R"(ocsp_crl_http_status_code{depth="0",url="http://crl.test/"} 404)",
          R"(ocsp_crl_failure_info{depth="0",url="http://crl.test/",reason="http_status"} 1)"},
     .absent = {"ocsp_crl_verdict", "ocsp_crl_certificate", "ocsp_crl_this", "ocsp_crl_next",
                "ocsp_crl_cache"}},
    {.name = "AnOlderAnswerIsHeldWhileTheResponderIsDown",
     .change =
         [](CrossCheck& check) {
           CaExchange& exchange = check.responders[0].exchange;
           exchange.up = false;
           exchange.failure = Failure{Phase::kResponder, Reason::kTimeout, ""};
           exchange.http_status.reset();
           exchange.cache_age = 2h;
         },
     .present =
         {R"(ocsp_responder_up{depth="0",url="http://ocsp.test/"} 0)",
          R"(ocsp_responder_verdict_info{depth="0",url="http://ocsp.test/",verdict="good"} 1)",
          R"(ocsp_responder_cache_age_seconds{depth="0",url="http://ocsp.test/"} 7200)"},
     .absent = {"ocsp_responder_http"}},
    {.name = "WhatAForgerWroteHasNoStatus",
     .change =
         [](CrossCheck& check) {
           check.responders[0].judgement->verdict = Verdict::kBadSignature;
           check.responders[0].judgement->valid = false;
           check.responders[0].judgement->certificate_status.reset();
           check.crls[0].judgement->verdict = CrlVerdict::kBadSignature;
           check.crls[0].judgement->valid = false;
           check.crls[0].judgement->revoked.reset();
           check.schemes[0].responder.reset();
           check.schemes[0].crl.reset();
           check.schemes[0].staple_lag.reset();
         },
     .present =
         {R"(ocsp_responder_up{depth="0",url="http://ocsp.test/"} 1)",
          R"(ocsp_responder_verdict_info{depth="0",url="http://ocsp.test/",verdict="bad_signature"} 1)",
          R"(ocsp_crl_verdict_info{depth="0",url="http://crl.test/",verdict="bad_signature"} 1)"},
     .absent = {"ocsp_responder_certificate_status", "ocsp_crl_certificate_revoked",
                "ocsp_revocation_", "ocsp_staple_lag"}},
    {.name = "TryLater",
     .change =
         [](CrossCheck& check) {
           Judgement& judgement = *check.responders[0].judgement;
           judgement = OnlyVerdict(Verdict::kResponderError);
           judgement.response_status = ResponseStatus::kTryLater;
         },
     .present =
         {R"(ocsp_responder_verdict_info{depth="0",url="http://ocsp.test/",verdict="responder_error"} 1)",
          R"(ocsp_responder_response_status{depth="0",url="http://ocsp.test/",status="try_later"} 1)",
          R"(ocsp_responder_response_status{depth="0",url="http://ocsp.test/",status="successful"} 0)"},
     .absent = {"ocsp_responder_certificate_status", "ocsp_responder_this", "ocsp_responder_next"}},
    {.name = "RevokedHereButGoodThere",
     .change =
         [](CrossCheck& check) {
           check.crls[0].judgement->verdict = CrlVerdict::kRevoked;
           check.crls[0].judgement->revoked = true;
           check.schemes[0].crl = RevocationStatus::kRevoked;
         },
     .present = {R"(ocsp_crl_certificate_revoked{depth="0",url="http://crl.test/"} 1)",
                 R"(ocsp_crl_verdict_info{depth="0",url="http://crl.test/",verdict="revoked"} 1)",
                 R"(ocsp_revocation_agreement{depth="0"} 0)"}},
    {.name = "UnknownIsNotNotRevoked",
     .change = [](CrossCheck& check) { check.schemes[0].responder = RevocationStatus::kUnknown; },
     .present = {R"(ocsp_revocation_agreement{depth="0"} 0)"}},
    {.name = "OneSchemeAloneAgreesWithNobody",
     .change = [](CrossCheck& check) { check.schemes = {{.staple = RevocationStatus::kGood}}; },
     .absent = {"ocsp_revocation_", "ocsp_staple_lag"}},
    {.name = "AListWithoutNextUpdate",
     .change = [](CrossCheck& check) { check.crls[0].judgement->next_update.reset(); },
     .absent = {"ocsp_crl_next_update"}},
    {.name = "TheIntermediateHasSeriesOfItsOwn",
     .change =
         [](CrossCheck& check) {
           check.crls.push_back(check.crls[0]);
           check.crls[1].exchange.depth = 1;
           check.schemes.push_back({.depth = 1, .crl = RevocationStatus::kGood});
         },
     .present = {R"(ocsp_crl_up{depth="0",url="http://crl.test/"} 1)",
                 R"(ocsp_crl_up{depth="1",url="http://crl.test/"} 1)"},
     .absent = {R"(ocsp_revocation_agreement{depth="1")"}},
    {.name = "EachUrlThatWasTried",
     .change =
         [](CrossCheck& check) {
           check.responders.push_back(GoodResponder());
           check.responders[0].exchange.url = "ldap://ca.test/";
           check.responders[0].exchange.up = false;
           check.responders[0].exchange.failure =
               Failure{Phase::kResponder, Reason::kBadUrl, "not http"};
           check.responders[0].judgement.reset();
         },
     .present =
         {R"(ocsp_responder_up{depth="0",url="ldap://ca.test/"} 0)",
          R"(ocsp_responder_failure_info{depth="0",url="ldap://ca.test/",reason="bad_url"} 1)",
          R"(ocsp_responder_up{depth="0",url="http://ocsp.test/"} 1)"}},
    {.name = "StrangersTextInAUrl",
     .change =
         [](CrossCheck& check) { check.crls[0].exchange.url = "http://crl.test/\"a\\b\"\n\xFF"; },
     .present = {"ocsp_crl_up{depth=\"0\",url=\"http://crl.test/\\\"a\\\\b\\\""
                 "\xEF\xBF\xBD\xEF\xBF\xBD\"} 1"}},
};

class CrossCheckMetricsRowTest : public ::testing::TestWithParam<Row> {
 protected:
  static std::string Page() {
    ProbeResult result = CrossCheckedProbe();
    GetParam().change(*result.connections[0].cross_check);
    return PageOf(result);
  }
};

TEST_P(CrossCheckMetricsRowTest, ExportsWhatThereIsAndNothingElse) {
  const std::string page = Page();
  const auto series = SeriesOf(page);
  for (const std::string& line : GetParam().present) {
    EXPECT_EQ(std::count(series.begin(), series.end(), line), 1) << line << "\nin\n" << page;
  }
  for (const std::string& beginning : GetParam().absent) {
    EXPECT_TRUE(std::none_of(series.begin(), series.end(),
                             [&](const std::string& line) { return line.starts_with(beginning); }))
        << beginning << "\nin\n"
        << page;
  }
}

TEST_P(CrossCheckMetricsRowTest, HasNoSeriesTwice) {
  std::set<std::string> names;
  for (const std::string& line : SeriesOf(Page())) {
    EXPECT_TRUE(names.insert(line.substr(0, line.rfind(' '))).second) << line;
  }
}

TEST_P(CrossCheckMetricsRowTest, NeverTouchesTheProbesSuccess) {
  EXPECT_NE(Page().find("\nprobe_success 1\n"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(All, CrossCheckMetricsRowTest, ::testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(CrossCheckMetricsTest, NoneWithoutACrossCheck) {
  EXPECT_EQ(SeriesOf(PageOf(HealthyProbe())), std::vector<std::string>{});
}

TEST(CrossCheckMetricsTest, ACombinationHasItsOwn) {
  ProbeResult result = CrossCheckedProbe();
  result.varied = true;
  result.connections[0].combination.address = true;
  const auto series = SeriesOf(PageOf(result));
  EXPECT_EQ(std::count(series.begin(), series.end(),
                       R"(ocsp_revocation_agreement{address="192.0.2.1",depth="0"} 1)"),
            1);
}

TEST(CrossCheckMetricsTest, PromtoolFindsNothingWrong) {
  ProbeResult result = CrossCheckedProbe();
  CrossCheck& check = *result.connections[0].cross_check;
  check.responders[0].exchange.failure = Failure{Phase::kResponder, Reason::kTimeout, ""};
  check.crls[0].exchange.failure = Failure{Phase::kCrl, Reason::kTimeout, ""};
  const auto checked = stapling::testing::RunProcess(
      {.arguments = {"promtool", "check", "metrics"}, .input = PageOf(result)});
  ASSERT_TRUE(checked) << checked.error();
  EXPECT_EQ(checked->exit_status, 0) << checked->output << checked->errors;
  EXPECT_EQ(checked->output + checked->errors, "");
}

}  // namespace
}  // namespace stapling::exporter
