// Is an extension there twice? (RFC 8446 section 4.2 and RFC 5246 section 7.4.1.4 forbid it.)
//
// OpenSSL ends such a handshake. GnuTLS takes the last one, and never frees what it made of those
// before. Pure; a message that is malformed repeats nothing, and is left to the library.
#pragma once

#include "core/bytes.h"

namespace stapling {

// Messages without the four-octet handshake header. A HelloRetryRequest has the form of the first.
bool ServerHelloRepeatsAnExtension(BytesView body);
bool EncryptedExtensionsRepeatOne(BytesView body);
bool CertificateRequestRepeatsAnExtension(BytesView body);  // of TLS 1.3

}  // namespace stapling
