#include "core/tls/chain_error.h"

#include <openssl/x509_vfy.h>

#include <array>

namespace stapling {
namespace {

constexpr std::array kErrors{
    ChainErrorInfo{ChainError::kExpired, "expired", "A certificate of the chain has expired."},
    ChainErrorInfo{ChainError::kNotYetValid, "not_yet_valid",
                   "A certificate of the chain is not valid yet."},
    ChainErrorInfo{ChainError::kSelfSigned, "self_signed",
                   "The server's certificate is self-signed and not trusted."},
    ChainErrorInfo{ChainError::kUntrustedRoot, "untrusted_root",
                   "The chain ends at a root that is not trusted."},
    ChainErrorInfo{ChainError::kMissingIntermediate, "missing_intermediate",
                   "A certificate's issuer was neither sent nor is it trusted."},
    ChainErrorInfo{ChainError::kBadSignature, "bad_signature",
                   "A certificate's signature does not verify."},
    ChainErrorInfo{ChainError::kWrongPurpose, "wrong_purpose",
                   "A certificate may not be used for what it is used for here."},
    ChainErrorInfo{ChainError::kPathLength, "path_length", "The chain is longer than allowed."},
    ChainErrorInfo{ChainError::kNameConstraint, "name_constraint",
                   "A name lies outside what its CA may issue for."},
    ChainErrorInfo{ChainError::kWeakKey, "weak_key", "A key or a digest of the chain is too weak."},
    ChainErrorInfo{ChainError::kRevoked, "revoked", "A certificate of the chain is revoked."},
    ChainErrorInfo{ChainError::kOther, "other", "The chain does not verify."},
};

}  // namespace

std::span<const ChainErrorInfo> ChainErrors() { return kErrors; }

const ChainErrorInfo& Describe(ChainError error) {
  return kErrors.at(static_cast<std::size_t>(error));
}

ChainError ChainErrorOf(int x509_error) {
  switch (x509_error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return ChainError::kExpired;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return ChainError::kNotYetValid;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return ChainError::kSelfSigned;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_UNTRUSTED:
    case X509_V_ERR_CERT_REJECTED:
      return ChainError::kUntrustedRoot;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return ChainError::kMissingIntermediate;
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    case X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE:
    case X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY:
    case X509_V_ERR_SIGNATURE_ALGORITHM_MISMATCH:
    case X509_V_ERR_SIGNATURE_ALGORITHM_INCONSISTENCY:
      return ChainError::kBadSignature;
    case X509_V_ERR_INVALID_PURPOSE:
    case X509_V_ERR_INVALID_CA:
    case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
    case X509_V_ERR_KEYUSAGE_NO_DIGITAL_SIGNATURE:
      return ChainError::kWrongPurpose;
    case X509_V_ERR_PATH_LENGTH_EXCEEDED:
    case X509_V_ERR_CERT_CHAIN_TOO_LONG:
    case X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED:
      return ChainError::kPathLength;
    case X509_V_ERR_PERMITTED_VIOLATION:
    case X509_V_ERR_EXCLUDED_VIOLATION:
    case X509_V_ERR_SUBTREE_MINMAX:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX:
    case X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
      return ChainError::kNameConstraint;
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
      return ChainError::kWeakKey;
    case X509_V_ERR_CERT_REVOKED:
      return ChainError::kRevoked;
    default:
      return ChainError::kOther;
  }
}

}  // namespace stapling
