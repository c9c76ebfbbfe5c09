#include "core/x509/clear_errors.h"

#include <openssl/err.h>

#include <new>

namespace stapling {

void ClearErrors() {
  bool out_of_memory = false;
  while (const unsigned long error = ERR_get_error()) {
    out_of_memory = out_of_memory || ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE;
  }
  if (out_of_memory) throw std::bad_alloc();
}

}  // namespace stapling
