// From a bad staple to the message about it, and back: nginx, the exporter, Prometheus with our
// rules, Alertmanager with our configuration and whoever is told, all of them real.
#include <gtest/gtest.h>

#include <signal.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/e2e/alertmanager_server.h"
#include "tests/e2e/prometheus_server.h"
#include "tests/e2e/shown_text.h"
#include "tests/e2e/webhook_receiver.h"
#include "tests/integration/exporter.h"
#include "tests/integration/real_server.h"
#include "tests/integration/site.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

constexpr auto kPatience = std::chrono::seconds(60);

// What is told of one alert.
struct Message {
  std::string status = "firing";
  std::string alertname;
  std::string instance;
  std::string module = {};
  std::string severity = "critical";
  std::string in_description = {};  // the verdict, or the reason
};

bool Says(const ToldAlert& alert, const Message& message) {
  return alert.status == message.status && alert.Label("alertname") == message.alertname &&
         alert.Label("instance") == message.instance && alert.Label("module") == message.module &&
         alert.Label("severity") == message.severity &&
         alert.annotations.at("description").find(message.in_description) != std::string::npos;
}

std::string Describe(const std::vector<ToldAlert>& told) {
  std::string text;
  for (const ToldAlert& alert : told) {
    text += alert.status + ' ' + ::testing::PrintToString(alert.labels) + ' ' +
            alert.annotations.at("description") + '\n';
  }
  return text;
}

class Alerting : public ::testing::Test {
 protected:
  void SetUp() override {
    StapleNow(site_.Good());
    ASSERT_NO_FATAL_FAILURE(StartProbed());
    receiver_ = WebhookReceiver::Start();
    ASSERT_NE(receiver_, nullptr);
    ASSERT_NO_FATAL_FAILURE(StartAlertmanager());
    ASSERT_NO_FATAL_FAILURE(StartPrometheus());
  }

  void StartProbed();
  void StartAlertmanager();
  void StartPrometheus();

  // From now on nginx staples this.
  void StapleNow(const OcspResponseSpec& response) {
    site_.WriteBytes("staple.der", BuildOcspResponse(response));
    if (nginx_) nginx_->process().Signal(SIGHUP);
  }

  // Waits for the message; the first `already_told` that came do not count.
  void ExpectTold(const Message& message, std::size_t already_told = 0) const;

  // Waits until Alertmanager holds such an alert back, for another one is its cause.
  void ExpectInhibited(const std::string& alertname, const std::string& module) const;

  const Site site_;
  std::unique_ptr<RealServer> nginx_;
  std::unique_ptr<Exporter> exporter_;
  std::unique_ptr<WebhookReceiver> receiver_;
  std::unique_ptr<AlertmanagerServer> alertmanager_;
  std::unique_ptr<PrometheusServer> prometheus_;
  std::string target_;            // nginx, as Prometheus knows it
  std::string exporter_address_;  // the same of the exporter
};

// The good staple is an hour old: one module minds, the other does not.
void Alerting::StartProbed() {
  auto nginx = StartNginxThatReloads(site_, site_.Path("staple.der"));
  ASSERT_TRUE(nginx.ok()) << nginx.error();
  nginx_ = std::move(nginx).value();
  target_ = nginx_->Target();
  const std::string trust = "tls_config: {ca_file: \"" + site_.CaFile() + "\"}";
  auto exporter = Exporter::Start("modules:\n  tls: {" + trust + "}\n  fresh: {" + trust +
                                  ", staple: {max_age: 30m}}\n");
  ASSERT_TRUE(exporter.ok()) << exporter.error();
  exporter_ = std::move(exporter).value();
  exporter_address_ = "127.0.0.1:" + std::to_string(exporter_->port());
}

void Alerting::StartAlertmanager() {
  std::string configuration = ReadShown("deploy/alertmanager/alertmanager.yml");
  ReplaceAll(configuration, "http://127.0.0.1:9095", receiver_->Url());
  SetEach(configuration, "group_wait", "1s");
  SetEach(configuration, "group_interval", "1s");
  alertmanager_ = AlertmanagerServer::Start(configuration);
  ASSERT_NE(alertmanager_, nullptr);
}

void Alerting::StartPrometheus() {
  std::string rules = ReadShown("deploy/prometheus/ocsp_stapling.rules.yml");
  MakeMinutesSeconds(rules);
  SetEach(rules, "interval", "1s");
  std::string configuration = ReadShown("deploy/prometheus/prometheus.yml");
  for (const char* key : {"scrape_interval", "scrape_timeout", "evaluation_interval"}) {
    SetEach(configuration, key, "1s");
  }
  ReplaceAll(configuration, "  - ocsp_stapling.rules.yml",
             "  - " + site_.directory().Write("rules.yml", rules));
  ReplaceAll(configuration, "127.0.0.1:9093", "127.0.0.1:" + std::to_string(alertmanager_->port()));
  ReplaceAll(configuration, kShownExporter, exporter_address_);
  ReplaceAll(configuration, "www.example.org:443", target_);
  ReplaceAll(configuration, "          __param_module: tls\n",
             "          __param_module: tls\n      - targets: [" + target_ +
                 "]\n        labels: {__param_module: fresh}\n");
  prometheus_ = PrometheusServer::Start(configuration);
  ASSERT_NE(prometheus_, nullptr);
}

void Alerting::ExpectTold(const Message& message, std::size_t already_told) const {
  std::vector<ToldAlert> told;
  const auto came = [&] {
    told = receiver_->Told();
    return std::any_of(told.begin() + static_cast<std::ptrdiff_t>(already_told), told.end(),
                       [&](const ToldAlert& alert) { return Says(alert, message); });
  };
  EXPECT_TRUE(WaitUntil(came, kPatience))
      << "nobody was told: " << message.status << ' ' << message.alertname << ' '
      << message.instance << ' ' << message.module << ' ' << message.in_description << "\nbut\n"
      << Describe(told);
}

void Alerting::ExpectInhibited(const std::string& alertname, const std::string& module) const {
  std::vector<AlertLabels> inhibited;
  const auto is_inhibited = [&] {
    inhibited = alertmanager_->Inhibited();
    return std::ranges::any_of(inhibited, [&](const AlertLabels& labels) {
      return labels.at("alertname") == alertname && labels.at("module") == module;
    });
  };
  EXPECT_TRUE(WaitUntil(is_inhibited, kPatience))
      << alertname << ' ' << module << " is not inhibited, but "
      << ::testing::PrintToString(inhibited);
}

TEST_F(Alerting, TellsOfABadStapleAndOfItsMend) {
  Message by_tls{.alertname = "OcspStapleInvalid",
                 .instance = target_,
                 .module = "tls",
                 .in_description = "Verdict: expired"};
  Message by_fresh = by_tls;
  by_fresh.module = "fresh";
  by_fresh.in_description = "Verdict: too_old";

  // One target, two modules, two verdicts, one alert.
  ExpectTold(by_fresh);
  std::map<std::string, std::string> verdicts;
  for (const Series& series : prometheus_->Query("ocsp_staple_verdict_info{depth=\"0\"} == 1")) {
    verdicts[series.labels.at("module")] = series.labels.at("verdict");
  }
  EXPECT_EQ(verdicts, (std::map<std::string, std::string>{{"fresh", "too_old"}, {"tls", "good"}}));
  for (const ToldAlert& alert : receiver_->Told()) EXPECT_NE(alert.Label("module"), "tls");

  StapleNow(site_.Expired());
  ExpectTold(by_tls);
  // The other one goes on: two alerts on one target.
  std::multiset<std::string> modules;
  for (const AlertLabels& labels : alertmanager_->Alerts(/*with_inhibited=*/false)) {
    EXPECT_EQ(labels.at("alertname"), "OcspStapleInvalid");
    modules.insert(labels.at("module"));
  }
  EXPECT_EQ(modules, (std::multiset<std::string>{"fresh", "tls"}));

  const std::size_t already_told = receiver_->Told().size();
  OcspResponseSpec renewed = site_.Good();
  renewed.produced_at = renewed.responses[0].this_update = site_.now;
  StapleNow(renewed);
  by_tls.status = by_fresh.status = "resolved";
  by_tls.in_description = by_fresh.in_description = "";
  ExpectTold(by_tls, already_told);
  ExpectTold(by_fresh, already_told);
}

TEST_F(Alerting, TellsTheCauseAndKeepsItsSymptomsQuiet) {
  const Message bad_staple{.alertname = "OcspStapleInvalid", .instance = target_, .module = "tls"};
  StapleNow(site_.Expired());
  ExpectTold(bad_staple);

  nginx_.reset();
  ExpectInhibited("OcspStapleInvalid", "tls");
  ExpectTold({.alertname = "OcspProbeFailing",
              .instance = target_,
              .module = "tls",
              .in_description = "Reason: refused"});

  exporter_.reset();
  ExpectInhibited("OcspProbeFailing", "tls");
  ExpectInhibited("OcspProbeScrapeFailing", "tls");
  ExpectTold({.alertname = "OcspExporterDown",
              .instance = exporter_address_,
              .in_description = exporter_address_});
}

}  // namespace
}  // namespace stapling::testing
