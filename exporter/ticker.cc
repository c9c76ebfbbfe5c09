#include "exporter/ticker.h"

#include <new>
#include <utility>

namespace stapling::exporter {

Ticker::Ticker(std::chrono::milliseconds interval, std::function<void()> call)
    : interval_(interval), call_(std::move(call)), thread_([this] { Run(); }) {}

Ticker::~Ticker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_requested_.notify_all();
  thread_.join();
}

void Ticker::Run() {
  std::unique_lock lock(mutex_);
  while (!stop_requested_.wait_for(lock, interval_, [&] { return stopping_; })) {
    lock.unlock();
    try {
      call_();
    } catch (const std::bad_alloc&) {  // perhaps there is memory the next time
    }
    lock.lock();
  }
}

}  // namespace stapling::exporter
