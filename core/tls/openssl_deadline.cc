#include "core/tls/openssl_deadline.h"

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <cerrno>

namespace stapling {
namespace {

constexpr std::uint64_t kMostOfAHandshake = 4U << 20U;

long OnRead(BIO* bio, int operation, const char* /*data*/, std::size_t /*length*/, int /*argi*/,
            long /*argl*/, int result, std::size_t* /*processed*/) {
  const auto* deadline = reinterpret_cast<const Deadline*>(BIO_get_callback_arg(bio));
  if (operation != BIO_CB_READ || !deadline->Passed()) return result;
  BIO_set_retry_read(bio);
  return -1;
}

long OnHandshakeRead(BIO* bio, int operation, const char* data, std::size_t length, int argi,
                     long argl, int result, std::size_t* processed) {
  if (operation != BIO_CB_READ || BIO_number_read(bio) <= kMostOfAHandshake) {
    return OnRead(bio, operation, data, length, argi, argl, result, processed);
  }
  BIO_clear_retry_flags(bio);
  errno = EPROTO;
  return -1;
}

void SetCallback(const Deadline& deadline, SSL* ssl, BIO_callback_fn_ex callback) {
  BIO* bio = SSL_get_rbio(ssl);
  BIO_set_callback_arg(bio, reinterpret_cast<char*>(const_cast<Deadline*>(&deadline)));
  BIO_set_callback_ex(bio, callback);
}

}  // namespace

void EndReadsAt(const Deadline& deadline, SSL* ssl) { SetCallback(deadline, ssl, OnRead); }

void EndHandshakeAt(const Deadline& deadline, SSL* ssl) {
  SetCallback(deadline, ssl, OnHandshakeRead);
}

}  // namespace stapling
