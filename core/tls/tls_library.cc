#include "core/tls/tls_library.h"

#include "core/tls/openssl_client.h"
#ifdef STAPLING_HAS_GNUTLS
#include "core/tls/gnutls_client.h"
#include "core/tls/gnutls_opinion.h"
#endif

namespace stapling {

bool IsBuiltIn(TlsLibrary library) {
#ifdef STAPLING_HAS_GNUTLS
  static_cast<void>(library);
  return true;
#else
  return library == TlsLibrary::kOpenssl;
#endif
}

Result<std::unique_ptr<TlsClient>> MakeTlsClient(const TlsSettings& settings,
                                                 std::shared_ptr<const TrustStore> trust_store) {
  if (settings.library == TlsLibrary::kOpenssl) {
    return MakeOpensslClient(settings, std::move(trust_store));
  }
#ifdef STAPLING_HAS_GNUTLS
  return MakeGnutlsClient(settings, std::move(trust_store));
#else
  return Error{"this build has no gnutls"};
#endif
}

std::optional<LibraryOpinion> OpinionOf(TlsLibrary library, BytesView response, X509* certificate,
                                        X509* issuer, std::chrono::sys_seconds now) {
#ifdef STAPLING_HAS_GNUTLS
  if (library == TlsLibrary::kGnutls) return GnutlsOpinion(response, certificate, issuer, now);
#else
  static_cast<void>(response);
  static_cast<void>(certificate);
  static_cast<void>(issuer);
  static_cast<void>(now);
#endif
  static_cast<void>(library);
  return std::nullopt;
}

}  // namespace stapling
