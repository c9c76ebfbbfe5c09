#include "exporter/verify_command.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "exporter/flags.h"
#include "tests/core/x509/made_key.h"
#include "tests/exporter/sample_probe.h"
#include "tests/support/ocsp_response.h"
#include "tests/support/temp_dir.h"

namespace stapling::exporter {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace stapling::testing;     // NOLINT(google-build-using-namespace)

struct Output {
  int status = 0;
  std::string out;
  std::string err;
};

Output Verify(const VerifyOptions& options) {
  std::ostringstream out;
  std::ostringstream err;
  const int status = RunVerify(options, out, err);
  return {status, out.str(), err.str()};
}

// Files of a good response, each of which a test may replace.
class VerifyCommandTest : public ::testing::Test {
 protected:
  VerifyCommandTest() {
    const StandardPki& pki = SamplePki();
    options_.response = Write("response.der", BuildOcspResponse(Good()));
    options_.certificate = directory_.Write("leaf.pem", pki.leaf.Pem());
    options_.issuer = directory_.Write("issuer.pem", pki.intermediate.Pem());
    options_.at = kNow;
    options_.format = OutputFormat::kJson;
  }

  static OcspResponseSpec Good() {
    return GoodResponse(SamplePki().leaf, SamplePki().intermediate, kNow);
  }

  [[nodiscard]] std::string Write(const char* name, const Bytes& content) const {
    return directory_.Write(name, ToString(content));
  }

  void ExpectVerdict(const char* verdict, int status) {
    const Output output = Verify(options_);
    EXPECT_EQ(output.status, status) << output.out;
    EXPECT_EQ(output.err, "");
    const auto json = nlohmann::json::parse(output.out);
    EXPECT_EQ(json["verdict"], verdict) << output.out;
    reason_ = json["reason"];
    remedy_ = json["remedy"].is_null() ? "" : json["remedy"];
  }

  void ExpectUsageError(const std::string& sentence) {
    const Output output = Verify(options_);
    EXPECT_EQ(output.status, 3);
    EXPECT_EQ(output.out, "");
    EXPECT_EQ(output.err, sentence + "\n");
  }

  TempDir directory_;
  VerifyOptions options_;
  std::string reason_;
  std::string remedy_;
};

TEST_F(VerifyCommandTest, Good) {
  ExpectVerdict("good", 0);
  EXPECT_EQ(remedy_, "");
}

TEST_F(VerifyCommandTest, GoodAsText) {
  options_.format = OutputFormat::kText;
  const Output output = Verify(options_);
  EXPECT_EQ(output.status, 0);
  EXPECT_TRUE(output.out.starts_with("OK: The CA says that the certificate is good")) << output.out;
  EXPECT_EQ(output.out.find('\x1b'), std::string::npos);
}

TEST_F(VerifyCommandTest, CertificateFileMayHoldAChain) {
  const StandardPki& pki = SamplePki();
  options_.certificate = directory_.Write("chain.pem", PemChain({pki.leaf, pki.intermediate}));
  ExpectVerdict("good", 0);
}

TEST_F(VerifyCommandTest, Expired) {
  options_.at = kNow + 24h * 8;
  ExpectVerdict("expired", 2);
  EXPECT_EQ(reason_, "The response expired 1 day 1 hour ago (nextUpdate 2026-11-27T09:00:00Z).");
}

TEST_F(VerifyCommandTest, PolicyCounts) {
  options_.policy.max_age = 1min;
  ExpectVerdict("too_old", 2);
}

TEST_F(VerifyCommandTest, Revoked) {
  OcspResponseSpec spec = Good();
  spec.responses[0].status = CertStatus::kRevoked;
  spec.responses[0].revoked_at = kNow - 48h;
  options_.response = Write("revoked.der", BuildOcspResponse(spec));
  ExpectVerdict("revoked", 2);
  EXPECT_EQ(reason_,
            "The CA says that the certificate was revoked 2 days ago (at 2026-11-18T10:00:00Z).");
}

TEST_F(VerifyCommandTest, TextIsMalformed) {
  options_.response = directory_.Write("note.txt", "This is not a response.\n");
  ExpectVerdict("malformed", 2);
  EXPECT_EQ(reason_, "The staple of 24 bytes is not one well-formed OCSP response.");
}

TEST_F(VerifyCommandTest, EmptyFileIsMalformed) {
  options_.response = directory_.Write("empty", "");
  ExpectVerdict("malformed", 2);
  EXPECT_EQ(reason_, "The staple is empty.");
}

TEST_F(VerifyCommandTest, IssuerThatIsAnother) {
  options_.issuer = directory_.Write("root.pem", SamplePki().root.Pem());
  ExpectVerdict("issuer_unknown", 2);
  EXPECT_EQ(reason_,
            "The given issuer, CN=Test Root CA, did not issue the certificate; CN=Test "
            "Intermediate CA did.");
}

TEST_F(VerifyCommandTest, IssuerThatIsAnImpostor) {
  const StandardPki& pki = SamplePki();
  options_.issuer = directory_.Write("impostor.pem", pki.impostor_intermediate.Pem());
  options_.response = Write(
      "forged.der", BuildOcspResponse(GoodResponse(pki.leaf, pki.impostor_intermediate, kNow)));
  ExpectVerdict("issuer_unknown", 2);
  EXPECT_EQ(reason_,
            "The given issuer has the right name, CN=Test Intermediate CA, but its key did not "
            "sign the certificate.");
}

TEST_F(VerifyCommandTest, IssuerWhoseKeyMayHaveBeenMadeForTheSignature) {
  options_.certificate = directory_.Write("leaf.pem", stapling::testing::kLeafOfALostCa);
  options_.issuer = directory_.Write("issuer.pem", stapling::testing::kCaMadeForTheLeaf);
  ExpectVerdict("issuer_unknown", 2);
  EXPECT_NE(reason_.find("is of a kind that can be made to fit a signature"), std::string::npos)
      << reason_;
}

TEST_F(VerifyCommandTest, UnreadableFiles) {
  const VerifyOptions good = options_;
  options_.response = "/no/such/response";
  ExpectUsageError("Cannot read /no/such/response: No such file or directory.");
  options_ = good;
  options_.certificate = "/no/such/certificate";
  ExpectUsageError("Cannot read /no/such/certificate: No such file or directory.");
  options_ = good;
  options_.issuer = directory_.Write("text.pem", "text");
  ExpectUsageError(options_.issuer + " holds no certificate, neither as PEM nor as DER.");
}

TEST_F(VerifyCommandTest, OutputThatCannotBeWritten) {
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  std::ostringstream err;
  EXPECT_EQ(RunVerify(options_, out, err), 3);
  EXPECT_EQ(err.str(), "Cannot write the report.\n");
}

}  // namespace
}  // namespace stapling::exporter
