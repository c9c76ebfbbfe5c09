#include "core/x509/signature_algorithm.h"

#include <openssl/objects.h>
#include <openssl/rsa.h>

#include "core/x509/openssl_ptr.h"
#include "core/x509/text.h"

namespace stapling {
namespace {

using PssPtr = std::unique_ptr<RSA_PSS_PARAMS, OpensslDeleter<RSA_PSS_PARAMS_free>>;

constexpr int kSmallestDigest = 20;  // octets of SHA-1

bool HasNoParameters(const X509_ALGOR* algorithm) {
  int type = V_ASN1_UNDEF;
  const void* value = nullptr;
  X509_ALGOR_get0(nullptr, &type, &value, algorithm);
  return type == V_ASN1_UNDEF || type == V_ASN1_NULL;
}

bool IsStrong(int digest_nid) {
  const EVP_MD* digest = EVP_get_digestbynid(digest_nid);
  return digest != nullptr && EVP_MD_get_size(digest) >= kSmallestDigest;
}

template <typename Pointer>
Pointer SequenceParameter(const X509_ALGOR* algorithm, const ASN1_ITEM* item) {
  if (algorithm == nullptr) return nullptr;
  int type = V_ASN1_UNDEF;
  const void* value = nullptr;
  X509_ALGOR_get0(nullptr, &type, &value, algorithm);
  if (type != V_ASN1_SEQUENCE) return nullptr;
  return Pointer(static_cast<typename Pointer::pointer>(
      ASN1_item_unpack(static_cast<const ASN1_STRING*>(value), item)));
}

// RFC 4055 section 3.1. The mask's digest must be the message's, as every CA has it.
SignatureAlgorithm ReadPss(const X509_ALGOR* algorithm) {
  const auto pss = SequenceParameter<PssPtr>(algorithm, ASN1_ITEM_rptr(RSA_PSS_PARAMS));
  if (!pss) return {.name = "RSASSA-PSS", .acceptable = false};
  const int digest = pss->hashAlgorithm == nullptr ? NID_sha1 : AlgorithmNid(pss->hashAlgorithm);
  SignatureAlgorithm read{.name = std::string("RSASSA-PSS-") + OBJ_nid2sn(digest)};

  int mask_digest = NID_sha1;
  bool well_formed = pss->hashAlgorithm == nullptr || HasNoParameters(pss->hashAlgorithm);
  if (pss->maskGenAlgorithm != nullptr) {
    const auto mask =
        SequenceParameter<AlgorithmPtr>(pss->maskGenAlgorithm, ASN1_ITEM_rptr(X509_ALGOR));
    well_formed = well_formed && AlgorithmNid(pss->maskGenAlgorithm) == NID_mgf1 && mask &&
                  HasNoParameters(mask.get());
    if (mask) mask_digest = AlgorithmNid(mask.get());
  }
  read.acceptable = well_formed && mask_digest == digest && IsStrong(digest);
  return read;
}

}  // namespace

int AlgorithmNid(const X509_ALGOR* algorithm) {
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  return OBJ_obj2nid(object);
}

SignatureAlgorithm ReadSignatureAlgorithm(const X509_ALGOR* algorithm) {
  const int signature = AlgorithmNid(algorithm);
  if (signature == NID_rsassaPss) return ReadPss(algorithm);

  int digest = NID_undef;
  int key_type = NID_undef;
  if (signature == NID_undef || OBJ_find_sigid_algs(signature, &digest, &key_type) != 1) {
    const ASN1_OBJECT* object = nullptr;
    X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
    char dotted[128] = "";
    OBJ_obj2txt(dotted, sizeof dotted, object, 1);
    return {.name = CleanText(dotted), .acceptable = false};
  }
  const bool digests_itself = key_type == NID_ED25519 || key_type == NID_ED448;
  return {.name = OBJ_nid2ln(signature),
          .acceptable = HasNoParameters(algorithm) && (digests_itself || IsStrong(digest))};
}

}  // namespace stapling
