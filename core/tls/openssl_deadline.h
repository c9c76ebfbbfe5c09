// OpenSSL reads on as long as there is something to read, so a peer that talks without end keeps a
// call busy for ever. After the deadline there is nothing to read any more: the call then fails
// with SSL_ERROR_WANT_READ.
#pragma once

#include <openssl/types.h>

#include "core/net/deadline.h"

namespace stapling {

// `ssl` has its socket; the deadline must live as long as it reads.
void EndReadsAt(const Deadline& deadline, SSL* ssl);

// The same while an SSL shakes hands: it also has no more to read after some mebibytes, several
// times what the largest handshake has. The call then fails with SSL_ERROR_SYSCALL and
// EPROTO. Without it a peer whose messages may be skipped (RFC 5246 section 7.4.1.1) would keep a
// processor busy up to the deadline.
void EndHandshakeAt(const Deadline& deadline, SSL* ssl);

}  // namespace stapling
