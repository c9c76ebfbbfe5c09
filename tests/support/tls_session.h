// One TLS connection on the server's side, once per library; TlsServer is built on it.
#pragma once

#include <functional>
#include <memory>

#include "tests/support/openssl_handle.h"
#include "tests/support/tls_server.h"

namespace stapling::testing {

// Called when the handshake is over and when the connection is.
using Report = std::function<void(const TlsConnection&)>;

// Null if the leaf's certificate does not parse or does not fit its key.
std::shared_ptr<SSL_CTX> MakeServerContext(const std::vector<Certificate>& chain,
                                           const TlsServerOptions& options);

// Handshake, wait for the client to go, close. Blocks; ends early when the socket is shut down.
void ServeWithOpenSsl(int fd, SSL_CTX& context, const Staples& staples,
                      const TlsServerOptions& options, const Report& report);
void ServeWithGnuTls(int fd, const std::vector<Certificate>& chain, const Staples& staples,
                     const TlsServerOptions& options, const Report& report);

// Until the client goes, or has got enough of it. `ssl` can only read afterwards.
void Flood(SSL* ssl, int fd, RecordFlood flood);

}  // namespace stapling::testing
