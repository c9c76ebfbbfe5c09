// What OpenSSL's error queue and errno say about a handshake that ended early, as a reason.
#pragma once

#include <openssl/types.h>

#include <string>

#include "core/failure.h"
#include "core/tls/clues.h"

namespace stapling {

// Takes the thread's error queue. `ssl_result` is what the failed call returned, `error_number`
// errno right after it.
Failure HandshakeFailure(const SSL* ssl, int ssl_result, int error_number,
                         const HandshakeClues& clues);

}  // namespace stapling
