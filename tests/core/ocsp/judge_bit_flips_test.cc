// No single bit of a good response can be flipped and leave it good.
//
// Except inside an embedded certificate that nobody needs: RFC 6960 does not sign those.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "tests/core/ocsp/judge_case.h"

namespace stapling::testing {
namespace {

struct FlipRow {
  std::string name;
  KeyKind key;
  SignatureScheme scheme = {};
  std::string certid_hash = "SHA1";
};

class BitFlipTest : public ::testing::TestWithParam<FlipRow> {};

JudgeCase Signed(const FlipRow& row) {
  JudgeCase input;
  const Certificate* issuer = input.Keep(IssueCertificate(
      {.subject = "Issuer", .issuer = &Pki().root, .now = kNow, .key = row.key, .is_ca = true}));
  input.certificate = IssueCertificate({.subject = "leaf.test", .issuer = issuer, .now = kNow});
  input.issuer = *issuer;
  const Certificate* leaf = input.Keep(input.certificate);
  input.spec = GoodResponse(*leaf, *issuer, kNow);
  input.spec.scheme = row.scheme;
  input.answer().hash = row.certid_hash;
  return input;
}

// The positions of the bits whose flip leaves `verdict`.
std::set<std::size_t> BitsThatLeave(Verdict verdict, JudgeCase& input, const Bytes& good) {
  std::set<std::size_t> bits;
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes flipped = good;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    input.bytes = flipped;
    if (input.Judged().verdict == verdict) bits.insert(bit);
  }
  return bits;
}

TEST_P(BitFlipTest, IsNeverGood) {
  JudgeCase input = Signed(GetParam());
  ASSERT_EQ(input.Judged().verdict, Verdict::kGood);
  EXPECT_EQ(BitsThatLeave(Verdict::kGood, input, input.Response()), std::set<std::size_t>());
}

const auto kName = [](const auto& info) { return info.param.name; };

INSTANTIATE_TEST_SUITE_P(
    AllBits, BitFlipTest,
    ::testing::Values(FlipRow{"ecdsa", KeyKind::kEcP256},
                      FlipRow{"ecdsa_sha256_certid", KeyKind::kEcP256, {}, "SHA256"},
                      FlipRow{"rsa", KeyKind::kRsa2048},
                      FlipRow{"rsa_pss", KeyKind::kRsa2048, {.pss = true}},
                      FlipRow{"ed25519", KeyKind::kEd25519}),
    kName);

// With the issuer's own certificate repeated in certs, which verification does not need, every
// harmless flip lies inside that certificate, and there are some.
TEST(BitFlip, OnlyAnUnusedEmbeddedCertificateIsHarmless) {
  JudgeCase input;
  input.spec.embedded = {&Pki().intermediate};
  const Bytes good = input.Response();
  const Bytes& embedded = Pki().intermediate.Der();
  const auto inside = std::search(good.begin(), good.end(), embedded.begin(), embedded.end());
  ASSERT_NE(inside, good.end());
  const auto first = static_cast<std::size_t>(inside - good.begin()) * 8;
  const std::size_t last = first + embedded.size() * 8 - 1;

  const std::set<std::size_t> harmless = BitsThatLeave(Verdict::kGood, input, good);
  ASSERT_FALSE(harmless.empty());
  EXPECT_GE(*harmless.begin(), first);
  EXPECT_LE(*harmless.rbegin(), last);
}

}  // namespace
}  // namespace stapling::testing
