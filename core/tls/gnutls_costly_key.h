// Public keys with which GnuTLS would compute for minutes or hours.
//
// It raises to whatever exponent a key has, modulo a number as large as the message that brings it,
// and no deadline ends that; OpenSSL has bounds. What is not known to be cheap is costly. A key is
// judged as GnuTLS itself reads it, so that no difference between two readers lets one through; one
// that it cannot read is not costly, as it computes nothing with it.
//
// Nothing here trusts or verifies. Safe from any thread; throws std::bad_alloc without memory.
#pragma once

#include "core/bytes.h"

namespace stapling {

// Of a certificate in DER.
bool HasCostlyKey(BytesView certificate);

// Of any certificate that an OCSPResponse brings along (RFC 6960 section 4.2.1).
bool EmbedsCostlyKey(BytesView staple);

}  // namespace stapling
