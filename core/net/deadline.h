// A deadline is a value: the instant after which a probe has no more time to spend.
//
// It is made once for each probe and handed down to every wait, DNS included. It follows the
// monotonic clock, so a step of the wall clock moves nothing. It never blocks or throws.
//
// Work that nobody waits for is called off by a descriptor: the deadline has passed, too, once that
// can be read.
#pragma once

#include <poll.h>

#include <algorithm>
#include <chrono>

namespace stapling {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  static Deadline After(Clock::duration span) { return {Clock::now() + span, -1}; }

  // Zero once it has passed, never negative.
  [[nodiscard]] Clock::duration Remaining() const {
    return std::max(when_ - Clock::now(), Clock::duration::zero());
  }
  [[nodiscard]] bool Passed() const { return Clock::now() >= when_ || CalledOff(); }

  // For poll(2): rounded up, so that a wait never ends a moment before the deadline.
  [[nodiscard]] int PollMilliseconds() const {
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(Remaining()).count();
    return static_cast<int>(std::min<long long>(milliseconds, 3'600'000));
  }

  // The same, but no later than after this span.
  [[nodiscard]] Deadline Within(Clock::duration span) const {
    return {std::min(when_, Clock::now() + span), called_off_};
  }

  // The same, called off once `descriptor` can be read. It must outlive every copy.
  [[nodiscard]] Deadline CalledOffBy(int descriptor) const { return {when_, descriptor}; }

  // What a poll(2) that waits for something else must wait for, too. Entries of a negative
  // descriptor are passed over by poll.
  [[nodiscard]] pollfd CallOffEntry() const {
    return {.fd = called_off_, .events = POLLIN, .revents = 0};
  }

 private:
  Deadline(Clock::time_point when, int called_off) : when_(when), called_off_(called_off) {}

  [[nodiscard]] bool CalledOff() const {
    pollfd entry = CallOffEntry();
    return called_off_ >= 0 && poll(&entry, 1, 0) == 1;
  }

  Clock::time_point when_;
  int called_off_ = -1;
};

}  // namespace stapling
