// What the scrapes came to, counted by all scrapers together. Safe from any thread.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <vector>

#include "tests/soak/target.h"

namespace stapling::testing {

class Tally {
 public:
  struct Line {
    std::size_t scrapes = 0;
    std::size_t wrong = 0;
    std::chrono::microseconds worst{0};
    std::chrono::microseconds sum{0};
  };

  void Count(const Target& target, std::chrono::microseconds took, bool right);
  // A client that did not wait for the answer.
  void CountVanished() { ++vanished_; }
  // What is not as it should be, for a person; the first few are kept.
  void Complain(const std::string& sentence);

  [[nodiscard]] Line Of(Kind kind) const;
  // Answers to scrapes that made a probe.
  [[nodiscard]] std::size_t Probes() const;
  [[nodiscard]] std::size_t Vanished() const { return vanished_; }
  [[nodiscard]] std::size_t ComplaintCount() const;
  [[nodiscard]] std::vector<std::string> Complaints() const;

 private:
  mutable std::mutex mutex_;
  std::array<Line, kKindNames.size()> lines_{};  // guarded by mutex_
  std::size_t complaint_count_ = 0;              // guarded by mutex_
  std::vector<std::string> complaints_;          // guarded by mutex_
  std::atomic<std::size_t> vanished_ = 0;
};

}  // namespace stapling::testing
