// What an exporter is put through, case by case, and what it cost: one line of counts at the end.
//
//   Ordeal ordeal("descriptors", *exporter);
//   ordeal.Try("none left", [&] { ... });
//
// A case has survived when the exporter runs and is healthy after it. Everything is asked for
// within bounds. Not safe from several threads.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

#include "tests/integration/exporter.h"
#include "tests/support/process_usage.h"

namespace stapling::testing {

class Ordeal {
 public:
  // The exporter must outlive it. Without `healthy`, /-/healthy is asked.
  Ordeal(std::string name, const Exporter& exporter, std::function<bool()> healthy = nullptr);
  // Prints the counts.
  ~Ordeal();
  Ordeal(const Ordeal&) = delete;
  Ordeal& operator=(const Ordeal&) = delete;

  void Try(const std::string& row, const std::function<void()>& attack);

  [[nodiscard]] const ProcessUsage& Before() const { return before_; }
  [[nodiscard]] bool AllSurvived() const { return survived_ == tried_; }
  [[nodiscard]] std::chrono::milliseconds Worst() const { return worst_; }
  // The most that were resident during one case, above what was resident before all.
  [[nodiscard]] std::size_t MostMemory() const { return most_memory_; }

  // Waits until the exporter has no more descriptors than before, and has grown by no more than
  // that; says what is left over, or nothing.
  [[nodiscard]] std::string Leaks(std::size_t most_bytes) const;

 private:
  const std::string name_;
  const Exporter& exporter_;
  const std::function<bool()> healthy_;
  const ProcessUsage before_;
  std::size_t tried_ = 0;
  std::size_t survived_ = 0;
  std::size_t most_memory_ = 0;
  std::chrono::milliseconds worst_{0};
};

}  // namespace stapling::testing
