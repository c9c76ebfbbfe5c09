#include "exporter/self_metrics.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "exporter/version.h"
#include "tests/support/process.h"

namespace stapling::exporter {
namespace {

using std::chrono::duration;

bool HasLine(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST(SelfMetrics, EveryClosedLabelSetStartsAtZero) {
  SelfMetrics metrics;
  metrics.SetModules({"tls", "other"});
  const std::string text = metrics.Text();
  for (const std::string line : {
           R"(ocsp_stapling_exporter_probes_total{module="tls",result="success"} 0)",
           R"(ocsp_stapling_exporter_probes_total{module="tls",result="failure"} 0)",
           R"(ocsp_stapling_exporter_probes_total{module="other",result="success"} 0)",
           R"(ocsp_stapling_exporter_probes_total{module="other",result="failure"} 0)",
           R"(ocsp_stapling_exporter_probe_duration_seconds_count{module="tls"} 0)",
           R"(ocsp_stapling_exporter_probes_in_flight 0)",
           R"(ocsp_stapling_exporter_probes_rejected_total{reason="denied"} 0)",
           R"(ocsp_stapling_exporter_probes_rejected_total{reason="busy"} 0)",
           R"(ocsp_stapling_exporter_probes_rejected_total{reason="bad_target"} 0)",
           R"(ocsp_stapling_exporter_probes_rejected_total{reason="unknown_module"} 0)",
           R"(ocsp_stapling_exporter_probes_rejected_total{reason="bad_timeout"} 0)",
       }) {
    EXPECT_TRUE(HasLine(text, line)) << line;
  }
}

TEST(SelfMetrics, ProbesAreCountedByModuleAndResult) {
  SelfMetrics metrics;
  metrics.SetModules({"tls", "other"});
  metrics.ProbeStarted();
  metrics.ProbeStarted();
  metrics.ProbeStarted();
  metrics.ProbeEnded("tls", true, duration<double>(0.005));
  metrics.ProbeEnded("tls", false, duration<double>(7));
  const std::string text = metrics.Text();
  for (const std::string line : {
           R"(ocsp_stapling_exporter_probes_total{module="tls",result="success"} 1)",
           R"(ocsp_stapling_exporter_probes_total{module="tls",result="failure"} 1)",
           R"(ocsp_stapling_exporter_probes_total{module="other",result="success"} 0)",
           R"(ocsp_stapling_exporter_probe_duration_seconds_bucket{module="tls",le="0.005"} 1)",
           R"(ocsp_stapling_exporter_probe_duration_seconds_bucket{module="tls",le="5"} 1)",
           R"(ocsp_stapling_exporter_probe_duration_seconds_bucket{module="tls",le="10"} 2)",
           R"(ocsp_stapling_exporter_probe_duration_seconds_bucket{module="tls",le="+Inf"} 2)",
           R"(ocsp_stapling_exporter_probes_in_flight 1)",
       }) {
    EXPECT_TRUE(HasLine(text, line)) << line << "\n" << text;
  }
}

TEST(SelfMetrics, ModulesThatAreGoneHaveNoSeries) {
  SelfMetrics metrics;
  metrics.SetModules({"old", "kept"});
  metrics.ProbeStarted();
  metrics.ProbeEnded("kept", true, duration<double>(1));
  metrics.ProbeStarted();
  metrics.SetModules({"kept", "new"});
  metrics.ProbeEnded("old", true, duration<double>(1));  // it was still running
  const std::string text = metrics.Text();
  EXPECT_EQ(text.find("\"old\""), std::string::npos);
  EXPECT_TRUE(
      HasLine(text, R"(ocsp_stapling_exporter_probes_total{module="kept",result="success"} 1)"));
  EXPECT_TRUE(
      HasLine(text, R"(ocsp_stapling_exporter_probes_total{module="new",result="success"} 0)"));
  EXPECT_TRUE(HasLine(text, "ocsp_stapling_exporter_probes_in_flight 0"));
}

TEST(SelfMetrics, RejectionsAreCountedByReason) {
  SelfMetrics metrics;
  metrics.CountRejection(Rejection::kUnknownModule);
  metrics.CountRejection(Rejection::kUnknownModule);
  const std::string text = metrics.Text();
  EXPECT_TRUE(
      HasLine(text, R"(ocsp_stapling_exporter_probes_rejected_total{reason="unknown_module"} 2)"));
  EXPECT_TRUE(HasLine(text, R"(ocsp_stapling_exporter_probes_rejected_total{reason="busy"} 0)"));
}

TEST(SelfMetrics, AFailedReloadKeepsTheTimeOfTheLastGoodOne) {
  SelfMetrics metrics;
  const std::string name = "ocsp_stapling_exporter_config_last_reload_success_timestamp_seconds ";
  EXPECT_TRUE(HasLine(metrics.Text(), name + "0"));
  metrics.SetConfigReload(true);
  metrics.SetConfigReload(false);
  const std::string text = metrics.Text();
  EXPECT_TRUE(HasLine(text, "ocsp_stapling_exporter_config_last_reload_successful 0"));
  EXPECT_FALSE(HasLine(text, name + "0"));
}

TEST(SelfMetrics, SaysWhichBuildItIs) {
  EXPECT_NE(SelfMetrics().Text().find("ocsp_stapling_exporter_build_info{"), std::string::npos);
  EXPECT_NE(SelfMetrics().Text().find("version=\"" + Version() + "\""), std::string::npos);
}

TEST(SelfMetrics, HttpFiguresExistOnlyWithAServer) {
  SelfMetrics metrics;
  EXPECT_EQ(metrics.Text().find("ocsp_stapling_exporter_http_"), std::string::npos);
  metrics.SetHttpServerStats([] { return HttpServerStats{.requests = 42}; });
  EXPECT_TRUE(HasLine(metrics.Text(), "ocsp_stapling_exporter_http_requests_total 42"));
  metrics.SetHttpServerStats(nullptr);
  EXPECT_EQ(metrics.Text().find("ocsp_stapling_exporter_http_"), std::string::npos);
}

TEST(SelfMetrics, FiguresOfTheCrossCheckExistOnlyWithACacheAndStartAtZero) {
  SelfMetrics metrics;
  EXPECT_EQ(metrics.Text().find("cross_check"), std::string::npos);
  metrics.SetAnswerCacheStats([] { return AnswerCacheStats{}; });
  const std::string text = metrics.Text();
  for (const std::string line : {
           R"(ocsp_stapling_exporter_cross_check_fetches_total{scheme="ocsp",result="success"} 0)",
           R"(ocsp_stapling_exporter_cross_check_fetches_total{scheme="ocsp",result="failure"} 0)",
           R"(ocsp_stapling_exporter_cross_check_fetches_total{scheme="crl",result="success"} 0)",
           R"(ocsp_stapling_exporter_cross_check_fetches_total{scheme="crl",result="failure"} 0)",
           R"(ocsp_stapling_exporter_cross_check_cache_hits_total 0)",
           R"(ocsp_stapling_exporter_cross_check_cache_misses_total 0)",
           R"(ocsp_stapling_exporter_cross_check_cache_entries 0)",
           R"(ocsp_stapling_exporter_cross_check_cache_bytes 0)",
           R"(ocsp_stapling_exporter_cross_check_cache_oldest_seconds 0)",
       }) {
    EXPECT_TRUE(HasLine(text, line)) << line;
  }
}

TEST(SelfMetrics, FiguresOfTheCrossCheckAreThoseOfTheCache) {
  SelfMetrics metrics;
  metrics.SetAnswerCacheStats([] {
    return AnswerCacheStats{.ocsp = {.successes = 1, .failures = 2},
                            .crl = {.successes = 3, .failures = 4},
                            .hits = 5,
                            .misses = 6,
                            .entries = 7,
                            .bytes = 8,
                            .oldest = std::chrono::seconds(9)};
  });
  const std::string text = metrics.Text();
  for (const std::string line : {
           R"(ocsp_stapling_exporter_cross_check_fetches_total{scheme="ocsp",result="success"} 1)",
           R"(ocsp_stapling_exporter_cross_check_fetches_total{scheme="ocsp",result="failure"} 2)",
           R"(ocsp_stapling_exporter_cross_check_fetches_total{scheme="crl",result="success"} 3)",
           R"(ocsp_stapling_exporter_cross_check_fetches_total{scheme="crl",result="failure"} 4)",
           R"(ocsp_stapling_exporter_cross_check_cache_hits_total 5)",
           R"(ocsp_stapling_exporter_cross_check_cache_misses_total 6)",
           R"(ocsp_stapling_exporter_cross_check_cache_entries 7)",
           R"(ocsp_stapling_exporter_cross_check_cache_bytes 8)",
           R"(ocsp_stapling_exporter_cross_check_cache_oldest_seconds 9)",
       }) {
    EXPECT_TRUE(HasLine(text, line)) << line;
  }
}

TEST(SelfMetrics, FiguresOfVerificationsAreThoseOfTheCache) {
  SelfMetrics metrics;
  EXPECT_EQ(metrics.Text().find("verification_cache"), std::string::npos);
  metrics.SetVerificationCacheStats(
      [] { return FactCacheStats{.hits = 1, .misses = 2, .entries = 3, .bytes = 4}; });
  const std::string text = metrics.Text();
  for (const std::string line : {
           "ocsp_stapling_exporter_verification_cache_hits_total 1",
           "ocsp_stapling_exporter_verification_cache_misses_total 2",
           "ocsp_stapling_exporter_verification_cache_entries 3",
           "ocsp_stapling_exporter_verification_cache_bytes 4",
           "# TYPE ocsp_stapling_exporter_verification_cache_hits_total counter",
           "# TYPE ocsp_stapling_exporter_verification_cache_bytes gauge",
       }) {
    EXPECT_TRUE(HasLine(text, line)) << line;
  }
}

TEST(SelfMetrics, EveryProcessFamilyIsThere) {
  const std::string text = SelfMetrics().Text();
  for (const std::string name :
       {"process_cpu_seconds_total", "process_resident_memory_bytes",
        "process_virtual_memory_bytes", "process_open_fds", "process_max_fds",
        "process_start_time_seconds", "process_threads"}) {
    EXPECT_NE(text.find("\n" + name + " "), std::string::npos) << name;
  }
}

TEST(SelfMetrics, PromtoolFindsNothingWrong) {
  SelfMetrics metrics;
  metrics.SetModules({"tls", "a \"strange\\name\" \xC3\xA9"});
  metrics.SetHttpServerStats([] { return HttpServerStats{}; });
  metrics.SetAnswerCacheStats([] { return AnswerCacheStats{}; });
  metrics.SetVerificationCacheStats([] { return FactCacheStats{}; });
  const auto result = stapling::testing::RunProcess(
      {.arguments = {"promtool", "check", "metrics"}, .input = metrics.Text()});
  ASSERT_TRUE(result) << result.error();
  EXPECT_EQ(result->exit_status, 0) << result->output << result->errors;
  EXPECT_EQ(result->errors, "");
}

}  // namespace
}  // namespace stapling::exporter
