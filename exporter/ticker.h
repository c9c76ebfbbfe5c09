// Calls a function again and again on a thread of its own, until it is destroyed.
//
// The first call comes after one interval, and the next one interval after the last has returned.
// Destruction waits for a call that runs. A call that throws std::bad_alloc is over, and no more.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace stapling::exporter {

class Ticker {
 public:
  Ticker(std::chrono::milliseconds interval, std::function<void()> call);
  ~Ticker();
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

 private:
  void Run();

  const std::chrono::milliseconds interval_;
  const std::function<void()> call_;
  std::mutex mutex_;
  std::condition_variable stop_requested_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace stapling::exporter
