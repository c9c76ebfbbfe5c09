#include "core/x509/signature.h"

#include <openssl/objects.h>
#include <openssl/rsa.h>

#include "core/x509/clear_errors.h"
#include "core/x509/openssl_ptr.h"
#include "core/x509/signature_algorithm.h"

namespace stapling {
namespace {

using PssPtr = std::unique_ptr<RSA_PSS_PARAMS, OpensslDeleter<RSA_PSS_PARAMS_free>>;

constexpr long kDefaultSalt = 20;  // RFC 4055 section 3.1
constexpr long kDefaultTrailer = 1;
constexpr long kLongestSalt = 8192;

long ValueOr(const ASN1_INTEGER* number, long fallback) {
  return number == nullptr ? fallback : ASN1_INTEGER_get(number);
}

// That the mask's digest is the message's was seen to by ReadSignatureAlgorithm.
bool PreparePss(EVP_MD_CTX* context, const X509_ALGOR* algorithm, EVP_PKEY* key) {
  int type = V_ASN1_UNDEF;  // without it OpenSSL does not tell the parameters
  const void* parameters = nullptr;
  X509_ALGOR_get0(nullptr, &type, &parameters, algorithm);
  if (type != V_ASN1_SEQUENCE) return false;
  const PssPtr pss(static_cast<RSA_PSS_PARAMS*>(ASN1_item_unpack(
      static_cast<const ASN1_STRING*>(parameters), ASN1_ITEM_rptr(RSA_PSS_PARAMS))));
  if (!pss) return false;
  const EVP_MD* digest = EVP_get_digestbynid(
      pss->hashAlgorithm == nullptr ? NID_sha1 : AlgorithmNid(pss->hashAlgorithm));
  const long salt = ValueOr(pss->saltLength, kDefaultSalt);
  if (digest == nullptr || salt < 0 || salt > kLongestSalt ||
      ValueOr(pss->trailerField, kDefaultTrailer) != kDefaultTrailer) {
    return false;
  }
  if (EVP_PKEY_is_a(key, "RSA") != 1 && EVP_PKEY_is_a(key, "RSA-PSS") != 1) return false;
  EVP_PKEY_CTX* key_context = nullptr;  // owned by `context`
  return EVP_DigestVerifyInit(context, &key_context, digest, nullptr, key) == 1 &&
         EVP_PKEY_CTX_set_rsa_padding(key_context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(key_context, digest) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(key_context, static_cast<int>(salt)) == 1;
}

bool Prepare(EVP_MD_CTX* context, const X509_ALGOR* algorithm, EVP_PKEY* key) {
  if (AlgorithmNid(algorithm) == NID_rsassaPss) return PreparePss(context, algorithm, key);
  int digest = NID_undef;
  int key_type = NID_undef;
  if (OBJ_find_sigid_algs(AlgorithmNid(algorithm), &digest, &key_type) != 1 ||
      EVP_PKEY_get_base_id(key) != EVP_PKEY_type(key_type)) {
    return false;
  }
  const EVP_MD* message_digest = digest == NID_undef ? nullptr : EVP_get_digestbynid(digest);
  return EVP_DigestVerifyInit(context, nullptr, message_digest, nullptr, key) == 1;
}

}  // namespace

bool SignatureVerifies(BytesView data, const X509_ALGOR* algorithm, BytesView signature,
                       EVP_PKEY* key) {
  if (key == nullptr || !ReadSignatureAlgorithm(algorithm).acceptable) return false;
  const DigestContextPtr context(EVP_MD_CTX_new());
  const bool verifies = context && Prepare(context.get(), algorithm, key) &&
                        EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                                         data.data(), data.size()) == 1;
  ClearErrors();
  return verifies;
}

}  // namespace stapling
