#include "core/x509/signature.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "core/x509/openssl_ptr.h"
#include "tests/support/der.h"
#include "tests/support/pki.h"
#include "tests/support/signing.h"

namespace stapling::testing {
namespace {

struct Row {
  std::string name;
  KeyKind key;
  SignatureScheme scheme = {};
  bool verifies = true;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

bool Verifies(const Bytes& data, const Bytes& algorithm, const Bytes& signature, EVP_PKEY* key) {
  const unsigned char* at = algorithm.data();
  const AlgorithmPtr decoded(d2i_X509_ALGOR(nullptr, &at, static_cast<long>(algorithm.size())));
  return decoded && SignatureVerifies(data, decoded.get(), signature, key);
}

class SignatureTest : public ::testing::TestWithParam<Row> {};

TEST_P(SignatureTest, IsOfTheDataAndTheKey) {
  const Key key = MakeKey(GetParam().key);
  const Key other = MakeKey(GetParam().key, 1);
  const Bytes data = ToBytes("what is signed");
  const Signature made = Sign(key.get(), GetParam().scheme, data);
  EXPECT_EQ(Verifies(data, made.algorithm, made.value, key.get()), GetParam().verifies);
  EXPECT_FALSE(Verifies(data, made.algorithm, made.value, other.get()));
  EXPECT_FALSE(Verifies(data, made.algorithm, made.value, nullptr));
  EXPECT_FALSE(Verifies(ToBytes("something else"), made.algorithm, made.value, key.get()));
  EXPECT_FALSE(Verifies(data, made.algorithm, {}, key.get()));
  Bytes longer = made.value;
  longer.push_back(0);
  EXPECT_FALSE(Verifies(data, made.algorithm, longer, key.get()));
}

const auto kName = [](const auto& info) { return info.param.name; };

INSTANTIATE_TEST_SUITE_P(
    All, SignatureTest,
    ::testing::Values(Row{"ecdsa", KeyKind::kEcP256},
                      Row{"ecdsa_p384", KeyKind::kEcP384, {.digest = "SHA384"}},
                      Row{"rsa", KeyKind::kRsa2048},
                      Row{"rsa_pss", KeyKind::kRsa2048, {.pss = true}},
                      Row{"rsa_pss_sha1", KeyKind::kRsa2048, {.digest = "SHA1", .pss = true}},
                      Row{"rsa_pss_key", KeyKind::kRsaPss2048}, Row{"ed25519", KeyKind::kEd25519},
                      Row{"md5", KeyKind::kRsa2048, {.digest = "MD5"}, false}),
    kName);

constexpr const char* kSha256 = "2.16.840.1.101.3.4.2.1";

// RSASSA-PSS with SHA-256; the salt that is made is of 32 octets.
Bytes PssSha256(const Bytes& salt, const Bytes& trailer = {}) {
  const Bytes hash = der::Sequence({der::Oid(kSha256), der::Null()});
  return der::Sequence(
      {der::Oid("1.2.840.113549.1.1.10"),
       der::Sequence({der::Explicit(0, hash),
                      der::Explicit(1, der::Sequence({der::Oid("1.2.840.113549.1.1.8"), hash})),
                      salt, trailer})});
}

Bytes Salt(std::int64_t octets) { return der::Explicit(2, der::Integer(octets)); }

TEST(Signature, PssParametersCount) {
  const Key key = MakeKey(KeyKind::kRsa2048);
  const Bytes data = ToBytes("what is signed");
  const Bytes signature = Sign(key.get(), {.pss = true}, data).value;
  const auto verifies = [&](const Bytes& algorithm) {
    return Verifies(data, algorithm, signature, key.get());
  };
  EXPECT_TRUE(verifies(PssSha256(Salt(32))));
  EXPECT_TRUE(verifies(PssSha256(Salt(32), der::Explicit(3, der::Integer(1)))));
  EXPECT_FALSE(verifies(PssSha256(Salt(32), der::Explicit(3, der::Integer(2)))));
  EXPECT_FALSE(verifies(PssSha256({})));  // the default is 20
  EXPECT_FALSE(verifies(PssSha256(Salt(31))));
  EXPECT_FALSE(verifies(PssSha256(Salt(-1))));  // to OpenSSL: as long as the digest
  EXPECT_FALSE(verifies(PssSha256(Salt(-2))));  // to OpenSSL: whatever it is
  EXPECT_FALSE(verifies(PssSha256(Salt(1'000'000'000'000))));
}

TEST(Signature, TheAlgorithmGoesWithTheKey) {
  const Key rsa = MakeKey(KeyKind::kRsa2048);
  const Key pss = MakeKey(KeyKind::kRsaPss2048);
  const Key ec = MakeKey(KeyKind::kEcP256);
  const Bytes data = ToBytes("what is signed");
  const Signature by_pss_key = Sign(pss.get(), {}, data);
  EXPECT_FALSE(Verifies(data, SignatureAlgorithm(rsa.get(), {}), by_pss_key.value, pss.get()));
  EXPECT_FALSE(Verifies(data, SignatureAlgorithm(ec.get(), {}), by_pss_key.value, pss.get()));
  EXPECT_FALSE(Verifies(data, by_pss_key.algorithm, by_pss_key.value, ec.get()));
}

}  // namespace
}  // namespace stapling::testing
