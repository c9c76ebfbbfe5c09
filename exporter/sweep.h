// Work on each position of a list, a bounded number at a time, on threads of its own.
//
// Results are taken by the thread that started it, as they come. Of the work's exceptions
// std::bad_alloc alone is borne: that position has no result.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/net/file_descriptor.h"
#include "core/result.h"
#include "exporter/sweep_report.h"

namespace stapling::exporter {

struct SweepResult {
  SweepOutcome outcome;
  std::string line;  // to print
};

class Sweep {
 public:
  // Called from any thread, once for each position from 0.
  using Work = std::function<SweepResult(std::size_t position)>;

  // With fewer threads where the system does not give as many; an error if it gives none.
  static Result<std::unique_ptr<Sweep>> Start(std::size_t size, std::size_t concurrency, Work work);

  // Begins nothing more and waits for what runs.
  ~Sweep();
  Sweep(const Sweep&) = delete;
  Sweep& operator=(const Sweep&) = delete;

  // Readable while there is something to take. To be polled, not read.
  [[nodiscard]] int descriptor() const { return event_.get(); }
  // What ended since the last time, in the order in which it ended.
  std::vector<SweepResult> Take();
  // Likewise, but for want of memory without a result.
  std::size_t TakeLost() { return lost_.exchange(0); }

 private:
  Sweep(std::size_t size, Work work);
  void Run();

  const std::size_t size_;
  const Work work_;
  const FileDescriptor event_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::size_t> lost_ = 0;
  std::mutex mutex_;
  std::vector<SweepResult> results_;
  std::vector<std::thread> threads_;
};

}  // namespace stapling::exporter
