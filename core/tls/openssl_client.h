// The handshake by OpenSSL: one SSL_CTX for each module, over a shared trust store.
//
// Chain and staples are read from the Certificate and CertificateStatus messages as they arrive,
// which works for every certificate under TLS 1.3 and before the handshake is over; the library's
// status callback must agree about the leaf. Sessions are never resumed: a resumed handshake
// carries no staple.
#pragma once

#include <memory>

#include "core/module.h"
#include "core/result.h"
#include "core/tls/handshake.h"
#include "core/x509/trust_store.h"

namespace stapling {

// Reads the client certificate and key, if the settings name them. The error names the file.
Result<std::unique_ptr<TlsClient>> MakeOpensslClient(const TlsSettings& settings,
                                                     std::shared_ptr<const TrustStore> trust_store);

}  // namespace stapling
