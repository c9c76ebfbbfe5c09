#include "core/crl/crl_verdict.h"

#include <gtest/gtest.h>

#include "tests/core/label_table.h"

namespace stapling::testing {
namespace {

TEST(CrlVerdicts, AreFrozenWordsInTheOrderInWhichTheyApply) {
  const std::vector<std::string> words = {
      "malformed",          "unsupported",   "issuer_unknown",      "wrong_issuer",  "wrong_scope",
      "critical_extension", "bad_signature", "unauthorized_signer", "not_yet_valid", "expired",
      "no_next_update",     "revoked",       "not_revoked"};
  EXPECT_EQ(LabelsOf(CrlVerdicts()), words);
  ExpectUniqueSnakeCase(words);
}

TEST(CrlVerdicts, EachHasItsSentencesInItsPlace) {
  for (const CrlVerdictInfo& info : CrlVerdicts()) {
    EXPECT_EQ(&Describe(info.verdict), &info);
    ExpectSentence(info.sentence);
    if (info.verdict == CrlVerdict::kNotRevoked) {
      EXPECT_EQ(info.remedy, "");
    } else {
      ExpectSentence(info.remedy);
    }
  }
}

}  // namespace
}  // namespace stapling::testing
