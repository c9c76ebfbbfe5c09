#include "core/side_by_side.h"

#include <latch>
#include <new>

#include "core/worker_pool.h"

namespace stapling {
namespace {

// More than a machine has.
constexpr std::size_t kMostThreads = 32768;

WorkerPool& Pool() {
  static WorkerPool pool(
      {.name = "combination", .max_threads = kMostThreads, .kept_threads = kKeptForHandshakes});
  static const bool started = pool.Start();
  static_cast<void>(started);  // none is warm
  return pool;
}

}  // namespace

void SideBySide(std::size_t count, const std::function<void(std::size_t)>& run,
                const std::function<void(std::size_t, const char* why)>& give_up) {
  if (count == 0) return;
  std::latch others(static_cast<std::ptrdiff_t>(count - 1));
  for (std::size_t i = 1; i < count; ++i) {
    const char* failure = "no thread is left";
    try {
      const auto job = [&run, &others, i]() -> WorkerPool::Action {
        run(i);
        return [&others] { others.count_down(); };
      };
      if (Pool().Submit(i, job) == WorkerPool::Submission::kStarted) continue;
    } catch (const std::bad_alloc&) {
      failure = "out of memory";
    }
    give_up(i, failure);
    others.count_down();
  }
  run(0);
  others.wait();
}

}  // namespace stapling
