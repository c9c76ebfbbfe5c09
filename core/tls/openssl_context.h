// What one module's handshakes by OpenSSL have in common: versions, key type, ALPN and the client's
// certificate.
//
// It verifies no chain and refuses no key for its strength: that is the chain verdict's matter. A
// Certificate message, staples included, of more than 1 MiB ends the handshake. No session is kept
// and no ticket asked for, so none is resumed.
#pragma once

#include "core/module.h"
#include "core/result.h"
#include "core/x509/openssl_ptr.h"

namespace stapling {

// Reads the client certificate and key, if the settings name them. The error names the file.
Result<SslCtxPtr> MakeOpensslContext(const TlsSettings& settings);

}  // namespace stapling
