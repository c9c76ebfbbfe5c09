// Waiting for a condition with a bound, for what offers nothing better to wait on.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <string>
#include <thread>

namespace stapling::testing {

// Asks every 5 ms; false when it did not hold within `timeout`.
template <std::predicate Condition>
[[nodiscard]] bool WaitUntil(Condition condition,
                             std::chrono::milliseconds timeout = std::chrono::seconds(10)) {
  const auto end = std::chrono::steady_clock::now() + timeout;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

// Until a TCP connection to the port is accepted.
[[nodiscard]] bool WaitForPort(std::uint16_t port, const std::string& address = "127.0.0.1",
                               std::chrono::milliseconds timeout = std::chrono::seconds(10));

}  // namespace stapling::testing
