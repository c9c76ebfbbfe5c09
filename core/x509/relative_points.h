// CRL distribution points that are named relative to their issuer (RFC 5280 section 4.2.1.13).
//
// Before 3.0.22, OpenSSL answers the first question about any extension of a certificate, as every
// verification asks, by writing out the full name of each such point, the issuer's name included:
// 45 KiB of certificate become 300 MiB, and 1 MiB more than any machine has (CVE-2026-35189). So
// whatever a stranger presents is looked at here first. Decoding a certificate, its names and
// its public key asks for no extension.
//
// Nothing here trusts or verifies. Safe from any thread for certificates that nobody changes.
#pragma once

#include <openssl/x509.h>

namespace stapling {

// More than one. No CA should have any, by the RFC, and one doubles a name at most. Both throw
// std::bad_alloc without memory.
bool HasManyRelativePoints(const X509* certificate);
bool AnyHasManyRelativePoints(const STACK_OF(X509) * certificates);

// X509_verify_cert() for SSL_CTX_set_cert_verify_callback(): fails with
// X509_V_ERR_INVALID_EXTENSION where a certificate of the peer has many.
int VerifyUnlessManyRelativePoints(X509_STORE_CTX* context, void* unused);

}  // namespace stapling
