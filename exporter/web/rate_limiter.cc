#include "exporter/web/rate_limiter.h"

#include <algorithm>

namespace stapling::exporter {

bool RateLimiter::Allow(const RateLimit& limit, Clock::time_point now) {
  if (limit.interval.count() == 0) return true;
  const auto burst = static_cast<double>(limit.burst);
  const std::lock_guard lock(mutex_);
  if (last_) {
    using Nanoseconds = std::chrono::duration<double, std::nano>;
    tokens_ += Nanoseconds(now - *last_) / Nanoseconds(limit.interval);
  } else {
    tokens_ = burst;
  }
  last_ = now;
  tokens_ = std::min(tokens_, burst);
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

}  // namespace stapling::exporter
