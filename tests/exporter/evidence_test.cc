#include "exporter/evidence.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "tests/exporter/sample_probe.h"

namespace stapling::exporter {
namespace {

using namespace stapling::testing;  // NOLINT(google-build-using-namespace)

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string Evidence(const ProbeResult& result) {
  static const auto trust_store = TrustStore::Load("").value();
  return EvidenceOf(result, {}, *trust_store);
}

// The leaf's staple is what the server sent, whatever the report says of it.
ProbeResult WithLeaf(Verdict verdict, const Bytes& staple) {
  ProbeResult result = FailedProbe(Phase::kJudge, Reason::kStapleInvalid);
  result.connections[0].handshake.chain[0].staple = staple;
  result.connections[0].staples[0].judgement = OnlyVerdict(verdict);
  return result;
}

TEST(EvidenceTest, IsWhatAPersonNeeds) {
  const std::string expected =
      "To judge it again, save all of this as evidence.txt and run the command below.\n"
      "\n"
      "=== 1 of 1: depth 0, wrong_certificate\n"
      "The staple is about another certificate.\n"
      "\n"
      "ocsp_stapling_exporter verify --response evidence.txt --certificate evidence.txt --issuer "
      "evidence.txt --at 2026-11-20T10:00:00Z\n"
      "\n"
      "The staple:\n"
      "-----BEGIN OCSP RESPONSE-----\n"
      "MAMKAQM=\n"
      "-----END OCSP RESPONSE-----\n"
      "\n"
      "The certificate, CN=leaf.test:\n" +
      SamplePki().leaf.Pem() + "\nIts issuer, CN=Test Intermediate CA:\n" +
      SamplePki().intermediate.Pem() + "=== end of 1\n";
  EXPECT_EQ(Evidence(WithLeaf(Verdict::kWrongCertificate, {0x30, 3, 10, 1, 3})), expected);
}

// Beyond 254 octets OpenSSL would take the middle of a line for the beginning of one.
TEST(EvidenceTest, HasNoLongLine) {
  ProbeResult result = WithLeaf(Verdict::kUnauthorizedSigner, {0x30, 3, 10, 1, 3});
  result.connections[0].staples[0].judgement.responder_id = "CN=" + std::string(900, 'x');
  std::istringstream lines(Evidence(result));
  for (std::string line; std::getline(lines, line);) {
    if (line.find(" verify ") != std::string::npos) continue;  // it is ours
    EXPECT_LE(line.size(), 204U) << line;
  }
}

TEST(EvidenceTest, EmptyStapleIsAnEmptyFile) {
  const std::string text = Evidence(WithLeaf(Verdict::kMalformed, {}));
  EXPECT_TRUE(Contains(text, "verify --response /dev/null --certificate evidence.txt ")) << text;
  EXPECT_FALSE(Contains(text, "OCSP RESPONSE")) << text;
}

TEST(EvidenceTest, MissingStapleIsSaidToBeMissing) {
  ProbeResult result = FailedProbe(Phase::kJudge, Reason::kStapleMissing);
  result.connections[0].handshake.chain[0].staple.reset();
  result.connections[0].staples[0] = MissingStaple();
  const std::string text = Evidence(result);
  EXPECT_TRUE(text.starts_with("\n=== 1 of 1: depth 0, missing\n")) << text;
  EXPECT_TRUE(Contains(text, "No staple was seen")) << text;
  EXPECT_FALSE(Contains(text, "verify --response")) << text;
}

TEST(EvidenceTest, FailedConnectionsComeFirst) {
  ProbeResult result = WithLeaf(Verdict::kExpired, {1});
  ProbeResult other = HealthyProbe();
  other.connections[0].handshake.chain[0].staple.reset();
  other.connections[0].staples[0] = MissingStaple();
  result.connections.insert(result.connections.begin(), std::move(other.connections[0]));
  const std::string text = Evidence(result);
  EXPECT_TRUE(Contains(text, "=== 1 of 2: depth 0, expired\n")) << text;
  EXPECT_TRUE(Contains(text, "=== 2 of 2: depth 0, missing\n")) << text;
  EXPECT_TRUE(Contains(text,
                       "\nsed -n '/^=== 1 of /,/^=== end of 1$/p' evidence.txt > evidence1.txt\n"
                       "ocsp_stapling_exporter verify --response evidence1.txt --certificate "
                       "evidence1.txt --issuer evidence1.txt --at "))
      << text;
}

TEST(EvidenceTest, IsBounded) {
  const std::string text = Evidence(WithLeaf(Verdict::kMalformed, Bytes(kMaxEvidenceBytes, 'x')));
  EXPECT_EQ(text, "\nFurther staples that were too large to keep: 1.\n");
}

// Few servers staple below the leaf.
TEST(EvidenceTest, HealthyProbeLeavesNone) { EXPECT_EQ(Evidence(HealthyProbe()), ""); }

TEST(EvidenceTest, WithoutACertificateThereIsNone) {
  EXPECT_EQ(Evidence(UnreachableProbe(Phase::kConnect, Reason::kRefused)), "");
}

}  // namespace
}  // namespace stapling::exporter
