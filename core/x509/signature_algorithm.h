// An AlgorithmIdentifier of a signature, read strictly: its name, and whether it may be believed.
//
// OpenSSL's verification does not look at the parameters of most algorithms; here they must be
// absent or NULL (RFC 4055, RFC 5758, RFC 8410), those of RSASSA-PSS well-formed and consistent.
// Digests shorter than SHA-1's (MD5 and weaker) are refused. Nothing is verified here.
#pragma once

#include <openssl/types.h>

#include <string>

namespace stapling {

struct SignatureAlgorithm {
  std::string name;         // such as ecdsa-with-SHA256, RSASSA-PSS-SHA256, ED25519
  bool acceptable = false;  // known, well-formed, and stronger than MD5
};

SignatureAlgorithm ReadSignatureAlgorithm(const X509_ALGOR* algorithm);

// OpenSSL's number of any AlgorithmIdentifier; NID_undef if it has none.
int AlgorithmNid(const X509_ALGOR* algorithm);

}  // namespace stapling
