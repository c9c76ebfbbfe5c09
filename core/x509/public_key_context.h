// OpenSSL's library context for what holds public keys, handshakes among it: the default provider,
// but of its algorithms only those that certificates and TLS can name. Of the decoders those of a
// SubjectPublicKeyInfo are left, of the ciphers those in a mode of some cipher suite, of the kinds
// of key those that are keys.
//
// For every key of every certificate OpenSSL 3.0 tries each decoder on each name of each kind of
// key, and walks over all algorithms that it has loaded three times: together a third of a
// handshake that looks at a certificate and an intermediate. With the few that can matter, the same
// keys are decoded by the same code, sooner. Nothing else is another: algorithms, cipher suites,
// groups, randomness are the default provider's own, and a key of this context serves in the
// default one as well.
//
// One thing is: a key on a curve that its certificate defines is none here. RFC 5480 allows no such
// curve, and one made for it keeps OpenSSL busy with square roots for half a second, for each of
// the thousands of certificates that a peer may present.
//
// It reads no private keys, but TLS in it signs with those that the default context read. Safe from
// any thread; lives until the process ends.
#pragma once

#include <openssl/types.h>

namespace stapling {

// Null, which is OpenSSL's default context, where that is set up otherwise (FIPS), or for want of
// memory.
OSSL_LIB_CTX* PublicKeyContext();

}  // namespace stapling
