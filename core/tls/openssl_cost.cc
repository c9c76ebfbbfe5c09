#include "core/tls/openssl_cost.h"

#include <openssl/evp.h>

#include <array>

namespace stapling {
namespace {

using SecurityCallback = decltype(SSL_CTX_get_security_callback(nullptr));

bool HasName(const EVP_PKEY* key) {
  std::array<char, 64> name;
  std::size_t length = 0;
  return EVP_PKEY_get_group_name(key, name.data(), name.size(), &length) == 1;
}

// `usual` is OpenSSL's own callback, whose answer about everything else stands.
int Allow(const SSL* ssl, const SSL_CTX* context, int operation, int bits, int nid, void* other,
          void* usual) {
  if (operation == SSL_SECOP_TMP_DH) {
    const auto* key = static_cast<const EVP_PKEY*>(other);
    if (EVP_PKEY_get_bits(key) > kMaxUnnamedGroupBits && !HasName(key)) return 0;
  }
  return reinterpret_cast<SecurityCallback>(usual)(ssl, context, operation, bits, nid, other,
                                                   nullptr);
}

}  // namespace

void BoundHandshakeCost(SSL_CTX* context) {
#ifdef SSL_OP_NO_RX_CERTIFICATE_COMPRESSION
  SSL_CTX_set_options(context,
                      SSL_OP_NO_RX_CERTIFICATE_COMPRESSION | SSL_OP_NO_TX_CERTIFICATE_COMPRESSION);
#endif
  const SecurityCallback usual = SSL_CTX_get_security_callback(context);
  SSL_CTX_set0_security_ex_data(context, reinterpret_cast<void*>(usual));
  SSL_CTX_set_security_callback(context, &Allow);
}

}  // namespace stapling
