#include "exporter/check_command.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

#include "core/x509/pem.h"
#include "exporter/flags.h"
#include "exporter/verify_command.h"
#include "tests/support/ocsp_response.h"
#include "tests/support/standard_pki.h"
#include "tests/support/temp_dir.h"
#include "tests/support/tls_server.h"

namespace stapling::exporter {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace stapling::testing;     // NOLINT(google-build-using-namespace)
using Json = nlohmann::json;

struct Output {
  int status = 0;
  std::string out;
  std::string err;
};

Output Check(const CheckOptions& options) {
  std::ostringstream out;
  std::ostringstream err;
  const int status = RunCheck(options, out, err);
  return {status, out.str(), err.str()};
}

// A server that staples a good response for its leaf, and a module that trusts its root. The probe
// takes its own clock, so the PKI lives around now.
class CheckCommandTest : public ::testing::Test {
 protected:
  CheckCommandTest()
      : now_(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())),
        pki_(now_),
        staple_(BuildOcspResponse(GoodResponse(pki_.leaf, pki_.intermediate, now_))) {
    server_ = TlsServer::Start({.chain = pki_.Chain(pki_.leaf), .staples = {staple_}}).value();
    directory_.Write("ca.pem", pki_.root.Pem());
    options_.config_file = directory_.Write("config.yml",
                                            "default_module: tls\n"
                                            "modules:\n"
                                            "  tls: {timeout: 5s, tls_config: {ca_file: ca.pem}}\n"
                                            "  other: {tls_config: {ca_file: missing.pem}}\n");
    options_.targets = {server_->Target()};
    options_.format = OutputFormat::kJson;
  }

  void ExpectUsageError(const std::string& sentence) {
    const Output output = Check(options_);
    EXPECT_EQ(output.status, 3);
    EXPECT_EQ(output.out, "");
    EXPECT_EQ(output.err, sentence + "\n");
    EXPECT_EQ(server_->Accepted(), 0U) << "probed before everything was checked";
  }

  std::chrono::sys_seconds now_;
  StandardPki pki_;
  Bytes staple_;
  std::unique_ptr<TlsServer> server_;
  TempDir directory_;
  CheckOptions options_;
};

TEST_F(CheckCommandTest, GoodServer) {
  const Output output = Check(options_);
  EXPECT_EQ(output.status, 0) << output.out;
  EXPECT_EQ(output.err, "");
  const Json json = Json::parse(output.out);
  EXPECT_EQ(json["target"], server_->Target());
  EXPECT_EQ(json["module"], "tls");
  EXPECT_EQ(json["success"], true);
  EXPECT_EQ(json["exit_status"], 0);
  EXPECT_EQ(json["probes"][0]["address"], "127.0.0.1");
  EXPECT_EQ(json["probes"][0]["tls_version"], "TLS 1.3");
  EXPECT_EQ(json["probes"][0]["staples"][0]["verdict"], "good");
  EXPECT_NE(output.out.find("\n  \"module\""), std::string::npos) << "indented";
}

TEST_F(CheckCommandTest, GoodServerAsText) {
  options_.format = OutputFormat::kText;
  const Output output = Check(options_);
  EXPECT_EQ(output.status, 0);
  EXPECT_TRUE(output.out.starts_with("OK: " + server_->Target() + ": The CA says that"))
      << output.out;
}

TEST_F(CheckCommandTest, GoodServerAsPrometheusText) {
  options_.format = OutputFormat::kPrometheus;
  options_.timeout = 3s;
  const Output output = Check(options_);
  EXPECT_EQ(output.status, 0);
  EXPECT_TRUE(output.out.starts_with("# HELP probe_success ")) << output.out.substr(0, 100);
  EXPECT_NE(output.out.find("\nprobe_success 1\n"), std::string::npos);
  EXPECT_NE(output.out.find("\nprobe_timeout_seconds 3\n"), std::string::npos);
}

TEST_F(CheckCommandTest, HostnameIsChecked) {
  options_.hostname = "other.test";
  const Output output = Check(options_);
  EXPECT_EQ(output.status, 2);
  EXPECT_EQ(Json::parse(output.out)["failure"]["reason"], "hostname_mismatch");
}

TEST_F(CheckCommandTest, LowWarningRatioWarns) {
  options_.warning_ratio = 0.001;  // an hour of seven days is 0.006
  const Output output = Check(options_);
  EXPECT_EQ(output.status, 1);
  EXPECT_EQ(Json::parse(output.out)["exit_status"], 1);
}

TEST_F(CheckCommandTest, MissingExpectedStapleWarns) {
  server_->SetStaples({});
  EXPECT_EQ(Check(options_).status, 1);
}

TEST_F(CheckCommandTest, SeveralTargetsAreOneLineEachAndTheWorstCounts) {
  options_.targets = {server_->Target(), "127.0.0.1:1"};
  const Output output = Check(options_);
  EXPECT_EQ(output.status, 2);
  std::istringstream lines(output.out);
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_EQ(Json::parse(line)["success"], true);
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_EQ(Json::parse(line)["failure"]["phase"], "connect");
  EXPECT_FALSE(std::getline(lines, line));
}

TEST_F(CheckCommandTest, UsageErrors) {
  const CheckOptions good = options_;
  options_.module = "nope";
  ExpectUsageError("There is no module \"nope\"; the modules are tls, other.");
  options_ = good;
  options_.hostname = "a b";
  ExpectUsageError("\"a b\" is neither a host name nor an IP address.");
  options_ = good;
  options_.config_file = directory_.Write("plain.yml", "modules: {one: {}}\n");
  ExpectUsageError("No module is named and there is no default; the modules are one.");
}

// A denied target is a failed probe of its own; the others are probed.
TEST_F(CheckCommandTest, ADeniedTargetIsCriticalWithItsReason) {
  options_.config_file = directory_.Write("policy.yml",
                                          "default_module: tls\n"
                                          "modules: {tls: {tls_config: {ca_file: ca.pem}}}\n"
                                          "targets: {deny: [127.0.0.2]}\n");
  options_.targets = {"127.0.0.2:443", server_->Target()};
  const Output output = Check(options_);
  EXPECT_EQ(output.status, 2);
  EXPECT_EQ(output.err, "");
  std::istringstream lines(output.out);
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  const Json denied = Json::parse(line);
  EXPECT_EQ(denied["exit_status"], 2);
  EXPECT_EQ(denied["failure"]["phase"], "resolve");
  EXPECT_EQ(denied["failure"]["reason"], "denied");
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_EQ(Json::parse(line)["success"], true);
}

TEST_F(CheckCommandTest, BadTargetIsRefusedBeforeAnyProbe) {
  options_.targets = {server_->Target(), "host:99999"};
  const Output output = Check(options_);
  EXPECT_EQ(output.status, 3);
  EXPECT_EQ(output.out, "");
  EXPECT_NE(output.err, "");
  EXPECT_EQ(server_->Accepted(), 0U);
}

TEST_F(CheckCommandTest, UnreadableFilesOfTheModule) {
  options_.module = "other";
  const Output output = Check(options_);
  EXPECT_EQ(output.status, 3);
  EXPECT_NE(output.err.find("missing.pem"), std::string::npos) << output.err;
  options_.config_file = "/no/such/file.yml";
  EXPECT_EQ(Check(options_).status, 3);
}

TEST_F(CheckCommandTest, SavedStapleIsJudgedTheSameAgain) {
  const std::filesystem::path saved = directory_.path() / "saved";
  options_.save_staples = saved.string();
  const Output output = Check(options_);
  EXPECT_EQ(output.status, 0);

  const std::string stem = "127.0.0.1_" + std::to_string(server_->port()) + ".0";
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(saved)) {
    names.insert(entry.path().filename().string());
  }
  EXPECT_EQ(names, (std::set<std::string>{stem + ".staple.pem", stem + ".cert.pem",
                                          stem + ".issuer.pem"}));
  EXPECT_EQ(directory_.Read("saved/" + stem + ".staple.pem"), EncodePem(staple_, "OCSP RESPONSE"));
  EXPECT_NE(output.err.find("\n  ocsp_stapling_exporter verify --response " + saved.string() + "/" +
                            stem + ".staple.pem --certificate "),
            std::string::npos)
      << output.err;
  EXPECT_NE(output.err.find(" --at 20"), std::string::npos) << output.err;

  std::ostringstream out;
  std::ostringstream err;
  const std::string path = (saved / stem).string();
  EXPECT_EQ(RunVerify({.response = path + ".staple.pem",
                       .certificate = path + ".cert.pem",
                       .issuer = path + ".issuer.pem"},
                      out, err),
            0)
      << out.str() << err.str();
}

TEST_F(CheckCommandTest, StaplesThatCannotBeSaved) {
  options_.save_staples = directory_.Write("file", "in the way");
  const Output output = Check(options_);
  EXPECT_EQ(output.status, 3);
  EXPECT_TRUE(output.err.starts_with("Cannot write " + options_.save_staples)) << output.err;
  EXPECT_EQ(directory_.Read("file"), "in the way");
}

TEST_F(CheckCommandTest, SavingFollowsNoLink) {
  const std::string victim = directory_.Write("victim", "precious");
  const std::string stem = "127.0.0.1_" + std::to_string(server_->port()) + ".0";
  std::filesystem::create_directory(directory_.path() / "saved");
  std::filesystem::create_symlink(victim, directory_.path() / "saved" / (stem + ".staple.pem"));
  options_.save_staples = directory_.Path("saved");
  EXPECT_EQ(Check(options_).status, 3);
  EXPECT_EQ(directory_.Read("victim"), "precious");
}

TEST_F(CheckCommandTest, SeveralTargetsAreApart) {
  options_.format = OutputFormat::kText;
  options_.targets = {server_->Target(), server_->Target()};
  const Output output = Check(options_);
  EXPECT_EQ(output.status, 0) << output.out;
  EXPECT_EQ(output.out.find("OK: "), 0U);
  EXPECT_NE(output.out.find("\n\nOK: "), std::string::npos) << output.out;
}

TEST_F(CheckCommandTest, AReportThatCannotBeWrittenIsNoGoodNews) {
  std::ostringstream out;
  std::ostringstream err;
  out.setstate(std::ios::badbit);
  EXPECT_EQ(RunCheck(options_, out, err), 3);
  EXPECT_EQ(err.str(), "Cannot write the report.\n");
}

}  // namespace
}  // namespace stapling::exporter
