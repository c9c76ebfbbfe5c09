// What GnuTLS's error code says about a handshake that ended early, as a reason.
#pragma once

#include <gnutls/gnutls.h>

#include "core/failure.h"
#include "core/tls/clues.h"

namespace stapling {

// What our hook ends a handshake with whose server has a costly key; GnuTLS itself ends none so.
inline constexpr int kCostlyKeyError = GNUTLS_E_CONSTRAINT_ERROR;

// `error` is a fatal one; `error_number` is errno right after the failed call.
Failure GnutlsHandshakeFailure(gnutls_session_t session, int error, int error_number,
                               const HandshakeClues& clues);

}  // namespace stapling
