// Owned OpenSSL handles of the test support, and how it stops when OpenSSL cannot do its part.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "tests/support/bytes.h"

namespace stapling::testing {

template <auto Free>
struct Freeing {
  template <typename T>
  void operator()(T* handle) const {
    Free(handle);
  }
};

using Bio = std::unique_ptr<BIO, Freeing<BIO_free_all>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freeing<EVP_MD_CTX_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freeing<EVP_PKEY_CTX_free>>;
using SslContext = std::unique_ptr<SSL_CTX, Freeing<SSL_CTX_free>>;
using Ssl = std::unique_ptr<SSL, Freeing<SSL_free>>;

// For what cannot fail unless OpenSSL or the test itself is broken.
inline void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "test support: %s failed\n", what);
  std::abort();
}

inline std::string Contents(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return {data, static_cast<std::size_t>(size)};
}

// The DER of anything that has an i2d function.
template <typename T, typename Encode>
Bytes EncodeDer(const T* object, Encode encode) {
  const int size = encode(object, nullptr);
  Require(size > 0, "encoding DER");
  Bytes bytes(static_cast<std::size_t>(size));
  unsigned char* at = bytes.data();
  encode(object, &at);
  return bytes;
}

}  // namespace stapling::testing
