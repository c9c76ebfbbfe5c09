// Does the chain that a server sent lead to an anchor that we trust? (RFC 5280 section 6)
//
// One verifier for every TLS library, so that their chain verdicts cannot differ: OpenSSL's, for
// the purpose of a TLS server, at the probe's own instant, with keys and digests as browsers demand
// them (RSA from 2048 bits on, no SHA-1). Revocation is not looked at, and names are checked
// elsewhere.
//
// A chain that verified is not verified again while the request's cache holds it, the same trust
// store vouches for it, and every certificate on the way is valid.
#pragma once

#include "core/tls/handshake.h"
#include "core/x509/trust_store.h"

namespace stapling {

// Writes the chain's fields of `handshake`, and the facts of every certificate. Without
// certificates it writes nothing; without memory it throws std::bad_alloc, as a chain that cannot
// be looked at is not an invalid one.
void VerifyChain(Handshake& handshake, const TrustStore& trust_store,
                 const HandshakeRequest& request);

}  // namespace stapling
