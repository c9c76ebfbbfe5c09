#include "exporter/sweep_command.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "exporter/flags.h"
#include "tests/support/ocsp_response.h"
#include "tests/support/standard_pki.h"
#include "tests/support/temp_dir.h"
#include "tests/support/tls_server.h"

namespace stapling::exporter {
namespace {

using namespace stapling::testing;  // NOLINT(google-build-using-namespace)
using Json = nlohmann::json;

// A server that staples nothing, and modules that call for different staples. The probe takes its
// own clock, so the PKI lives around now.
class SweepCommandTest : public ::testing::Test {
 protected:
  SweepCommandTest()
      : pki_(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())),
        server_(TlsServer::Start({.chain = pki_.Chain(pki_.leaf)}).value()) {
    directory_.Write("ca.pem", pki_.root.Pem());
    options_.config_file = directory_.Write(
        "config.yml",
        "default_module: tls\n"
        "modules:\n"
        "  tls: {timeout: 5s, tls_config: {ca_file: ca.pem}}\n"
        "  strict: {timeout: 5s, staple: {require: always}, tls_config: {ca_file: ca.pem}}\n"
        "  broken: {tls_config: {ca_file: missing.pem}}\n");
    options_.targets_file = directory_.Path("targets.txt");
  }

  void List(const std::string& text) { directory_.Write("targets.txt", text); }

  int Run() {
    out_.str("");
    err_.str("");
    return RunSweep(options_, out_, err_);
  }

  void ExpectUsageError(const std::string& sentence) {
    EXPECT_EQ(Run(), 3);
    EXPECT_EQ(out_.str(), "");
    EXPECT_EQ(err_.str(), sentence + "\n");
    EXPECT_EQ(server_->Accepted(), 0U) << "probed before everything was checked";
  }

  // The server under a spelling of its own: what follows the authority does not count.
  [[nodiscard]] std::string Url(const std::string& path) const {
    return "https://" + server_->Target() + "/" + path;
  }

  StandardPki pki_;
  std::unique_ptr<TlsServer> server_;
  TempDir directory_;
  CheckOptions options_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(SweepCommandTest, EachLineHasItsModuleAndHostname) {
  options_.format = OutputFormat::kJson;
  List(Url("default") + "\n" + Url("strict") + " module=strict\n" + Url("name") +
       " hostname=other.test\n");
  EXPECT_EQ(Run(), 2);
  EXPECT_EQ(err_.str(), "");
  std::map<std::string, Json> reports;
  std::istringstream lines(out_.str());
  for (std::string line; std::getline(lines, line);) {
    const Json report = Json::parse(line);
    reports[report["target"]] = report;
  }
  ASSERT_EQ(reports.size(), 3U) << out_.str();
  EXPECT_EQ(reports[Url("default")]["module"], "tls");
  EXPECT_EQ(reports[Url("default")]["hostname"], nullptr);
  EXPECT_EQ(reports[Url("default")]["exit_status"], 1);
  EXPECT_EQ(reports[Url("strict")]["module"], "strict");
  EXPECT_EQ(reports[Url("strict")]["failure"]["reason"], "staple_missing");
  EXPECT_EQ(reports[Url("name")]["hostname"], "other.test");
  EXPECT_EQ(reports[Url("name")]["failure"]["reason"], "hostname_mismatch");
}

TEST_F(SweepCommandTest, FlagsHoldForLinesThatSayNothingElse) {
  options_.format = OutputFormat::kJson;
  options_.module = "strict";
  options_.hostname = "other.test";
  List(Url("") + " module=tls hostname=leaf.test\n");
  EXPECT_EQ(Run(), 1);
  EXPECT_EQ(Json::parse(out_.str())["module"], "tls");
  List(Url("") + "\n");
  EXPECT_EQ(Run(), 2);
  EXPECT_EQ(Json::parse(out_.str())["module"], "strict");
  EXPECT_EQ(Json::parse(out_.str())["hostname"], "other.test");
}

TEST_F(SweepCommandTest, TextIsLinesAndASummary) {
  List(Url("") + "\n");
  EXPECT_EQ(Run(), 1);
  const std::string line = Url("") +
                           "  missing: The server staples nothing, although the certificate names "
                           "a responder.\n";
  EXPECT_TRUE(out_.str().starts_with("WARNING   " + line + "\n1 target in ")) << out_.str();
  EXPECT_TRUE(
      out_.str().ends_with(" s\n  WARNING        1  missing\n\nThe worst first:\n"
                           "  WARNING   " +
                           line))
      << out_.str();
}

TEST_F(SweepCommandTest, StatusIsThatOfTheWorst) {
  server_->SetStaples({BuildOcspResponse(
      GoodResponse(pki_.leaf, pki_.intermediate,
                   std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())))});
  List(Url("a") + "\n" + Url("b") + "\n");
  EXPECT_EQ(Run(), 0) << out_.str();
  List(Url("a") + "\n127.0.0.1:1\n" + Url("b") + "\n");
  EXPECT_EQ(Run(), 2) << out_.str();
}

TEST_F(SweepCommandTest, UsageErrorsComeBeforeAnyProbe) {
  const std::string good = server_->Target() + "\n";
  ExpectUsageError("Cannot read " + options_.targets_file + ": No such file or directory.");
  List("# nothing\n");
  ExpectUsageError(options_.targets_file + " names no target.");
  List(good + "host:99999\n");
  ExpectUsageError(options_.targets_file +
                   ", line 2: target \"host:99999\" is not valid: its port is not a number from 1 "
                   "to 65535");
  List(good + "\n" + server_->Target() + " module=nope\n");
  ExpectUsageError(options_.targets_file +
                   ", line 3: There is no module \"nope\"; the modules are tls, strict, broken.");
  List(good);
  options_.hostname = "a b";
  ExpectUsageError("\"a b\" is neither a host name nor an IP address.");
}

TEST_F(SweepCommandTest, UnreadableFilesCountOnlyForModulesInUse) {
  List(server_->Target() + " module=tls\n");
  EXPECT_EQ(Run(), 1);
  List(server_->Target() + " module=broken\n");
  EXPECT_EQ(Run(), 3);
  EXPECT_NE(err_.str().find("missing.pem"), std::string::npos) << err_.str();
}

TEST_F(SweepCommandTest, AReportThatCannotBeWrittenIsAnError) {
  List(Url("") + "\n");
  out_.setstate(std::ios::badbit);
  EXPECT_EQ(RunSweep(options_, out_, err_), 3);
  EXPECT_EQ(err_.str(), "Cannot write the report.\n");
}

}  // namespace
}  // namespace stapling::exporter
