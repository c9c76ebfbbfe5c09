// A negotiation with a proxy whose side is scripted.
#pragma once

#include <chrono>
#include <string>

#include "core/proxy/tunnel.h"
#include "tests/core/starttls/scripted_peer.h"

namespace stapling::testing {

// "", "proxy_auth: 407 who?", or what the client said otherwise than the script. What the script
// says after the proxy's answer must be `rest`: that is left in the socket for the target's client.
std::string OpenScripted(const Proxy& proxy, const Destination& destination, const Script& script,
                         const std::string& rest = {},
                         std::chrono::milliseconds patience = std::chrono::seconds(20));

}  // namespace stapling::testing
