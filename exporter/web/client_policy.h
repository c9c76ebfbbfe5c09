// Which clients' certificates a TLS server takes: the client_auth_type of Go and the toolkit's
// client_allowed_sans.
//
// A client must always prove that it has the key of the certificate that it sends; that is
// OpenSSL's part. No revocation is looked at. Safe from any thread once applied.
#pragma once

#include <openssl/ssl.h>

#include <optional>
#include <string>
#include <vector>

#include "exporter/web/go_names.h"

namespace stapling::exporter {

// With `allowed_names`, a certificate must have one of them, letter for letter, as a subject
// alternative name. Verification uses the context's certificate store.
void ApplyClientPolicy(SSL_CTX* context, ClientAuth client_auth,
                       const std::optional<std::vector<std::string>>& allowed_names);

// Whether `context` would let in a client that another context has: false for one that it would
// not, and where there is no memory to tell.
bool WouldAdmit(SSL_CTX* context, SSL* connection);

// DNS names, e-mail addresses, IP addresses and URIs of a certificate.
std::vector<std::string> AlternativeNamesOf(X509* certificate);

}  // namespace stapling::exporter
