// One owning alias for each GnuTLS handle type, so that no path frees by hand.
#pragma once

#include <gnutls/gnutls.h>
#include <gnutls/ocsp.h>
#include <gnutls/x509.h>

#include <memory>
#include <string>
#include <type_traits>

#include "core/bytes.h"

namespace stapling {

template <auto Free>
struct GnutlsDeleter {
  template <typename T>
  void operator()(T* handle) const {
    Free(handle);
  }
};

template <typename Handle, auto Free>
using GnutlsPtr = std::unique_ptr<std::remove_pointer_t<Handle>, GnutlsDeleter<Free>>;

inline void FreeGnutlsTrustList(gnutls_x509_trust_list_t list) {
  gnutls_x509_trust_list_deinit(list, 0);  // 0: the certificates in it stay their owner's
}

using GnutlsCertificate = GnutlsPtr<gnutls_x509_crt_t, gnutls_x509_crt_deinit>;
using GnutlsCredentials =
    GnutlsPtr<gnutls_certificate_credentials_t, gnutls_certificate_free_credentials>;
using GnutlsResponse = GnutlsPtr<gnutls_ocsp_resp_t, gnutls_ocsp_resp_deinit>;
using GnutlsSession = GnutlsPtr<gnutls_session_t, gnutls_deinit>;

// Calls `init(&handle)` and owns what it made; null when it made nothing.
template <typename Owner, typename Init>
Owner MakeGnutls(Init init) {
  typename Owner::pointer handle = nullptr;
  const int result = init(&handle);
  return Owner(result < 0 ? nullptr : handle);
}

// GnuTLS only reads what it is given as a datum, though the type says otherwise.
inline gnutls_datum_t DatumOf(BytesView bytes) {
  return {.data = const_cast<unsigned char*>(bytes.data()),
          .size = static_cast<unsigned>(bytes.size())};
}

inline gnutls_datum_t DatumOf(const std::string& text) {
  return DatumOf(BytesView(reinterpret_cast<const unsigned char*>(text.data()), text.size()));
}

inline BytesView ViewOf(const gnutls_datum_t& datum) { return {datum.data, datum.size}; }

}  // namespace stapling
