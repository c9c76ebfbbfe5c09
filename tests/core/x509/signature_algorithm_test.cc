#include "core/x509/signature_algorithm.h"

#include <gtest/gtest.h>
#include <openssl/x509.h>

#include <ostream>

#include "core/x509/openssl_ptr.h"
#include "tests/support/der.h"

namespace stapling::testing {
namespace {

struct Row {
  std::string name;
  Bytes der;
  std::string label;
  bool acceptable = false;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class SignatureAlgorithmTest : public ::testing::TestWithParam<Row> {};

TEST_P(SignatureAlgorithmTest, IsReadStrictly) {
  const unsigned char* at = GetParam().der.data();
  const AlgorithmPtr algorithm(
      d2i_X509_ALGOR(nullptr, &at, static_cast<long>(GetParam().der.size())));
  ASSERT_NE(algorithm, nullptr);
  const SignatureAlgorithm read = ReadSignatureAlgorithm(algorithm.get());
  EXPECT_EQ(read.name, GetParam().label);
  EXPECT_EQ(read.acceptable, GetParam().acceptable);
}

Bytes Bare(const char* oid) { return der::Sequence({der::Oid(oid)}); }
Bytes WithNull(const char* oid) { return der::Sequence({der::Oid(oid), der::Null()}); }
Bytes With(const char* oid, const Bytes& parameters) {
  return der::Sequence({der::Oid(oid), parameters});
}

constexpr const char* kEcdsaSha256 = "1.2.840.10045.4.3.2";
constexpr const char* kRsaSha256 = "1.2.840.113549.1.1.11";
constexpr const char* kEd25519 = "1.3.101.112";
constexpr const char* kPss = "1.2.840.113549.1.1.10";
constexpr const char* kMgf1 = "1.2.840.113549.1.1.8";
constexpr const char* kSha1 = "1.3.14.3.2.26";
constexpr const char* kSha256 = "2.16.840.1.101.3.4.2.1";
constexpr const char* kSha384 = "2.16.840.1.101.3.4.2.2";
constexpr const char* kMd5 = "1.2.840.113549.2.5";

const auto kName = [](const auto& info) { return info.param.name; };

INSTANTIATE_TEST_SUITE_P(
    Plain, SignatureAlgorithmTest,
    ::testing::Values(
        Row{"ecdsa_sha256", Bare(kEcdsaSha256), "ecdsa-with-SHA256", true},
        Row{"ecdsa_sha1", Bare("1.2.840.10045.4.1"), "ecdsa-with-SHA1", true},
        Row{"rsa_sha256", WithNull(kRsaSha256), "sha256WithRSAEncryption", true},
        Row{"rsa_sha1", WithNull("1.2.840.113549.1.1.5"), "sha1WithRSAEncryption", true},
        Row{"ed25519", Bare(kEd25519), "ED25519", true},
        Row{"ed448", Bare("1.3.101.113"), "ED448", true},
        Row{"rsa_md5", WithNull("1.2.840.113549.1.1.4"), "md5WithRSAEncryption", false},
        Row{"rsa_md4", WithNull("1.2.840.113549.1.1.3"), "md4WithRSAEncryption", false},
        Row{"rsa_md2", WithNull("1.2.840.113549.1.1.2"), "md2WithRSAEncryption", false},
        Row{"unknown", Bare("1.2.3.4"), "1.2.3.4", false},
        Row{"a_digest_alone", WithNull(kSha256), "2.16.840.1.101.3.4.2.1", false},
        Row{"a_key_alone", WithNull("1.2.840.113549.1.1.1"), "1.2.840.113549.1.1.1", false},
        Row{"ecdsa_with_odd_parameters", With(kEcdsaSha256, der::Integer(1)), "ecdsa-with-SHA256",
            false},
        Row{"rsa_with_odd_parameters", With(kRsaSha256, der::Sequence({})),
            "sha256WithRSAEncryption", false},
        Row{"ed25519_with_odd_parameters", With(kEd25519, der::OctetString({1})), "ED25519",
            false}),
    kName);

// RSASSA-PSS-params ::= [0] hash, [1] mask generation, [2] salt length (RFC 4055 section 3.1).
Bytes Pss(const char* hash, const char* mask_hash, int salt) {
  return With(kPss, der::Sequence({der::Explicit(0, WithNull(hash)),
                                   der::Explicit(1, With(kMgf1, WithNull(mask_hash))),
                                   der::Explicit(2, der::Integer(salt))}));
}

INSTANTIATE_TEST_SUITE_P(
    Pss, SignatureAlgorithmTest,
    ::testing::Values(
        Row{"sha256", Pss(kSha256, kSha256, 32), "RSASSA-PSS-SHA256", true},
        Row{"sha384", Pss(kSha384, kSha384, 48), "RSASSA-PSS-SHA384", true},
        Row{"defaults_are_sha1", With(kPss, der::Sequence({})), "RSASSA-PSS-SHA1", true},
        Row{"another_mask", Pss(kSha256, kSha1, 32), "RSASSA-PSS-SHA256", false},
        Row{"md5", Pss(kMd5, kMd5, 16), "RSASSA-PSS-MD5", false},
        Row{"no_parameters", Bare(kPss), "RSASSA-PSS", false},
        Row{"null_parameters", WithNull(kPss), "RSASSA-PSS", false},
        Row{"parameters_of_another_shape", With(kPss, der::Sequence({der::Integer(1)})),
            "RSASSA-PSS", false},
        Row{"mask_that_is_not_mgf1",
            With(kPss, der::Sequence({der::Explicit(0, WithNull(kSha256)),
                                      der::Explicit(1, With(kSha256, WithNull(kSha256)))})),
            "RSASSA-PSS-SHA256", false},
        Row{"mask_without_a_digest",
            With(kPss, der::Sequence({der::Explicit(0, WithNull(kSha256)),
                                      der::Explicit(1, Bare(kMgf1))})),
            "RSASSA-PSS-SHA256", false},
        Row{"digest_with_odd_parameters",
            With(kPss, der::Sequence({der::Explicit(0, With(kSha256, der::Integer(1))),
                                      der::Explicit(1, With(kMgf1, WithNull(kSha256)))})),
            "RSASSA-PSS-SHA256", false}),
    kName);

}  // namespace
}  // namespace stapling::testing
