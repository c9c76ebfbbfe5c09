// One extension of a certificate, decoded by OpenSSL into its own type.
#pragma once

#include <openssl/x509v3.h>

#include "core/x509/clear_errors.h"

namespace stapling {

// For NID_crl_distribution_points a pointer that frees CRL_DIST_POINTS, and so on. Null if the
// extension is absent, malformed or there twice, but never for want of memory, which throws
// std::bad_alloc: a certificate that demands a staple must not read as one that does not. `found`
// tells the three apart: OpenSSL's -1 is absent.
template <typename Pointer>
Pointer DecodedExtension(const X509* certificate, int nid, int* found = nullptr) {
  Pointer decoded(
      static_cast<typename Pointer::pointer>(X509_get_ext_d2i(certificate, nid, found, nullptr)));
  if (!decoded) ClearErrors();
  return decoded;
}

}  // namespace stapling
