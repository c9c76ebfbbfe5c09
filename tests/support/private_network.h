// A network with nothing but loopback, and a resolv.conf, of the calling thread's own.
//
// What this thread and its children open from then on is seen by nobody outside, so every port is
// free, 53 included. There is no way back. Needs root, or user namespaces for everybody; then the
// calling thread must be the only one.
#pragma once

#include <string>

#include "core/result.h"

namespace stapling::testing {

// `resolv_conf` is a file that takes the place of /etc/resolv.conf. The error says what failed.
Result<bool> EnterPrivateNetwork(const std::string& resolv_conf);

}  // namespace stapling::testing
