// The SSL_CTX of the exporter's own server, made from tls_server_config.
//
// No session is ever resumed (a ticket would outlive the certificate that it was given for) and
// nothing is renegotiated. HTTP/1.1 is the one protocol that ALPN offers. The error names the key
// and the file at fault and never quotes what is in it. Safe from any thread once made.
#pragma once

#include "core/result.h"
#include "core/x509/openssl_ptr.h"
#include "exporter/web/web_config.h"

namespace stapling::exporter {

Result<SslCtxPtr> MakeTlsContext(const TlsServerConfig& config);

}  // namespace stapling::exporter
