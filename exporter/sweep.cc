#include "exporter/sweep.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <new>
#include <system_error>

namespace stapling::exporter {

Result<std::unique_ptr<Sweep>> Sweep::Start(std::size_t size, std::size_t concurrency, Work work) {
  std::unique_ptr<Sweep> sweep(new Sweep(size, std::move(work)));
  if (!sweep->event_) return Error{"Cannot start: the system gives no more descriptors."};
  const std::size_t threads = std::min(size, concurrency);
  sweep->threads_.reserve(threads);
  try {
    while (sweep->threads_.size() < threads) {
      sweep->threads_.emplace_back([sweep = sweep.get()] { sweep->Run(); });
    }
  } catch (const std::system_error&) {
    if (sweep->threads_.empty()) return Error{"Cannot start: the system gives no thread."};
  }
  return sweep;
}

Sweep::Sweep(std::size_t size, Work work)
    : size_(size), work_(std::move(work)), event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Sweep::~Sweep() {
  next_ = size_;
  for (std::thread& thread : threads_) thread.join();
}

std::vector<SweepResult> Sweep::Take() {
  const std::lock_guard lock(mutex_);
  eventfd_t ignored = 0;
  eventfd_read(event_.get(), &ignored);
  return std::exchange(results_, {});
}

void Sweep::Run() {
  for (std::size_t position = next_++; position < size_; position = next_++) {
    try {
      SweepResult result = work_(position);
      const std::lock_guard lock(mutex_);
      results_.push_back(std::move(result));
    } catch (const std::bad_alloc&) {
      ++lost_;
    }
    eventfd_write(event_.get(), 1);
  }
}

}  // namespace stapling::exporter
