#include "exporter/watchdog.h"

#include <algorithm>
#include <ctime>
#include <new>
#include <utility>

#include "exporter/service_manager.h"

namespace stapling::exporter {
namespace {

// 0 when the time was over before, or for no reason at all.
int NextSignal(const sigset_t& signals, std::chrono::nanoseconds patience) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(patience);
  const timespec timeout{.tv_sec = seconds.count(), .tv_nsec = (patience - seconds).count()};
  return std::max(sigtimedwait(&signals, nullptr, &timeout), 0);
}

}  // namespace

Watchdog::Watchdog(SignsOfLife signs)
    : signs_(std::move(signs)),
      interval_(WatchdogInterval()),
      seen_(signs_.pulse()),
      due_(Clock::now() + interval_.value_or(std::chrono::microseconds(0))) {}

int Watchdog::AwaitSignal(const sigset_t& signals) {
  for (;;) {
    std::chrono::nanoseconds patience = std::chrono::hours(1);
    if (interval_) patience = std::max(due_ - Clock::now(), Clock::duration(0));
    const int number = NextSignal(signals, patience);
    if (interval_ && Clock::now() >= due_) Look();
    if (number > 0) return number;
  }
}

void Watchdog::Look() {
  const std::uint64_t now = signs_.pulse();
  try {
    if (now != seen_) NotifyAlive(signs_.status());
  } catch (const std::bad_alloc&) {  // the manager has patience for one more
  }
  seen_ = now;
  due_ = Clock::now() + *interval_;
}

}  // namespace stapling::exporter
