#include "core/x509/public_key_context.h"

#include <gtest/gtest.h>
#include <openssl/crypto.h>
#include <openssl/dsa.h>
#include <openssl/err.h>
#include <unistd.h>

#include <chrono>
#include <ostream>
#include <string>
#include <vector>

#include "core/x509/certificate.h"
#include "core/x509/encode.h"
#include "core/x509/openssl_ptr.h"
#include "tests/support/der.h"
#include "tests/support/odd_key.h"
#include "tests/support/pki.h"
#include "tests/support/process_usage.h"

namespace stapling {
namespace {

SslCtxPtr TlsOf(OSSL_LIB_CTX* library) {
  SslCtxPtr tls(SSL_CTX_new_ex(library, nullptr, TLS_client_method()));
  SSL_CTX_set_security_level(tls.get(), 0);
  return tls;
}

std::vector<std::string> CipherSuites(OSSL_LIB_CTX* library) {
  const SslCtxPtr tls = TlsOf(library);
  EXPECT_EQ(SSL_CTX_set_cipher_list(tls.get(), "ALL:COMPLEMENTOFALL"), 1);
  EXPECT_EQ(SSL_CTX_set_ciphersuites(tls.get(),
                                     "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:"
                                     "TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_SHA256:"
                                     "TLS_AES_128_CCM_8_SHA256"),
            1);
  std::vector<std::string> names;
  const STACK_OF(SSL_CIPHER)* suites = SSL_CTX_get_ciphers(tls.get());
  for (int i = 0; i < sk_SSL_CIPHER_num(suites); ++i) {
    names.emplace_back(SSL_CIPHER_standard_name(sk_SSL_CIPHER_value(suites, i)));
  }
  return names;
}

TEST(PublicKeyContextTest, HasEveryCipherSuite) {
  ASSERT_NE(PublicKeyContext(), nullptr);
  const std::vector<std::string> all = CipherSuites(nullptr);
  EXPECT_GT(all.size(), 100U);
  EXPECT_EQ(CipherSuites(PublicKeyContext()), all);
}

TEST(PublicKeyContextTest, HasEveryGroup) {
  const SslCtxPtr everybodys = TlsOf(nullptr);
  const SslCtxPtr ours = TlsOf(PublicKeyContext());
  for (const char* group :
       {"P-256", "P-384", "P-521", "X25519", "X448", "secp256k1", "brainpoolP256r1",
        "brainpoolP384r1", "brainpoolP512r1", "ffdhe2048", "ffdhe3072", "ffdhe8192"}) {
    EXPECT_EQ(SSL_CTX_set1_groups_list(everybodys.get(), group), 1) << group;
    EXPECT_EQ(SSL_CTX_set1_groups_list(ours.get(), group), 1) << group;
  }
}

PkeyPtr DsaKey() {
  using ContextPtr = std::unique_ptr<EVP_PKEY_CTX, OpensslDeleter<EVP_PKEY_CTX_free>>;
  const ContextPtr making(EVP_PKEY_CTX_new_from_name(nullptr, "DSA", nullptr));
  EVP_PKEY* parameters = nullptr;
  if (EVP_PKEY_paramgen_init(making.get()) != 1 ||
      EVP_PKEY_CTX_set_dsa_paramgen_bits(making.get(), 1024) != 1 ||
      EVP_PKEY_CTX_set_dsa_paramgen_q_bits(making.get(), 160) != 1 ||
      EVP_PKEY_paramgen(making.get(), &parameters) != 1) {
    return nullptr;
  }
  const PkeyPtr owner(parameters);
  const ContextPtr generating(EVP_PKEY_CTX_new_from_pkey(nullptr, parameters, nullptr));
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_keygen_init(generating.get()) == 1) EVP_PKEY_keygen(generating.get(), &key);
  return PkeyPtr(key);
}

struct Row {
  std::string name;
  PkeyPtr (*make)();
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

template <std::size_t kBits>
PkeyPtr Rsa() {
  return PkeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", kBits));
}
PkeyPtr P256() { return PkeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")); }
PkeyPtr P521() { return PkeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-521")); }
PkeyPtr Brainpool() {
  return PkeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "brainpoolP384r1"));
}
PkeyPtr Ed25519() { return PkeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")); }
PkeyPtr Ed448() { return PkeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED448")); }
PkeyPtr X25519Key() { return PkeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519")); }
PkeyPtr X448Key() { return PkeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "X448")); }
PkeyPtr Sm2Key() { return PkeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "SM2")); }

class PublicKeyTest : public ::testing::TestWithParam<Row> {};

TEST_P(PublicKeyTest, IsTheSameInEitherContext) {
  const PkeyPtr key = GetParam().make();
  ASSERT_TRUE(key);
  const Bytes der = EncodeDer(key.get(), i2d_PUBKEY);
  const unsigned char* at = der.data();
  const PkeyPtr read(
      d2i_PUBKEY_ex(nullptr, &at, static_cast<long>(der.size()), PublicKeyContext(), nullptr));
  ASSERT_TRUE(read);
  EXPECT_EQ(EVP_PKEY_eq(read.get(), key.get()), 1);
  EXPECT_EQ(EVP_PKEY_get_security_bits(read.get()), EVP_PKEY_get_security_bits(key.get()));
  EXPECT_EQ(EncodeDer(read.get(), i2d_PUBKEY), der);
}

const auto kName = [](const auto& info) { return info.param.name; };

INSTANTIATE_TEST_SUITE_P(All, PublicKeyTest,
                         ::testing::Values(Row{"rsa_1024", Rsa<1024>}, Row{"rsa_2048", Rsa<2048>},
                                           Row{"dsa", DsaKey}, Row{"p256", P256}, Row{"p521", P521},
                                           Row{"brainpool_p384r1", Brainpool},
                                           Row{"ed25519", Ed25519}, Row{"ed448", Ed448},
                                           Row{"x25519", X25519Key}, Row{"x448", X448Key},
                                           Row{"sm2", Sm2Key}),
                         kName);

Bytes OctetsOf(const char* hex) {
  long length = 0;
  const BufferPtr octets(OPENSSL_hexstr2buf(hex, &length));
  return {octets.get(), octets.get() + length};
}

// A self-signed certificate in all but its signature, with a key on a curve over the prime
// 7 * 2^616 + 1. The curve is given by its parameters, with generator and key compressed to
// x-coordinates whose square roots take OpenSSL as long as any could: half a second.
Bytes CostlyCurveCertificate() {
  constexpr std::size_t kOctets = 78;
  const auto padded = [](Bytes last) {
    last.insert(last.begin(), kOctets - last.size(), 0);
    return last;
  };
  Bytes prime(kOctets, 0);
  prime.front() = 7;
  prime.back() = 1;
  // x^3 + b with x = 1 is a square of the greatest order.
  const Bytes b = OctetsOf(
      "0201d914480f81e1d2f68610097b8bb373c33429a96df20259f6dfe0333e11285721f49d95fb609847d19108b173"
      "c304007dfb2774a997b1f7f5a5e28ff0eb3a2595ff85e06ad3a2ec6dba8764c0");
  Bytes point = padded({1});
  point.insert(point.begin(), 2);
  const Bytes parameters =
      testing::der::Sequence({testing::der::Integer(1),
                              testing::der::Sequence({testing::der::Oid("1.2.840.10045.1.1"),
                                                      testing::der::UnsignedInteger(prime)}),
                              testing::der::Sequence({testing::der::OctetString(Bytes{0}),
                                                      testing::der::OctetString(padded(b))}),
                              testing::der::OctetString(point), testing::der::Integer(7)});
  return testing::IssueCertificate(
             {.subject = "Costly", .public_key = testing::EcKey(parameters, point)})
      .Der();
}

TEST(PublicKeyContextTest, DecodesNoKeyOnACurveOfItsOwn) {
  const Bytes der = CostlyCurveCertificate();
  const auto start = testing::ProcessorTime(getpid());
  for (int i = 0; i < 20; ++i) {
    const X509Ptr certificate = DecodeCertificate(der);
    ASSERT_TRUE(certificate);
    EXPECT_EQ(X509_get0_pubkey(certificate.get()), nullptr);
  }
  ERR_clear_error();
  EXPECT_LT(testing::ProcessorTime(getpid()) - start, std::chrono::seconds(1));
}

// Where it does, the parameters are as long as this.
TEST(PublicKeyContextTest, DecodesNoKeyWhoseCurveIsNotToBeSeen) {
  const PkeyPtr key = P256();
  const Bytes der = EncodeDer(key.get(), i2d_PUBKEY);
  Bytes longer = der;  // the length of the outer SEQUENCE in 70 octets
  longer.erase(longer.begin() + 1);
  Bytes length(70, 0);
  length.back() = der[1];
  longer.insert(longer.begin() + 1, length.begin(), length.end());
  longer.insert(longer.begin() + 1, 0x80 | 70);
  const unsigned char* at = longer.data();
  const PkeyPtr read(
      d2i_PUBKEY_ex(nullptr, &at, static_cast<long>(longer.size()), PublicKeyContext(), nullptr));
  EXPECT_EQ(read, nullptr);
  ERR_clear_error();
}

}  // namespace
}  // namespace stapling
