// What OpenSSL holds as DER.
#pragma once

#include <openssl/err.h>

#include <new>

#include "core/bytes.h"
#include "core/x509/clear_errors.h"
#include "core/x509/openssl_ptr.h"

namespace stapling {

// By the i2d function of the object's type; empty if it cannot be encoded. Leaves no error queued.
// Throws std::bad_alloc without memory, of which OpenSSL's encoders say nothing in the queue.
template <typename T, typename Encode>
Bytes EncodeDer(const T* object, Encode encode) {
  unsigned char* der = nullptr;
  const int length = encode(object, &der);
  const BufferPtr owner(der);
  if (length < 0 && ERR_peek_error() == 0) throw std::bad_alloc();
  ClearErrors();
  if (length <= 0) return {};
  return {der, der + length};
}

}  // namespace stapling
