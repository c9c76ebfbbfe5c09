// What a server may have OpenSSL's client compute within one call, which no deadline ends.
#pragma once

#include <openssl/ssl.h>

namespace stapling {

// Of Diffie-Hellman groups that have no name (RFC 7919, RFC 3526). OpenSSL takes 10,000 bits, a
// second and more of computing; those with a name have short exponents and are cheap.
inline constexpr int kMaxUnnamedGroupBits = 4096;

// Refuses larger groups, and asks for no compressed certificates (RFC 8879) where OpenSSL knows
// them: what it is sent is read as it is sent. After SSL_CTX_set_security_level(), which goes on to
// hold.
void BoundHandshakeCost(SSL_CTX* context);

}  // namespace stapling
