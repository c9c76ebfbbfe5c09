#include "core/x509/issuer.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include "core/x509/clear_errors.h"
#include "core/x509/signature_algorithm.h"

namespace stapling {
namespace {

bool HasIssuersName(X509* candidate, X509* certificate) {
  return X509_NAME_cmp(X509_get_subject_name(candidate), X509_get_issuer_name(certificate)) == 0;
}

// Of an RSA key; 0 where that cannot be told.
int ExponentBits(EVP_PKEY* key) {
  BIGNUM* exponent = nullptr;
  if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent) != 1) return 0;
  return BN_num_bits(BignumPtr(exponent).get());
}

}  // namespace

bool MayBeMadeForASignature(EVP_PKEY* key) {
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA_PSS: {
      const int bits = ExponentBits(key);
      return bits == 0 || bits > kMaxExponentBits;
    }
    case EVP_PKEY_EC: {
      int of_its_own = 1;
      EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &of_its_own);
      return of_its_own != 0;
    }
    case EVP_PKEY_ED25519:
    case EVP_PKEY_ED448:
      return false;
    default:
      return true;
  }
}

const IdentifiedCertificate* NextInChain(const Sha256Digest& certificate,
                                         std::span<const IdentifiedCertificate> verified_chain) {
  for (std::size_t i = 0; i + 1 < verified_chain.size(); ++i) {
    if (verified_chain[i].sha256 == certificate) return &verified_chain[i + 1];
  }
  return nullptr;
}

bool Issued(X509* issuer, X509* certificate) {
  if (!HasIssuersName(issuer, certificate)) return false;
  const X509_ALGOR* algorithm = nullptr;
  X509_get0_signature(nullptr, &algorithm, certificate);
  if (!ReadSignatureAlgorithm(algorithm).acceptable) return false;
  EVP_PKEY* key = X509_get0_pubkey(issuer);
  const bool verifies =
      key != nullptr && !MayBeMadeForASignature(key) && X509_verify(certificate, key) == 1;
  ClearErrors();
  return verifies;
}

X509Ptr FindIssuer(X509* certificate, const IssuerCandidates& candidates) {
  int tried = 0;
  for (const X509Ptr& candidate : candidates.presented) {
    if (!candidate || !HasIssuersName(candidate.get(), certificate)) continue;
    if (++tried > kMaxPresentedIssuers) break;
    if (Issued(candidate.get(), certificate)) return Share(candidate.get());
  }
  if (candidates.trust_store == nullptr) return nullptr;
  for (X509Ptr& candidate :
       candidates.trust_store->FindBySubject(X509_get_issuer_name(certificate))) {
    if (Issued(candidate.get(), certificate)) return std::move(candidate);
  }
  return nullptr;
}

}  // namespace stapling
