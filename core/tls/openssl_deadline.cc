#include "core/tls/openssl_deadline.h"

#include <openssl/bio.h>
#include <openssl/ssl.h>

namespace stapling {
namespace {

long OnRead(BIO* bio, int operation, const char* /*data*/, std::size_t /*length*/, int /*argi*/,
            long /*argl*/, int result, std::size_t* /*processed*/) {
  const auto* deadline = reinterpret_cast<const Deadline*>(BIO_get_callback_arg(bio));
  if (operation != BIO_CB_READ || !deadline->Passed()) return result;
  BIO_set_retry_read(bio);
  return -1;
}

}  // namespace

void EndReadsAt(const Deadline& deadline, SSL* ssl) {
  BIO* bio = SSL_get_rbio(ssl);
  BIO_set_callback_arg(bio, reinterpret_cast<char*>(const_cast<Deadline*>(&deadline)));
  BIO_set_callback_ex(bio, OnRead);
}

}  // namespace stapling
