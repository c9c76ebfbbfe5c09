// Measures one phase of a connection and enters it, even when it fails.
#pragma once

#include <chrono>

#include "core/probe_result.h"

namespace stapling {

class PhaseTimer {
 public:
  PhaseTimer(Connection& connection, Phase phase) : connection_(connection), phase_(phase) {
    connection.phases.reserve(connection.phases.size() + 1);  // the destructor must not throw
  }
  PhaseTimer(const PhaseTimer&) = delete;
  PhaseTimer& operator=(const PhaseTimer&) = delete;
  ~PhaseTimer() { connection_.phases.emplace_back(phase_, Clock::now() - start_); }

 private:
  using Clock = std::chrono::steady_clock;

  Connection& connection_;
  Phase phase_;
  Clock::time_point start_ = Clock::now();
};

}  // namespace stapling
