#include "exporter/probe_handler.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <future>
#include <string>

#include "core/net/file_descriptor.h"
#include "exporter/probe_metrics.h"
#include "tests/support/ocsp_response.h"
#include "tests/support/rude_server.h"
#include "tests/support/standard_pki.h"
#include "tests/support/target_policy_of.h"
#include "tests/support/temp_dir.h"
#include "tests/support/tls_server.h"
#include "tests/support/wait_until.h"

namespace stapling::exporter {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace stapling::testing;     // NOLINT(google-build-using-namespace)

using Query = std::vector<std::pair<std::string, std::string>>;

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

Request ProbeRequestFor(Query query, const char* timeout = nullptr) {
  Request request;
  request.method = "GET";
  request.path = "/probe";
  request.query = std::move(query);
  if (timeout != nullptr) {
    request.headers.emplace_back("X-Prometheus-Scrape-Timeout-Seconds", timeout);
  }
  return request;
}

class ProbeHandlerTest : public ::testing::Test {
 protected:
  ProbeHandlerTest()
      : now_(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())),
        pki_(now_),
        log_(open(directory_.Write("log", "").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC)),
        logger_({.level = LogLevel::kInfo, .descriptor = log_.get()}) {
    Module module;
    module.name = "tls";
    module.timeout = 5s;
    module.tls.ca_file = directory_.Write("ca.pem", pki_.root.Pem());
    Module strict = module;
    strict.name = "strict";
    strict.staple.require = StapleRequirement::kAlways;
    configuration_ = {.default_module = "tls", .modules = {module, strict}};
    SetConfiguration(configuration_);
    server_ =
        TlsServer::Start(
            {.chain = pki_.Chain(pki_.leaf),
             .staples = {BuildOcspResponse(GoodResponse(pki_.leaf, pki_.intermediate, now_))}})
            .value();
  }

  void SetConfiguration(const Configuration& configuration) {
    runtime_ = Runtime::Make(configuration).value();
    metrics_.SetModules(runtime_->ModuleNames());
  }

  ProbeHandler MakeHandler(ProbeHandlerOptions options = {}) {
    return {options, [this] { return runtime_; }, metrics_, history_, logger_};
  }

  std::chrono::sys_seconds now_;
  StandardPki pki_;
  TempDir directory_;
  FileDescriptor log_;
  Logger logger_;
  Configuration configuration_;
  std::shared_ptr<const Runtime> runtime_;
  SelfMetrics metrics_;
  History history_{10};
  std::unique_ptr<TlsServer> server_;
};

TEST_F(ProbeHandlerTest, AnswersWithMetrics) {
  auto handler = MakeHandler();
  const Response response = handler.Handle(ProbeRequestFor({{"target", server_->Target()}}));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_TRUE(Contains(response.body, "\nprobe_success 1\n")) << response.body;
  EXPECT_TRUE(Contains(response.body, "\nprobe_timeout_seconds 5\n")) << response.body;
  EXPECT_TRUE(
      Contains(response.body, "ocsp_staple_verdict_info{depth=\"0\",verdict=\"good\"} 1\n"));
  EXPECT_TRUE(
      Contains(metrics_.Text(),
               "ocsp_stapling_exporter_probes_total{module=\"tls\",result=\"success\"} 1\n"))
      << metrics_.Text();
}

TEST_F(ProbeHandlerTest, RemembersTheProbe) {
  auto handler = MakeHandler();
  const Response response = handler.Handle(ProbeRequestFor({{"target", server_->Target()}}));
  ASSERT_EQ(history_.Recent().size(), 1U);
  const HistoryEntry& entry = *history_.Recent()[0];
  EXPECT_EQ(entry.target, server_->Target());
  EXPECT_EQ(entry.module, "tls");
  EXPECT_TRUE(entry.success);
  EXPECT_EQ(entry.verdict, Verdict::kGood);
  EXPECT_FALSE(entry.failure.has_value());
  EXPECT_TRUE(entry.reason.starts_with("The CA says that the certificate is good")) << entry.reason;
  EXPECT_EQ(entry.metrics, response.body);
  EXPECT_TRUE(Contains(entry.log, "msg=\"probe started\"")) << entry.log;
}

// As `check` would say it.
TEST_F(ProbeHandlerTest, RemembersWhatToLookAtThoughTheProbeSucceeded) {
  server_->SetStaples({});
  auto handler = MakeHandler();
  EXPECT_EQ(handler.Handle(ProbeRequestFor({{"target", server_->Target()}})).status, 200);
  ASSERT_EQ(history_.Recent().size(), 1U);
  const HistoryEntry& entry = *history_.Recent()[0];
  EXPECT_TRUE(entry.success);
  EXPECT_EQ(entry.status, ExitStatus::kWarning);
  EXPECT_EQ(entry.concern, "missing");
  EXPECT_EQ(entry.verdict, Verdict::kMissing);
}

TEST_F(ProbeHandlerTest, RemembersWhyAProbeFailed) {
  server_->SetStaples({});
  auto handler = MakeHandler();
  const Response response =
      handler.Handle(ProbeRequestFor({{"target", server_->Target()}, {"module", "strict"}}));
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(Contains(response.body, "\nprobe_success 0\n"));
  EXPECT_TRUE(
      Contains(response.body, "probe_failure_info{phase=\"judge\",reason=\"staple_missing\"} 1\n"));
  ASSERT_EQ(history_.Recent().size(), 1U);
  const HistoryEntry& entry = *history_.Recent()[0];
  EXPECT_FALSE(entry.success);
  EXPECT_EQ(entry.verdict, Verdict::kMissing);
  EXPECT_EQ(entry.reason, "The server staples nothing, although the module requires it.");
  EXPECT_TRUE(Contains(metrics_.Text(), "{module=\"strict\",result=\"failure\"} 1\n"));
}

TEST_F(ProbeHandlerTest, DebugShowsLogMetricsAndModule) {
  auto handler = MakeHandler();
  const Response response =
      handler.Handle(ProbeRequestFor({{"target", server_->Target()}, {"debug", "true"}}));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "text/plain; charset=utf-8");
  const auto logs = response.body.find("Logs for the probe:\nts=");
  const auto metrics = response.body.find("\n\nMetrics that would have been returned:\n# HELP ");
  const auto module = response.body.find("\n\nModule configuration:\n");
  EXPECT_EQ(logs, 0U) << response.body;
  EXPECT_LT(logs, metrics);
  EXPECT_LT(metrics, module);
  EXPECT_NE(module, std::string::npos);
  EXPECT_TRUE(Contains(response.body.substr(module), "tls:")) << response.body.substr(module);
  EXPECT_FALSE(Contains(response.body.substr(module), "strict:"));
}

struct RefusalRow {
  const char* name;
  Query query;
  const char* timeout = nullptr;
  const char* body;
  const char* rejection;
};

const RefusalRow kRefusals[] = {
    {.name = "NoTarget",
     .query = {},
     .body = "The parameter target is missing.\n",
     .rejection = "bad_target"},
    {.name = "UnknownModule",
     .query = {{"target", "leaf.test"}, {"module", "no\npe"}},
     .body = "There is no module \"no?pe\"; the modules are tls, strict.\n",
     .rejection = "unknown_module"},
    {.name = "BadTimeout",
     .query = {{"target", "leaf.test"}},
     .timeout = "soon",
     .body = "The header X-Prometheus-Scrape-Timeout-Seconds is \"soon\", not a positive finite "
             "number of seconds.\n",
     .rejection = "bad_timeout"},
};

TEST_F(ProbeHandlerTest, RefusesWithOneSentenceAndCountsIt) {
  auto handler = MakeHandler();
  for (const RefusalRow& row : kRefusals) {
    const Request request = ProbeRequestFor(row.query, row.timeout);
    const Response response = handler.Handle(request);
    EXPECT_EQ(response.status, 400) << row.name;
    EXPECT_EQ(response.body, row.body) << row.name;
    EXPECT_EQ(handler.BusyWait(request), 0ms) << row.name;
    EXPECT_TRUE(Contains(metrics_.Text(), "ocsp_stapling_exporter_probes_rejected_total{reason=\"" +
                                              std::string(row.rejection) + "\"} 1\n"))
        << metrics_.Text();
  }
  EXPECT_TRUE(history_.Recent().empty());
}

struct DeniedRow {
  const char* name;
  const char* target;
  const char* timeout = nullptr;
  int status = 403;
  const char* body;
};

const DeniedRow kDenied[] = {
    {.name = "Name",
     .target = "WWW.Example.org.:443",
     .body = "The target \"WWW.Example.org.:443\" is denied: the rule \"*.example.org\" of "
             "targets.deny covers it.\n"},
    {.name = "Literal",
     .target = "10.1.2.3:443",
     .body =
         "The target \"10.1.2.3:443\" is denied: the rule \"10.0.0.0/8\" of targets.deny covers "
         "it.\n"},
    {.name = "Port",
     .target = "leaf.test:25",
     .body = "The target \"leaf.test:25\" is denied: no rule of targets.allow covers it.\n"},
    {.name = "BehindUrl",
     .target = "https://[::ffff:10.1.2.3]/",
     .body = "The target \"https://[::ffff:10.1.2.3]/\" is denied: the rule \"10.0.0.0/8\" of "
             "targets.deny covers it.\n"},
    {.name = "WhatIsWrongWithTheRequestComesFirst",
     .target = "10.1.2.3:443",
     .timeout = "soon",
     .status = 400,
     .body = "The header X-Prometheus-Scrape-Timeout-Seconds is \"soon\", not a positive finite "
             "number of seconds.\n"},
};

TEST_F(ProbeHandlerTest, ForbidsATargetThatIsDeniedAsWrittenAndCountsIt) {
  configuration_.targets = TargetPolicyOf({"*.example.org", "0.0.0.0/0:443", "[::/0]:443"},
                                          {"*.example.org", "10.0.0.0/8"});
  SetConfiguration(configuration_);
  auto handler = MakeHandler();
  int denied = 0;
  for (const DeniedRow& row : kDenied) {
    const Request request = ProbeRequestFor({{"target", row.target}}, row.timeout);
    const Response response = handler.Handle(request);
    EXPECT_EQ(response.status, row.status) << row.name;
    EXPECT_EQ(response.body, row.body) << row.name;
    EXPECT_EQ(handler.BusyWait(request), 0ms) << row.name;
    denied += row.status == 403 ? 1 : 0;
    EXPECT_TRUE(Contains(metrics_.Text(), "probes_rejected_total{reason=\"denied\"} " +
                                              std::to_string(denied) + "\n"))
        << row.name;
  }
  EXPECT_TRUE(history_.Recent().empty());
  EXPECT_TRUE(Contains(metrics_.Text(), "probes_total{module=\"tls\",result=\"failure\"} 0\n"));
}

TEST_F(ProbeHandlerTest, AnAddressThatIsDeniedAfterResolutionIsAFailedProbe) {
  configuration_.targets = TargetPolicyOf({}, {"127.0.0.0/8"});
  SetConfiguration(configuration_);
  auto handler = MakeHandler();
  const std::string target = "localhost:" + std::to_string(server_->port());
  const Response response = handler.Handle(ProbeRequestFor({{"target", target}}));
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(Contains(response.body, "\nprobe_success 0\n")) << response.body;
  EXPECT_TRUE(
      Contains(response.body, "\nprobe_failure_info{phase=\"resolve\",reason=\"denied\"} 1\n"));
  EXPECT_TRUE(Contains(metrics_.Text(), "probes_rejected_total{reason=\"denied\"} 1\n"));
  EXPECT_TRUE(Contains(metrics_.Text(), "probes_total{module=\"tls\",result=\"failure\"} 1\n"));
  ASSERT_EQ(history_.Recent().size(), 1U);
  EXPECT_EQ(history_.Recent()[0]->reason,
            "The target policy denies the target or every address of it (127.0.0.1: the rule "
            "\"127.0.0.0/8\" of targets.deny covers it).");
  EXPECT_EQ(server_->Accepted(), 0U);
}

TEST_F(ProbeHandlerTest, DebugShowsTheTargetPolicyInUse) {
  configuration_.targets = TargetPolicyOf({"127.0.0.1"}, {});
  SetConfiguration(configuration_);
  const Response response =
      MakeHandler().Handle(ProbeRequestFor({{"target", server_->Target()}, {"debug", "true"}}));
  EXPECT_TRUE(response.body.ends_with("\ntargets:\n  allow: [\"127.0.0.1\"]\n  deny: []\n"))
      << response.body;
}

TEST_F(ProbeHandlerTest, WithoutADefaultAModuleMustBeNamed) {
  configuration_.default_module.clear();
  SetConfiguration(configuration_);
  auto handler = MakeHandler();
  EXPECT_EQ(handler.Handle(ProbeRequestFor({{"target", "leaf.test"}})).body,
            "No module is named and there is no default; the modules are tls, strict.\n");
}

TEST_F(ProbeHandlerTest, ProbeOfASilentServerEndsInTime) {
  const auto silent = RudeServer::Start(Silent()).value();
  auto handler = MakeHandler();
  const auto start = std::chrono::steady_clock::now();
  const Response response = handler.Handle(ProbeRequestFor({{"target", silent->Target()}}, "0.75"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(Contains(response.body, "\nprobe_timeout_seconds 0.25\n")) << response.body;
  EXPECT_TRUE(
      Contains(response.body, "probe_failure_info{phase=\"handshake\",reason=\"timeout\"} 1\n"));
}

TEST_F(ProbeHandlerTest, BusyWaitIsHalfTheDeadline) {
  const auto handler = MakeHandler();
  EXPECT_EQ(handler.BusyWait(ProbeRequestFor({{"target", "leaf.test"}})), 2500ms);
  EXPECT_EQ(handler.BusyWait(ProbeRequestFor({{"target", "leaf.test"}}, "2.5")), 1000ms);
}

TEST_F(ProbeHandlerTest, TheWaitForItsTurnCountsAgainstTheDeadline) {
  const auto silent = RudeServer::Start(Silent()).value();
  auto handler = MakeHandler();
  Request request = ProbeRequestFor({{"target", silent->Target()}}, "5.5");
  request.received -= 4900ms;  // of 5 seconds
  const auto start = std::chrono::steady_clock::now();
  const Response response = handler.Handle(request);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
  EXPECT_TRUE(
      Contains(response.body, "probe_failure_info{phase=\"handshake\",reason=\"timeout\"} 1\n"))
      << response.body;
}

TEST_F(ProbeHandlerTest, LogsTheLinesOfAProbeAtTheChosenLevel) {
  const std::string target = server_->Target();
  const Request request = ProbeRequestFor({{"target", target}});
  EXPECT_EQ(MakeHandler({.log_prober = LogLevel::kDebug}).Handle(request).status, 200);
  EXPECT_EQ(directory_.Read("log"), "");
  EXPECT_EQ(MakeHandler({.log_prober = LogLevel::kWarn}).Handle(request).status, 200);
  EXPECT_TRUE(WaitUntil([&] {
    const std::string log = directory_.Read("log");
    return Contains(log, "level=warn msg=\"probe started\" module=tls target=" + target) &&
           Contains(log, "msg=\"probe ended\"");
  })) << directory_.Read("log");
}

}  // namespace
}  // namespace stapling::exporter
