#include "tests/integration/ordeal.h"

#include <algorithm>
#include <iostream>
#include <utility>

#include "tests/support/sanitizer.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

Ordeal::Ordeal(std::string name, const Exporter& exporter, std::function<bool()> healthy)
    : name_(std::move(name)),
      exporter_(exporter),
      healthy_(healthy ? std::move(healthy) : [&exporter] { return exporter.Healthy(); }),
      before_(UsageOf(exporter.process().pid())) {}

Ordeal::~Ordeal() {
  const ProcessUsage after = UsageOf(exporter_.process().pid());
  std::cout << "[counts] " << name_ << ": tried " << tried_ << ", survived " << survived_
            << ", worst " << worst_.count() << " ms, memory grew by at most " << most_memory_ / 1024
            << " KiB, descriptors " << before_.descriptors << " -> " << after.descriptors
            << ", threads " << before_.threads << " -> " << after.threads << std::endl;
}

void Ordeal::Try(const std::string& row, const std::function<void()>& attack) {
  ++tried_;
  ForgetPeak(exporter_.process().pid());
  const auto start = Clock::now();
  attack();
  worst_ = std::max(worst_, std::chrono::ceil<std::chrono::milliseconds>(Clock::now() - start));
  const ProcessUsage usage = UsageOf(exporter_.process().pid());
  most_memory_ = std::max(
      most_memory_, std::max(usage.peak_bytes, before_.resident_bytes) - before_.resident_bytes);
  if (healthy_()) {
    ++survived_;
  } else {
    std::cout << "[counts] " << name_ << ": not healthy after " << row << ": "
              << exporter_.process().Errors() << std::endl;
  }
}

std::string Ordeal::Leaks(std::size_t most_bytes) const {
  ProcessUsage now;
  const auto recovered = [&] {
    now = UsageOf(exporter_.process().pid());
    return now.descriptors <= before_.descriptors &&
           now.resident_bytes <= before_.resident_bytes + MemoryBound(most_bytes);
  };
  if (WaitUntil(recovered)) return {};
  return std::to_string(now.descriptors) + " descriptors after " +
         std::to_string(before_.descriptors) + ", " + std::to_string(now.resident_bytes) +
         " bytes after " + std::to_string(before_.resident_bytes);
}

}  // namespace stapling::testing
