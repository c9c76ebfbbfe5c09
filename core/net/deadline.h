// A deadline is a value: the instant after which a probe has no more time to spend.
//
// It is made once for each probe and handed down to every wait, DNS included. It follows the
// monotonic clock, so a step of the wall clock moves nothing. It never blocks or throws.
#pragma once

#include <algorithm>
#include <chrono>

namespace stapling {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  static Deadline After(Clock::duration span) { return Deadline(Clock::now() + span); }

  // Zero once it has passed, never negative.
  [[nodiscard]] Clock::duration Remaining() const {
    return std::max(when_ - Clock::now(), Clock::duration::zero());
  }
  [[nodiscard]] bool Passed() const { return Clock::now() >= when_; }

  // For poll(2): rounded up, so that a wait never ends a moment before the deadline.
  [[nodiscard]] int PollMilliseconds() const {
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(Remaining()).count();
    return static_cast<int>(std::min<long long>(milliseconds, 3'600'000));
  }

  [[nodiscard]] Deadline EarlierOf(Deadline other) const {
    return Deadline(std::min(when_, other.when_));
  }

 private:
  explicit Deadline(Clock::time_point when) : when_(when) {}
  Clock::time_point when_;
};

}  // namespace stapling
