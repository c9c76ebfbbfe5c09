// `check` and `verify` as processes: what they print and how they exit.

#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/integration/exporter.h"
#include "tests/integration/samples.h"
#include "tests/integration/site.h"
#include "tests/support/free_port.h"
#include "tests/support/tls_server.h"

namespace stapling::testing {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

std::set<std::string> KeysOf(const json& object) {
  std::set<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.insert(key);
  return keys;
}

const std::set<std::string> kStapleKeys = {"depth",
                                           "present",
                                           "required",
                                           "expected",
                                           "verdict",
                                           "valid",
                                           "serial",
                                           "response_status",
                                           "certificate_status",
                                           "signer",
                                           "this_update",
                                           "next_update",
                                           "produced_at",
                                           "effective_expiry",
                                           "remaining_seconds",
                                           "revoked_at",
                                           "checks",
                                           "revocation_reason",
                                           "reason",
                                           "remedy"};

const std::set<std::string> kCheckNames = {
    "well_formed",         "response_successful", "issuer_known",      "certificate_match",
    "critical_extensions", "signature",           "signer_authorized", "signer_current",
    "produced_at",         "this_update",         "next_update",       "max_age"};

// The arguments of `check` for one target under a configuration that trusts the site's root.
std::vector<std::string> CheckArguments(const Site& site, const std::string& target,
                                        const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments = {
      "check", target,
      "--config.file=" + site.directory().Write("check.yml", ModuleTrusting(site.CaFile()))};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

enum class Stapled { kNothing, kGood, kNearItsEnd, kExpired, kRevoked, kUnknown, kForged };

std::optional<Bytes> StapleOf(const Site& site, Stapled stapled) {
  OcspResponseSpec spec = site.Good();
  SingleResponseSpec& single = spec.responses[0];
  switch (stapled) {
    case Stapled::kNothing:
      return std::nullopt;
    case Stapled::kGood:
      break;
    case Stapled::kNearItsEnd:  // nine tenths of ten days
      single.this_update = spec.produced_at = site.now - std::chrono::hours(216);
      single.next_update = site.now + std::chrono::hours(24);
      break;
    case Stapled::kExpired:
      return BuildOcspResponse(site.Expired());
    case Stapled::kRevoked:
      return BuildOcspResponse(site.Revoked());
    case Stapled::kUnknown:
      single.status = CertStatus::kUnknown;
      break;
    case Stapled::kForged:
      spec.signer = &site.pki.impostor_intermediate;
      break;
  }
  return BuildOcspResponse(spec);
}

struct CheckCase {
  const char* name;
  Site::Leaf leaf = Site::Leaf::kPlain;
  Stapled stapled = Stapled::kNothing;
  int exit_status;
  const char* verdict;
  const char* failure = "";  // phase/reason
};

void PrintTo(const CheckCase& row, std::ostream* out) { *out << row.name; }

class CheckTest : public ::testing::TestWithParam<CheckCase> {};

TEST_P(CheckTest, ExitsAsMonitoringPluginsDo) {
  const CheckCase& row = GetParam();
  const Site site(row.leaf);
  const auto server =
      TlsServer::Start({.chain = site.Chain(), .staples = {StapleOf(site, row.stapled)}});
  ASSERT_TRUE(server) << server.error();
  const ProcessResult result =
      RunExporter(CheckArguments(site, (*server)->Target(), {"--format=json"}));
  EXPECT_EQ(result.exit_status, row.exit_status) << result.output;
  EXPECT_EQ(result.errors, "");

  const json report = json::parse(result.output, nullptr, false);
  ASSERT_TRUE(report.is_object()) << result.output;
  EXPECT_EQ(KeysOf(report),
            (std::set<std::string>{"target", "hostname", "module", "success", "exit_status",
                                   "failure", "combinations_skipped", "probes"}));
  EXPECT_EQ(report["target"], (*server)->Target());
  EXPECT_EQ(report["module"], "test");
  EXPECT_EQ(report["exit_status"], row.exit_status);
  EXPECT_EQ(report["success"], std::string(row.failure).empty());
  const json& failure = report["failure"];
  EXPECT_EQ(failure.is_null()
                ? std::string()
                : std::string(failure["phase"]) + "/" + std::string(failure["reason"]),
            row.failure);
  ASSERT_EQ(report["probes"].size(), 1);
  const json& probe = report["probes"][0];
  EXPECT_EQ(
      KeysOf(probe),
      (std::set<std::string>{"address", "tls_version", "key_type", "chain_valid", "hostname_valid",
                             "failure", "unsupported", "attempts", "attempts_stapled",
                             "distinct_staples", "cross_check", "timings", "staples"}));
  EXPECT_EQ(probe["address"], "127.0.0.1");
  EXPECT_EQ(probe["tls_version"], "TLS 1.3");
  EXPECT_EQ(probe["key_type"], "ecdsa");
  EXPECT_EQ(probe["chain_valid"], true);
  EXPECT_EQ(probe["hostname_valid"], true);
  const json& staple = probe["staples"][0];
  EXPECT_EQ(KeysOf(staple), kStapleKeys);
  EXPECT_EQ(KeysOf(staple["checks"]), kCheckNames);
  EXPECT_EQ(staple["depth"], 0);
  EXPECT_EQ(staple["present"], row.stapled != Stapled::kNothing);
  EXPECT_EQ(staple["verdict"], row.verdict);
  EXPECT_TRUE(staple["reason"].is_string());
}

INSTANTIATE_TEST_SUITE_P(
    Staples, CheckTest,
    ::testing::ValuesIn(std::vector<CheckCase>{
        {.name = "Good", .stapled = Stapled::kGood, .exit_status = 0, .verdict = "good"},
        {.name = "MissingAndNotExpected",
         .leaf = Site::Leaf::kWithoutResponder,
         .exit_status = 0,
         .verdict = "missing"},
        {.name = "MissingThoughExpected", .exit_status = 1, .verdict = "missing"},
        {.name = "NearItsEnd",
         .stapled = Stapled::kNearItsEnd,
         .exit_status = 1,
         .verdict = "good"},
        {.name = "MissingThoughRequired",
         .leaf = Site::Leaf::kMustStaple,
         .exit_status = 2,
         .verdict = "missing",
         .failure = "judge/staple_missing"},
        {.name = "Expired",
         .stapled = Stapled::kExpired,
         .exit_status = 2,
         .verdict = "expired",
         .failure = "judge/staple_invalid"},
        {.name = "Revoked",
         .stapled = Stapled::kRevoked,
         .exit_status = 2,
         .verdict = "revoked",
         .failure = "judge/revoked"},
        {.name = "Unknown",
         .stapled = Stapled::kUnknown,
         .exit_status = 2,
         .verdict = "unknown",
         .failure = "judge/unknown"},
        {.name = "Forged",
         .stapled = Stapled::kForged,
         .exit_status = 2,
         .verdict = "bad_signature",
         .failure = "judge/staple_invalid"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Check, AbsentValuesAreNull) {
  const Site site;
  const auto server = TlsServer::Start({.chain = site.Chain()});
  ASSERT_TRUE(server) << server.error();
  const ProcessResult result =
      RunExporter(CheckArguments(site, (*server)->Target(), {"--format=json"}));
  const json staple = json::parse(result.output)["probes"][0]["staples"][0];
  for (const char* key : {"valid", "response_status", "certificate_status", "serial", "signer",
                          "this_update", "next_update", "produced_at", "effective_expiry",
                          "remaining_seconds", "revoked_at", "revocation_reason"}) {
    EXPECT_TRUE(staple[key].is_null()) << key << ": " << staple[key];
  }
  for (const auto& [name, passed] : staple["checks"].items()) EXPECT_TRUE(passed.is_null()) << name;
}

TEST(Check, TimesAreRfc3339InUtc) {
  const Site site;
  OcspResponseSpec spec = site.Revoked();
  spec.responses[0].revoked_at = std::chrono::sys_days(2026y / 1 / 2) + 3h + 4min + 5s;
  const auto server =
      TlsServer::Start({.chain = site.Chain(), .staples = {BuildOcspResponse(spec)}});
  ASSERT_TRUE(server) << server.error();
  const ProcessResult result =
      RunExporter(CheckArguments(site, (*server)->Target(), {"--format=json"}));
  const json staple = json::parse(result.output)["probes"][0]["staples"][0];
  EXPECT_EQ(staple["revoked_at"], "2026-01-02T03:04:05Z");
  EXPECT_EQ(staple["revocation_reason"], "key_compromise");
  EXPECT_EQ(staple["valid"], true);
}

TEST(Check, RefusedConnectionIsAFailedProbe) {
  const Site site;
  const std::string target = "127.0.0.1:" + std::to_string(FreePort());
  const ProcessResult result = RunExporter(CheckArguments(site, target, {"--format=json"}));
  EXPECT_EQ(result.exit_status, 2);
  const json report = json::parse(result.output);
  EXPECT_EQ(report["failure"]["phase"], "connect");
  EXPECT_EQ(report["failure"]["reason"], "refused");
  EXPECT_TRUE(report["probes"][0]["chain_valid"].is_null());
  EXPECT_TRUE(report["probes"][0]["staples"].empty());
}

TEST(Check, TextSaysFirstWhatIsWrong) {
  const Site site;
  const auto server =
      TlsServer::Start({.chain = site.Chain(), .staples = {BuildOcspResponse(site.Expired())}});
  ASSERT_TRUE(server) << server.error();
  const ProcessResult result = RunExporter(CheckArguments(site, (*server)->Target()));
  EXPECT_EQ(result.exit_status, 2);
  EXPECT_TRUE(result.output.starts_with("CRITICAL: " + (*server)->Target() +
                                        ": The response expired 1 hour"))
      << result.output;
  EXPECT_NE(result.output.find("\nNext step: "), std::string::npos) << result.output;
  EXPECT_EQ(result.output.find('\x1b'), std::string::npos) << result.output;
}

TEST(Check, PrometheusFormatIsThatOfTheProbe) {
  const Site site;
  const auto server =
      TlsServer::Start({.chain = site.Chain(), .staples = {BuildOcspResponse(site.Good())}});
  ASSERT_TRUE(server) << server.error();
  const ProcessResult result =
      RunExporter(CheckArguments(site, (*server)->Target(), {"--format=prometheus"}));
  EXPECT_EQ(result.exit_status, 0);
  EXPECT_EQ(Samples(result.output).Value("probe_success"), 1) << result.output;
  EXPECT_EQ(VerdictOf(Samples(result.output)), "good") << result.output;
}

TEST(Check, WorstOfSeveralTargetsCounts) {
  const Site site;
  const auto good =
      TlsServer::Start({.chain = site.Chain(), .staples = {BuildOcspResponse(site.Good())}});
  ASSERT_TRUE(good) << good.error();
  const auto missing = TlsServer::Start({.chain = site.Chain()});
  ASSERT_TRUE(missing) << missing.error();
  const ProcessResult result =
      RunExporter(CheckArguments(site, (*missing)->Target(), {(*good)->Target(), "--format=json"}));
  EXPECT_EQ(result.exit_status, 1);
  const std::size_t end = result.output.find('\n');
  EXPECT_EQ(json::parse(result.output.substr(0, end))["target"], (*missing)->Target());
  EXPECT_EQ(json::parse(result.output.substr(end))["target"], (*good)->Target());
}

struct UsageCase {
  const char* name;
  std::vector<std::string> arguments;
  std::string sentence;
};

void PrintTo(const UsageCase& row, std::ostream* out) { *out << row.name; }

class UsageTest : public ::testing::TestWithParam<UsageCase> {};

TEST_P(UsageTest, ExitsThreeWithOneSentence) {
  const ProcessResult result = RunExporter(GetParam().arguments);
  EXPECT_EQ(result.exit_status, 3);
  EXPECT_EQ(result.output, "");
  EXPECT_EQ(result.errors, GetParam().sentence + "\n");
}

INSTANTIATE_TEST_SUITE_P(
    Check, UsageTest,
    ::testing::ValuesIn(std::vector<UsageCase>{
        {.name = "NoTarget",
         .arguments = {"check"},
         .sentence = "ocsp_stapling_exporter check: a target is required, such as example.org:443 "
                     "(ocsp_stapling_exporter check --help says more)"},
        {.name = "BadTarget",
         .arguments = {"check", "[::1"},
         .sentence = "target \"[::1\" is not valid: the brackets of its address are not closed, or "
                     "not by :PORT"},
        {.name = "UnknownModule",
         .arguments = {"check", "localhost:1", "--module=nope"},
         .sentence = "There is no module \"nope\"; the modules are tls, staple_required, "
                     "smtp_starttls, imap_starttls, pop3_starttls, postgres_starttls, "
                     "ldap_starttls, all_addresses, tls_gnutls."},
        {.name = "MissingConfiguration",
         .arguments = {"check", "localhost:1", "--config.file=/nonexistent/x.yml"},
         .sentence = "cannot read the file \"/nonexistent/x.yml\": No such file or directory"},
        {.name = "UnknownFormat",
         .arguments = {"check", "localhost:1", "--format=xml"},
         .sentence =
             "ocsp_stapling_exporter check: --format must be one of text, json, prometheus, "
             "not \"xml\" (ocsp_stapling_exporter check --help says more)"},
        {.name = "UnknownFlag",
         .arguments = {"check", "localhost:1", "--nope"},
         .sentence = "ocsp_stapling_exporter check: unknown flag \"--nope\" "
                     "(ocsp_stapling_exporter check --help says more)"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace stapling::testing
