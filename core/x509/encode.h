// What OpenSSL holds as DER.
#pragma once

#include <openssl/err.h>

#include "core/bytes.h"
#include "core/x509/openssl_ptr.h"

namespace stapling {

// By the i2d function of the object's type; empty if it cannot be encoded. Leaves no error queued.
template <typename T, typename Encode>
Bytes EncodeDer(const T* object, Encode encode) {
  unsigned char* der = nullptr;
  const int length = encode(object, &der);
  const BufferPtr owner(der);
  ERR_clear_error();
  if (length <= 0) return {};
  return {der, der + length};
}

}  // namespace stapling
