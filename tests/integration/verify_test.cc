// `verify` as a process: what is saved can be judged again, and what cannot be read is said.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/x509/pem.h"
#include "tests/integration/exporter.h"
#include "tests/integration/site.h"
#include "tests/support/tls_server.h"

namespace stapling::testing {
namespace {

using nlohmann::json;

class VerifyTest : public ::testing::Test {
 protected:
  VerifyTest() {
    site_.directory().Write("issuer.pem", site_.pki.intermediate.Pem());
    site_.WriteBytes("staple.der", BuildOcspResponse(site_.Good()));
  }

  [[nodiscard]] ProcessResult Verify(const std::string& response = "staple.der",
                                     const std::string& certificate = "chain.pem",
                                     const std::string& issuer = "issuer.pem",
                                     const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"verify", "--response=" + site_.Path(response),
                                          "--certificate=" + site_.Path(certificate),
                                          "--issuer=" + site_.Path(issuer), "--format=json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunExporter(arguments);
  }

  static void ExpectVerdict(const ProcessResult& result, const char* verdict, int exit_status) {
    EXPECT_EQ(result.exit_status, exit_status) << result.output;
    EXPECT_EQ(result.errors, "");
    const json object = json::parse(result.output, nullptr, false);
    ASSERT_TRUE(object.is_object()) << result.output;
    EXPECT_EQ(object["verdict"], verdict) << result.output;
    EXPECT_EQ(object["checks"].size(), 12) << result.output;
    EXPECT_TRUE(object["reason"].is_string()) << result.output;
  }

  void ExpectUnreadable(const ProcessResult& result, const std::string& sentence) const {
    EXPECT_EQ(result.exit_status, 3);
    EXPECT_EQ(result.output, "");
    EXPECT_EQ(result.errors, sentence + "\n");
  }

  const Site site_;
};

TEST_F(VerifyTest, Good) { ExpectVerdict(Verify(), "good", 0); }

TEST_F(VerifyTest, JudgesAtTheGivenTime) {
  const auto later = site_.now + std::chrono::hours(24 * 8);
  const std::string at = std::to_string(later.time_since_epoch().count());
  ExpectVerdict(Verify("staple.der", "chain.pem", "issuer.pem", {"--at=" + at}), "expired", 2);
}

TEST_F(VerifyTest, TextIsMalformed) {
  site_.directory().Write("notes.txt", "This is no OCSP response.\n");
  ExpectVerdict(Verify("notes.txt"), "malformed", 2);
}

TEST_F(VerifyTest, EmptyFileIsMalformed) {
  site_.directory().Write("empty.der", "");
  ExpectVerdict(Verify("empty.der"), "malformed", 2);
}

TEST_F(VerifyTest, StrangerIsNotTheIssuer) {
  site_.directory().Write("stranger.pem", site_.pki.sibling_ca.Pem());
  ExpectVerdict(Verify("staple.der", "chain.pem", "stranger.pem"), "issuer_unknown", 2);
}

TEST_F(VerifyTest, MissingResponse) {
  ExpectUnreadable(Verify("none.der"),
                   "Cannot read " + site_.Path("none.der") + ": No such file or directory.");
}

TEST_F(VerifyTest, ResponseIsADirectory) {
  ExpectUnreadable(Verify("."), "Cannot read " + site_.Path(".") + ": Is a directory.");
}

TEST_F(VerifyTest, MissingCertificate) {
  ExpectUnreadable(Verify("staple.der", "none.pem"),
                   "Cannot read " + site_.Path("none.pem") + ": No such file or directory.");
}

TEST_F(VerifyTest, CertificateIsNone) {
  ExpectUnreadable(Verify("staple.der", "staple.der"),
                   site_.Path("staple.der") + " holds no certificate, neither as PEM nor as DER.");
}

TEST_F(VerifyTest, BadTime) {
  const ProcessResult result = Verify("staple.der", "chain.pem", "issuer.pem", {"--at=yesterday"});
  EXPECT_EQ(result.exit_status, 3);
  EXPECT_EQ(result.output, "");
  EXPECT_NE(result.errors.find("--at"), std::string::npos) << result.errors;
}

TEST_F(VerifyTest, WithoutAResponse) {
  const ProcessResult result = RunExporter({"verify", "--certificate=" + site_.ChainFile()});
  EXPECT_EQ(result.exit_status, 3);
  EXPECT_EQ(result.output, "");
  EXPECT_NE(result.errors.find("--response"), std::string::npos) << result.errors;
}

struct SavedCase {
  const char* name;
  Bytes (*staple)(const Site&);
  const char* verdict;
  int exit_status;
};

void PrintTo(const SavedCase& row, std::ostream* out) { *out << row.name; }

std::string GoodPem(const Site& site) {
  return "\n" + EncodePem(BuildOcspResponse(site.Good()), "OCSP RESPONSE");
}

class SavedStapleTest : public ::testing::TestWithParam<SavedCase> {};

// The command line that `check` prints, run by a shell as a person would.
TEST_P(SavedStapleTest, IsJudgedTheSameAgain) {
  constexpr std::string_view kProgram = "ocsp_stapling_exporter verify ";
  const Site site;
  const auto server =
      TlsServer::Start({.chain = site.Chain(), .staples = {GetParam().staple(site)}});
  ASSERT_TRUE(server) << server.error();
  const std::string configuration = site.directory().Write(
      "check.yml", ModuleTrusting(site.CaFile(), "    staple: {clock_skew: 1m, max_age: 30d}\n"));
  // A name that a shell would take apart.
  const std::string directory = site.Path("Anna's staples; $HOME");
  const ProcessResult check =
      RunExporter({"check", (*server)->Target(), "--config.file=" + configuration,
                   "--save-staples=" + directory});
  EXPECT_EQ(check.exit_status, GetParam().exit_status) << check.output << check.errors;
  const std::size_t start = check.output.find(kProgram);
  ASSERT_NE(start, std::string::npos) << check.output;
  const std::string command = check.output.substr(start, check.output.find('\n', start) - start);

  const std::string arguments = command.substr(kProgram.size());
  const auto verify = RunProcess(
      {.arguments = {"/bin/sh", "-c", ExporterPath() + " verify --format=json " + arguments}});
  ASSERT_TRUE(verify) << verify.error();
  EXPECT_EQ(verify->exit_status, GetParam().exit_status) << command << verify->errors;
  const json object = json::parse(verify->output, nullptr, false);
  ASSERT_TRUE(object.is_object()) << verify->output << verify->errors;
  EXPECT_EQ(object["verdict"], GetParam().verdict) << verify->output;
}

INSTANTIATE_TEST_SUITE_P(
    Verify, SavedStapleTest,
    ::testing::ValuesIn(std::vector<SavedCase>{
        {.name = "Good",
         .staple = [](const Site& site) { return BuildOcspResponse(site.Good()); },
         .verdict = "good",
         .exit_status = 0},
        {.name = "Expired",
         .staple = [](const Site& site) { return BuildOcspResponse(site.Expired()); },
         .verdict = "expired",
         .exit_status = 2},
        {.name = "Revoked",
         .staple = [](const Site& site) { return BuildOcspResponse(site.Revoked()); },
         .verdict = "revoked",
         .exit_status = 2},
        // Within the usual skew, beyond that of the module.
        {.name = "NotYetValid",
         .staple =
             [](const Site& site) {
               OcspResponseSpec spec = site.Good();
               spec.responses[0].this_update = site.now + std::chrono::seconds(150);
               return BuildOcspResponse(spec);
             },
         .verdict = "not_yet_valid",
         .exit_status = 2},
        // A PEM file where DER was wanted, and one behind the DER.
        {.name = "PemOfAGoodOne",
         .staple = [](const Site& site) { return ToBytes(GoodPem(site)); },
         .verdict = "malformed",
         .exit_status = 2},
        {.name = "RevokedAndPemOfAGoodOne",
         .staple =
             [](const Site& site) {
               Bytes staple = BuildOcspResponse(site.Revoked());
               Append(staple, ToBytes(GoodPem(site)));
               return staple;
             },
         .verdict = "malformed",
         .exit_status = 2},
    }),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace stapling::testing
