// No single bit of a good list can be flipped and leave it a word to say: every octet of a DER list
// is signed, is the signature, is the header around the two, or must be equal to what is signed.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/core/crl/crl_case.h"

namespace stapling::testing {
namespace {

struct FlipRow {
  std::string name;
  KeyKind key;
  SignatureScheme scheme = {};
  bool revoked = false;
};

class CrlBitFlipTest : public ::testing::TestWithParam<FlipRow> {};

CrlCase Signed(const FlipRow& row) {
  CrlCase input;
  input.IssueBy({.subject = "Issuer", .now = kNow, .key = row.key, .is_ca = true});
  input.spec.scheme = row.scheme;
  input.spec.extensions = {IssuingDistributionPointExtension({.urls = {"http://crl.test/7"}})};
  input.FetchedFrom("http://crl.test/7");
  if (row.revoked) input.Revoke(1);
  return input;
}

TEST_P(CrlBitFlipTest, LeavesNothingToBelieve) {
  CrlCase input = Signed(GetParam());
  const Bytes good = input.Octets();
  input.octets = good;
  ASSERT_EQ(input.Judged().revoked, GetParam().revoked);
  ASSERT_TRUE(input.Judged().valid);
  std::set<std::size_t> believed;
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    input.octets = good;
    (*input.octets)[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    const CrlJudgement judged = input.Judged();
    if (judged.revoked || judged.valid) believed.insert(bit);
  }
  EXPECT_EQ(believed, std::set<std::size_t>());
}

const auto kName = [](const auto& info) { return info.param.name; };

INSTANTIATE_TEST_SUITE_P(AllBits, CrlBitFlipTest,
                         ::testing::Values(FlipRow{"ecdsa", KeyKind::kEcP256},
                                           FlipRow{"ecdsa_revoked", KeyKind::kEcP256, {}, true},
                                           FlipRow{"rsa", KeyKind::kRsa2048},
                                           FlipRow{"rsa_pss", KeyKind::kRsa2048, {.pss = true}},
                                           FlipRow{"ed25519_revoked", KeyKind::kEd25519, {}, true}),
                         kName);

TEST(CrlCut, LeavesNothingToBelieve) {
  CrlCase input;
  const Bytes good = input.Octets();
  for (std::size_t size = 0; size < good.size(); ++size) {
    input.octets = Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(input.Judged().verdict, CrlVerdict::kMalformed) << size;
  }
}

}  // namespace
}  // namespace stapling::testing
