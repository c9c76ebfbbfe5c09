// A network with nothing but loopback, of the calling thread's own.
//
// What this thread and its children open from then on is seen by nobody outside, so every port is
// free, 53 included: the DNS server that resolv.conf names can be one of ours. There is no way
// back. Needs root, or user namespaces for everybody; then the calling thread must be the only one.
#pragma once

#include <string>

#include "core/result.h"

namespace stapling::testing {

// Returns the address at which whoever resolves a name asks for it first: the first IPv4 one of
// resolv.conf, which is on loopback now, or 127.0.0.1. The error says what failed.
Result<std::string> EnterPrivateNetwork();

}  // namespace stapling::testing
