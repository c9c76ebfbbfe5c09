// OpenSSL's library context for handshakes: the default provider, but of its decoders only those
// that a peer's certificate needs, for a SubjectPublicKeyInfo.
//
// OpenSSL 3.0 looks through all decoders for every key of every certificate that it reads: a third
// of a handshake that looks at a certificate and an intermediate. With the few that can matter, the
// same keys are decoded by the same code, sooner. Nothing else is another: algorithms, groups,
// randomness are the default provider's own.
//
// It reads no private keys. Safe from any thread; lives until the process ends.
#pragma once

#include <openssl/types.h>

namespace stapling {

// Null, which is OpenSSL's default context, where that is set up otherwise (FIPS), or for want of
// memory.
OSSL_LIB_CTX* HandshakeContext();

}  // namespace stapling
