#include "core/x509/sha256.h"

#include <new>

#include "core/x509/openssl_ptr.h"

namespace stapling {
namespace {

using DigestPtr = std::unique_ptr<EVP_MD, OpensslDeleter<EVP_MD_free>>;

// Fetched once: every EVP_sha256() is looked up by its name.
const EVP_MD* Algorithm() {
  static const DigestPtr algorithm(EVP_MD_fetch(nullptr, "SHA2-256", nullptr));
  return algorithm.get();
}

}  // namespace

Sha256Digest Sha256Of(std::initializer_list<BytesView> parts) {
  const DigestContextPtr context(EVP_MD_CTX_new());
  Sha256Digest digest{};
  bool done = context && EVP_DigestInit_ex2(context.get(), Algorithm(), nullptr) == 1;
  for (const BytesView part : parts) {
    done = done && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
  }
  if (!done || EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) != 1) {
    throw std::bad_alloc();
  }
  return digest;
}

}  // namespace stapling
