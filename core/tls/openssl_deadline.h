// OpenSSL reads on as long as there is something to read, so a peer that talks without end keeps a
// call busy for ever. After the deadline there is nothing to read any more: the call then fails
// with SSL_ERROR_WANT_READ.
#pragma once

#include <openssl/types.h>

#include "core/net/deadline.h"

namespace stapling {

// `ssl` has its socket; the deadline must live as long as it reads.
void EndReadsAt(const Deadline& deadline, SSL* ssl);

}  // namespace stapling
