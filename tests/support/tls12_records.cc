#include "tests/support/tls12_records.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "tests/support/openssl_handle.h"

namespace stapling::testing {
namespace {

constexpr std::size_t kTagSize = 16;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, Freeing<EVP_CIPHER_CTX_free>>;
using Kdf = std::unique_ptr<EVP_KDF, Freeing<EVP_KDF_free>>;
using KdfContext = std::unique_ptr<EVP_KDF_CTX, Freeing<EVP_KDF_CTX_free>>;

const unsigned char* OctetsOf(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// RFC 5246 section 6.3: client's and server's key, then client's and server's salt.
std::array<unsigned char, 40> KeyBlock(SSL* client) {
  std::array<unsigned char, SSL_MAX_MASTER_KEY_LENGTH> master{};
  const std::size_t master_size =
      SSL_SESSION_get_master_key(SSL_get_session(client), master.data(), master.size());
  std::string seed = "key expansion" + std::string(2 * SSL3_RANDOM_SIZE, '\0');
  auto* randoms =
      reinterpret_cast<unsigned char*>(seed.data()) + seed.size() - 2 * SSL3_RANDOM_SIZE;
  SSL_get_server_random(client, randoms, SSL3_RANDOM_SIZE);
  SSL_get_client_random(client, randoms + SSL3_RANDOM_SIZE, SSL3_RANDOM_SIZE);

  const Kdf prf(EVP_KDF_fetch(nullptr, "TLS1-PRF", nullptr));
  const KdfContext context(EVP_KDF_CTX_new(prf.get()));
  std::string digest = "SHA256";
  const std::array<OSSL_PARAM, 4> parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET, master.data(), master_size),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, seed.data(), seed.size()),
      OSSL_PARAM_construct_end()};
  std::array<unsigned char, 40> block{};
  Require(EVP_KDF_derive(context.get(), block.data(), block.size(), parameters.data()) == 1,
          "deriving TLS 1.2 keys");
  return block;
}

void AppendBigEndian(std::string& text, std::uint64_t number, int octets) {
  for (int shift = (octets - 1) * 8; shift >= 0; shift -= 8) {
    text += static_cast<char>(number >> static_cast<unsigned>(shift));
  }
}

}  // namespace

Tls12Records::Tls12Records(SSL* client) {
  const auto block = KeyBlock(client);
  std::copy_n(block.begin(), key_.size(), key_.begin());
  std::copy_n(block.begin() + 32, salt_.size(), salt_.begin());
}

std::string Tls12Records::Seal(std::uint8_t type, std::string_view content) {
  std::string explicit_nonce;
  AppendBigEndian(explicit_nonce, sequence_, 8);
  const std::string nonce = std::string(salt_.begin(), salt_.end()) + explicit_nonce;
  const std::string head = std::string(1, static_cast<char>(type)) + "\x03\x03";
  std::string additional = explicit_nonce + head;
  AppendBigEndian(additional, content.size(), 2);
  ++sequence_;

  const Cipher cipher(EVP_CIPHER_CTX_new());
  std::vector<unsigned char> sealed(content.size() + kTagSize);
  int size = 0;
  const bool done = EVP_EncryptInit_ex(cipher.get(), EVP_aes_128_gcm(), nullptr, key_.data(),
                                       OctetsOf(nonce)) == 1 &&
                    EVP_EncryptUpdate(cipher.get(), nullptr, &size, OctetsOf(additional),
                                      static_cast<int>(additional.size())) == 1 &&
                    EVP_EncryptUpdate(cipher.get(), sealed.data(), &size, OctetsOf(content),
                                      static_cast<int>(content.size())) == 1 &&
                    EVP_EncryptFinal_ex(cipher.get(), sealed.data() + content.size(), &size) == 1 &&
                    EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagSize,
                                        sealed.data() + content.size()) == 1;
  Require(done, "sealing a record");
  std::string record = head;
  AppendBigEndian(record, explicit_nonce.size() + sealed.size(), 2);
  return record + explicit_nonce + std::string(sealed.begin(), sealed.end());
}

}  // namespace stapling::testing
