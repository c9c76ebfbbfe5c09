// RateLimiter: a token bucket, as golang.org/x/time/rate has it.
//
// The bucket holds `burst` tokens and begins full; every `interval` brings one, every request takes
// one. Limits may change from call to call; tokens beyond a smaller burst are lost. Safe from any
// thread.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>

namespace stapling::exporter {

struct RateLimit {
  std::chrono::nanoseconds interval{0};  // 0: no limit
  unsigned burst = 0;                    // 0 with an interval: nothing passes
  friend bool operator==(const RateLimit&, const RateLimit&) = default;
};

class RateLimiter {
 public:
  using Clock = std::chrono::steady_clock;

  // Whether a request may pass now. Time must not go back.
  [[nodiscard]] bool Allow(const RateLimit& limit, Clock::time_point now);

 private:
  std::mutex mutex_;
  std::optional<Clock::time_point> last_;  // unset: nothing was asked yet
  double tokens_ = 0;
};

}  // namespace stapling::exporter
