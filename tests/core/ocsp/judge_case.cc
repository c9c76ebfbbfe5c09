#include "tests/core/ocsp/judge_case.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "tests/core/ocsp/divergence.h"

namespace stapling::testing {
namespace {

std::string Labels(const std::vector<Check>& checks) {
  std::string labels;
  for (const Check check : checks) labels += std::string(Describe(check).label) + " ";
  return labels;
}

std::vector<Check> Where(const CheckResults& results, std::optional<bool> outcome) {
  std::vector<Check> found;
  for (const CheckInfo& info : Checks()) {
    if (results[info.check] == outcome) found.push_back(info.check);
  }
  return found;
}

std::vector<Check> Sorted(std::vector<Check> checks) {
  std::ranges::sort(checks);
  return checks;
}

// The name of the table and of the row, as in Form/good.
std::string RowName(const JudgeRow& row) {
  const std::string suite =
      ::testing::UnitTest::GetInstance()->current_test_info()->test_suite_name();
  return suite.substr(0, suite.find('/') + 1) + row.name;
}

}  // namespace

const Certificate* JudgeCase::Keep(const Certificate& certificate_to_keep) {
  kept.reserve(32);  // addresses stay
  kept.push_back(certificate_to_keep);
  return &kept.back();
}

Judgement JudgeCase::Judged() const {
  const Bytes response = Response();
  return Judge({.response = response,
                .certificate = certificate.x509(),
                .issuer = issuer ? issuer->x509() : nullptr,
                .now = now,
                .policy = policy});
}

void SignBy(JudgeCase& of, const CertificateSpec& signer) {
  const Certificate* kept = of.Keep(IssueCertificate(signer));
  of.spec = GoodDelegatedResponse(of.certificate, Pki().intermediate, *kept, kNow);
}

void ExpectRow(const JudgeRow& row) {
  JudgeCase input;
  row.change(input);
  const Judgement judged = input.Judged();
  EXPECT_EQ(Describe(judged.verdict).label, Describe(row.verdict).label);
  EXPECT_EQ(Labels(Where(judged.checks, false)), Labels(Sorted(row.failed)));
  EXPECT_EQ(Labels(Where(judged.checks, std::nullopt)), Labels(Sorted(row.not_evaluated)));
  EXPECT_EQ(judged.certificate_status, row.status);
  const bool answered = row.verdict == Verdict::kGood || row.verdict == Verdict::kRevoked ||
                        row.verdict == Verdict::kUnknown;
  EXPECT_EQ(judged.valid, answered);
  ExpectKnownDivergences(RowName(row), input, judged);
}

}  // namespace stapling::testing
