// Ports for real servers, which cannot be told "any".
#pragma once

#include <cstdint>
#include <string>

namespace stapling::testing {

// A TCP port that was free a moment ago and is not given twice by this process. Another process may
// take it meanwhile: a server of ours uses port 0 instead. 0 if there is none.
std::uint16_t FreePort(const std::string& address = "127.0.0.1");

}  // namespace stapling::testing
