#include "core/tls/gnutls_costly_key.h"

#include <gnutls/abstract.h>

#include <algorithm>
#include <new>
#include <span>

#include "core/tls/gnutls_handle.h"

namespace stapling {
namespace {

// OpenSSL's bounds (OPENSSL_RSA_MAX_MODULUS_BITS, OPENSSL_RSA_MAX_PUBEXP_BITS).
constexpr std::size_t kMostModulusOctets = 16384 / 8;
constexpr std::size_t kMostExponentOctets = 64 / 8;

using GnutlsPublicKey = GnutlsPtr<gnutls_pubkey_t, gnutls_pubkey_deinit>;

// False where GnuTLS could not do something for another reason than a lack of memory.
bool Succeeded(int result) {
  if (result == GNUTLS_E_MEMORY_ERROR) throw std::bad_alloc();
  return result >= 0;
}

// What is sure to be made: only memory can lack.
template <typename Owner, typename Init>
Owner Make(Init init) {
  Owner made = MakeGnutls<Owner>(init);
  if (!made) throw std::bad_alloc();
  return made;
}

// A datum that GnuTLS allocates for whoever asked.
struct OwnedDatum {
  OwnedDatum() = default;
  OwnedDatum(const OwnedDatum&) = delete;
  OwnedDatum& operator=(const OwnedDatum&) = delete;
  ~OwnedDatum() { gnutls_free(datum.data); }
  gnutls_datum_t datum{};
};

// The certificates of a response, likewise.
struct OwnedCertificates {
  OwnedCertificates() = default;
  OwnedCertificates(const OwnedCertificates&) = delete;
  OwnedCertificates& operator=(const OwnedCertificates&) = delete;
  ~OwnedCertificates() {
    for (gnutls_x509_crt_t certificate : view()) gnutls_x509_crt_deinit(certificate);
    gnutls_free(list);
  }
  [[nodiscard]] std::span<const gnutls_x509_crt_t> view() const { return {list, count}; }
  gnutls_x509_crt_t* list = nullptr;
  std::size_t count = 0;
};

bool IsCostlyRsa(gnutls_pubkey_t key) {
  OwnedDatum modulus;
  OwnedDatum exponent;
  const int result =
      gnutls_pubkey_export_rsa_raw2(key, &modulus.datum, &exponent.datum, GNUTLS_EXPORT_FLAG_NO_LZ);
  return !Succeeded(result) || modulus.datum.size > kMostModulusOctets ||
         exponent.datum.size > kMostExponentOctets;
}

bool IsCostly(gnutls_x509_crt_t certificate) {
  const auto key = Make<GnutlsPublicKey>(gnutls_pubkey_init);
  if (!Succeeded(gnutls_pubkey_import_x509(key.get(), certificate, 0))) return false;
  switch (gnutls_pubkey_get_pk_algorithm(key.get(), nullptr)) {
    case GNUTLS_PK_RSA:
    case GNUTLS_PK_RSA_PSS:
      return IsCostlyRsa(key.get());
    case GNUTLS_PK_ECDSA:  // on a curve that it knows by name; it takes no other
    case GNUTLS_PK_EDDSA_ED25519:
    case GNUTLS_PK_EDDSA_ED448:
      return false;
    default:
      return true;
  }
}

}  // namespace

bool HasCostlyKey(BytesView certificate) {
  const auto imported = Make<GnutlsCertificate>(gnutls_x509_crt_init);
  const gnutls_datum_t datum = DatumOf(certificate);
  return Succeeded(gnutls_x509_crt_import(imported.get(), &datum, GNUTLS_X509_FMT_DER)) &&
         IsCostly(imported.get());
}

bool EmbedsCostlyKey(BytesView staple) {
  const auto response = Make<GnutlsResponse>(gnutls_ocsp_resp_init);
  const gnutls_datum_t datum = DatumOf(staple);
  if (!Succeeded(gnutls_ocsp_resp_import(response.get(), &datum))) return false;
  OwnedCertificates embedded;
  // Where it cannot read one of them it looks for the signer among none of them.
  if (!Succeeded(gnutls_ocsp_resp_get_certs(response.get(), &embedded.list, &embedded.count))) {
    return false;
  }
  return std::ranges::any_of(embedded.view(), IsCostly);
}

}  // namespace stapling
