// Watchdog: waits for a signal and meanwhile tells the service manager that the process is alive,
// as often as the manager wishes (service_manager.h), and only if it is.
//
// Life is what the caller's pulse shows: where it stood still since the last time, nothing is told,
// and the manager restarts the process after twice the interval. Without a manager that watches, it
// only waits for the signal. Not safe from several threads.
#pragma once

#include <chrono>
#include <csignal>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace stapling::exporter {

struct SignsOfLife {
  // Goes through what must not hang, and has it move once more; the count of its moves so far.
  std::function<std::uint64_t()> pulse;
  std::function<std::string()> status;  // one line, for the manager's users
};

class Watchdog {
 public:
  explicit Watchdog(SignsOfLife signs);

  // The number of one of `signals`, which must be blocked.
  int AwaitSignal(const sigset_t& signals);

 private:
  using Clock = std::chrono::steady_clock;

  void Look();

  const SignsOfLife signs_;
  const std::optional<std::chrono::microseconds> interval_;
  std::uint64_t seen_;
  Clock::time_point due_;
};

}  // namespace stapling::exporter
