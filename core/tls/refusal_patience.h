// How long a TLS 1.3 server is given to refuse a missing client certificate, which it judges once
// the handshake is over (RFC 8446 section 4.4.2.4): half a second, and no less than twice what the
// handshake took. Who was slow in the one will be slow in the other, and an early end of the wait
// would take a refusal for consent.
#pragma once

#include <algorithm>
#include <chrono>

#include "core/net/deadline.h"

namespace stapling {

// `began` is when the handshake did. Never beyond the probe's deadline.
inline Deadline PatienceForRefusal(Deadline deadline, Deadline::Clock::time_point began) {
  constexpr Deadline::Clock::duration kLeast = std::chrono::milliseconds(500);
  return deadline.Within(std::max(kLeast, 2 * (Deadline::Clock::now() - began)));
}

}  // namespace stapling
