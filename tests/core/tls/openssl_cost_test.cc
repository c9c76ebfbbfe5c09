#include "core/tls/openssl_cost.h"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <memory>
#include <ostream>
#include <string>

#include "core/x509/openssl_ptr.h"
#include "tests/core/fixed_pki.h"
#include "tests/support/odd_key.h"
#include "tests/support/openssl_handle.h"

namespace stapling::testing {
namespace {

using Parameters = std::unique_ptr<OSSL_PARAM, Freeing<OSSL_PARAM_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Freeing<OSSL_PARAM_BLD_free>>;

EVP_PKEY* GroupOf(const OSSL_PARAM* parameters) {
  EVP_PKEY* group = nullptr;
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "DH", nullptr));
  Require(EVP_PKEY_fromdata_init(context.get()) == 1 &&
              EVP_PKEY_fromdata(context.get(), &group, EVP_PKEY_KEY_PARAMETERS,
                                const_cast<OSSL_PARAM*>(parameters)) == 1,
          "making a group");
  return group;
}

EVP_PKEY* Named(std::string name) {
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name.data(), 0),
      OSSL_PARAM_construct_end()};
  return GroupOf(parameters);
}

// Of a modulus that nobody knows, prime or not.
EVP_PKEY* Unnamed(std::size_t bits) {
  const Bytes modulus = OddNumber(bits, 1);
  const BignumPtr p(BN_bin2bn(modulus.data(), static_cast<int>(modulus.size()), nullptr));
  const BignumPtr g(BN_new());
  BN_set_word(g.get(), 5);
  const Builder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_FFC_P, p.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_FFC_G, g.get());
  return GroupOf(Parameters(OSSL_PARAM_BLD_to_param(builder.get())).get());
}

struct GroupRow {
  const char* name;
  EVP_PKEY* (*group)();
  int level;  // OpenSSL's security level of the client
  bool taken;
};
std::ostream& operator<<(std::ostream& out, const GroupRow& row) { return out << row.name; }

class KeyExchangeCostTest : public ::testing::TestWithParam<GroupRow> {};

// Client and server in one process, by way of memory.
TEST_P(KeyExchangeCostTest, IsBounded) {
  const Certificate certificate =
      IssueCertificate({.subject = "server.test", .key = KeyKind::kRsa2048});
  const SslContext server_context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_set_security_level(server_context.get(), 0);
  SSL_CTX_use_certificate(server_context.get(), certificate.x509());
  SSL_CTX_use_PrivateKey(server_context.get(), certificate.key());
  ASSERT_EQ(SSL_CTX_set0_tmp_dh_pkey(server_context.get(), GetParam().group()), 1);
  const SslContext client_context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_max_proto_version(client_context.get(), TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(client_context.get(), "DHE-RSA-AES128-GCM-SHA256");
  SSL_CTX_set_security_level(client_context.get(), GetParam().level);
  BoundHandshakeCost(client_context.get());

  const Ssl server(SSL_new(server_context.get()));
  const Ssl client(SSL_new(client_context.get()));
  BIO* client_end = nullptr;
  BIO* server_end = nullptr;
  BIO_new_bio_pair(&client_end, 0, &server_end, 0);
  SSL_set_bio(client.get(), client_end, client_end);
  SSL_set_bio(server.get(), server_end, server_end);
  SSL_set_connect_state(client.get());
  SSL_set_accept_state(server.get());
  for (int turn = 0; turn < 10; ++turn) {
    SSL_do_handshake(client.get());
    SSL_do_handshake(server.get());
  }
  EXPECT_EQ(SSL_is_init_finished(client.get()) == 1, GetParam().taken);
}

INSTANTIATE_TEST_SUITE_P(
    Table, KeyExchangeCostTest,
    ::testing::Values(
        GroupRow{"unnamed_up_to_the_bound", [] { return Unnamed(4096); }, 0, true},
        GroupRow{"unnamed_beyond_it", [] { return Unnamed(4104); }, 0, false},
        GroupRow{"as_large_as_openssl_takes", [] { return Unnamed(10000); }, 0, false},
        GroupRow{"named", [] { return Named("ffdhe8192"); }, 0, true},
        GroupRow{"small", [] { return Unnamed(1024); }, 0, true},
        GroupRow{"small_where_the_level_forbids_it", [] { return Unnamed(1024); }, 2, false}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace stapling::testing
