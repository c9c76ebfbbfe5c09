// A program of the Prometheus family, running and ready.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/process.h"

namespace stapling::testing {

// Null, and the test fails, if /-/ready on this port does not answer 200 within thirty seconds.
std::unique_ptr<Process> StartUntilReady(std::vector<std::string> arguments, std::uint16_t port);

}  // namespace stapling::testing
