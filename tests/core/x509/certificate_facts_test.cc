#include "core/x509/certificate_facts.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "core/x509/text.h"
#include "tests/core/fixed_pki.h"

namespace stapling::testing {
namespace {

using std::chrono::days;

const auto kName = [](const auto& info) { return info.param.name; };

struct Row {
  std::string name;
  Certificate certificate;
  bool must_staple = false;
  bool names_responder = false;
  bool self_issued = false;
  days begun{30};
  days left{60};
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class CertificateFactsTest : public ::testing::TestWithParam<Row> {};

TEST_P(CertificateFactsTest, AreRead) {
  const Row& row = GetParam();
  const CertificateFacts facts = ReadFacts(row.certificate.x509());
  EXPECT_EQ(facts.must_staple, row.must_staple);
  EXPECT_EQ(facts.names_responder, row.names_responder);
  EXPECT_EQ(facts.self_issued, row.self_issued);
  EXPECT_EQ(facts.validity.not_before, kNow - row.begun);
  EXPECT_EQ(facts.validity.not_after, kNow + row.left);
}

INSTANTIATE_TEST_SUITE_P(
    Table, CertificateFactsTest,
    ::testing::Values(Row{.name = "leaf", .certificate = Pki().leaf, .names_responder = true},
                      Row{.name = "must_staple",
                          .certificate = Pki().leaf_must_staple,
                          .must_staple = true,
                          .names_responder = true},
                      Row{.name = "without_responder", .certificate = Pki().leaf_without_responder},
                      Row{.name = "intermediate",
                          .certificate = Pki().intermediate,
                          .begun = days(365),
                          .left = days(3650)},
                      Row{.name = "root",
                          .certificate = Pki().root,
                          .self_issued = true,
                          .begun = days(365),
                          .left = days(3650)}),
    kName);

TEST(CertificateLabels, AreReadAsTheyAreShown) {
  const Certificate certificate = IssueCertificate({.subject = "shown.test",
                                                    .issuer = &Pki().intermediate,
                                                    .now = kNow,
                                                    .dns_names = {"shown.test", "also.test"},
                                                    .serial = Bytes{0x01, 0xAB}});
  const Sha256Digest digest = Sha256Of({certificate.Der()});
  const CertificateLabels labels = ReadLabels(certificate.x509(), digest);
  EXPECT_EQ(labels.fingerprint_sha256, ToHex(digest));
  EXPECT_EQ(labels.subject, "CN=shown.test");
  EXPECT_EQ(labels.issuer, "CN=Test Intermediate CA");
  EXPECT_EQ(labels.subject_alternative, "shown.test,also.test");
  EXPECT_EQ(labels.serial, "01ab");
}

TEST(Validity, HoldsAtBothEndsAndNeverWithoutOne) {
  const Validity validity{.not_before = kNow, .not_after = kNow + days(1)};
  EXPECT_FALSE(validity.Contains(kNow - std::chrono::seconds(1)));
  EXPECT_TRUE(validity.Contains(kNow));
  EXPECT_TRUE(validity.Contains(kNow + days(1)));
  EXPECT_FALSE(validity.Contains(kNow + days(1) + std::chrono::seconds(1)));
  EXPECT_FALSE(Validity({.not_before = {}, .not_after = kNow}).Contains(kNow));
  EXPECT_FALSE(Validity({.not_before = kNow, .not_after = {}}).Contains(kNow));
}

}  // namespace
}  // namespace stapling::testing
