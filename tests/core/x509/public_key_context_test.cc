#include "core/x509/public_key_context.h"

#include <gtest/gtest.h>
#include <openssl/dsa.h>

#include <ostream>
#include <string>
#include <vector>

#include "core/x509/encode.h"
#include "core/x509/openssl_ptr.h"

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

}  // namespace
}  // namespace stapling
