// Work that is done again and again on a thread of its own, until its owner has had enough.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace stapling::testing {

class Recurring {
 public:
  // `work` begins at once; `pause` lies between its end and the next beginning.
  Recurring(std::chrono::milliseconds pause, std::function<void()> work)
      : thread_([pause, work = std::move(work)](const std::stop_token& stop) {
          std::mutex mutex;
          std::condition_variable_any wake;
          std::unique_lock lock(mutex);
          while (!stop.stop_requested()) {
            work();
            wake.wait_for(lock, stop, pause, [] { return false; });
          }
        }) {}

 private:
  std::jthread thread_;  // its destructor asks it to stop and waits
};

}  // namespace stapling::testing
