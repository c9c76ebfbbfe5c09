// Clients that probe one target again and again, and remember what went wrong.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/integration/exporter.h"

namespace stapling::testing {

class ProberCrew {
 public:
  // They start at once. The exporter must outlive them.
  ProberCrew(const Exporter& exporter, ProbeQuery query, std::size_t members);
  // Stops.
  ~ProberCrew();
  ProberCrew(const ProberCrew&) = delete;
  ProberCrew& operator=(const ProberCrew&) = delete;

  // Waits until no probe of theirs is running, and starts none any more.
  void Stop();

  [[nodiscard]] std::size_t Probes() const { return probes_; }
  // Without probe_success 1; the first page of them.
  [[nodiscard]] std::size_t Failures() const { return failures_; }
  [[nodiscard]] std::string FirstFailure() const;
  [[nodiscard]] std::chrono::milliseconds Worst() const;

 private:
  void Work();

  const Exporter& exporter_;
  const ProbeQuery query_;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::size_t> probes_ = 0;
  std::atomic<std::size_t> failures_ = 0;
  mutable std::mutex mutex_;
  std::string first_failure_;           // guarded by mutex_
  std::chrono::milliseconds worst_{0};  // guarded by mutex_
  std::vector<std::thread> members_;
};

}  // namespace stapling::testing
