// GnuTLS' own opinion of a staple, after a handshake or of captured bytes.
//
// It is known to differ from a strict client's: GnuTLS 3.7 refuses every response where the server
// does not send the issuer, and accepts a thisUpdate of tomorrow, `unknown` and, after a handshake,
// error responses (tests/core/ocsp/gnutls_divergence.cc). It is shown beside the verdict and never
// becomes it.
//
// It is none where GnuTLS is not asked: where a key that it might verify with is costly
// (gnutls_costly_key.h), in the chain or in a staple, or where there are more than 64 KiB of
// staples, which it takes apart anew for each of up to 15 issuers. Both throw std::bad_alloc
// without memory to see that.
#pragma once

#include <gnutls/gnutls.h>
#include <openssl/types.h>

#include <chrono>
#include <optional>

#include "core/bytes.h"
#include "core/tls/library_opinion.h"

namespace stapling {

// Of the leaf's staple in a completed handshake. Verifies the peer's chain on the way, as
// gnutls_ocsp_status_request_is_checked() wants; GnuTLS takes the time from the system.
std::optional<LibraryOpinion> GnutlsOpinion(gnutls_session_t session);

// Of a captured staple, by gnutls_ocsp_resp_import(), _check_crt(), _verify_direct() (or _verify()
// for a delegated signer) and the single response's times at `now`. `issuer` may be null.
std::optional<LibraryOpinion> GnutlsOpinion(BytesView response, X509* certificate, X509* issuer,
                                            std::chrono::sys_seconds now);

}  // namespace stapling
