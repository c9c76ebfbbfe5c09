// The errors that OpenSSL queues for this thread, once a call's answer is known.
#pragma once

namespace stapling {

// Empties the queue. Throws std::bad_alloc if one of them says that memory ran out: what OpenSSL
// then calls missing, malformed or badly signed may be none of that.
void ClearErrors();

}  // namespace stapling
