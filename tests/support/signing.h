// Signing a to-be-signed DER with a chosen algorithm, and the AlgorithmIdentifier that names it.
//
// Algorithms that libraries refuse to sign with today (MD5, SHA-1) are as available as any other.
#pragma once

#include <openssl/evp.h>

#include <string>

#include "tests/support/bytes.h"

namespace stapling::testing {

// The kind of key decides between ECDSA, RSA and Ed25519 (which ignores both fields).
struct SignatureScheme {
  std::string digest = "SHA256";  // MD5, SHA1, SHA224, SHA256, SHA384 or SHA512
  bool pss = false;               // RSASSA-PSS with a salt as long as the digest; RSA keys only
};

struct Signature {
  Bytes algorithm;  // AlgorithmIdentifier, DER
  Bytes value;
};

// The AlgorithmIdentifier that Sign() would give.
Bytes SignatureAlgorithm(EVP_PKEY* key, const SignatureScheme& scheme);

Signature Sign(EVP_PKEY* key, const SignatureScheme& scheme, const Bytes& data);

// `data` under the named digest, as for CertID hashes.
Bytes Digest(const std::string& digest, const Bytes& data);

// The AlgorithmIdentifier of a digest alone, with the customary NULL.
Bytes DigestAlgorithm(const std::string& digest);

}  // namespace stapling::testing
