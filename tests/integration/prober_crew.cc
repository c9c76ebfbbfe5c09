#include "tests/integration/prober_crew.h"

#include <algorithm>
#include <utility>

#include "tests/integration/samples.h"

namespace stapling::testing {

using Clock = std::chrono::steady_clock;

ProberCrew::ProberCrew(const Exporter& exporter, ProbeQuery query, std::size_t members)
    : exporter_(exporter), query_(std::move(query)) {
  for (std::size_t i = 0; i < members; ++i) members_.emplace_back([this] { Work(); });
}

ProberCrew::~ProberCrew() { Stop(); }

void ProberCrew::Stop() {
  stopping_ = true;
  for (std::thread& member : members_) member.join();
  members_.clear();
}

std::string ProberCrew::FirstFailure() const {
  const std::lock_guard lock(mutex_);
  return first_failure_;
}

std::chrono::milliseconds ProberCrew::Worst() const {
  const std::lock_guard lock(mutex_);
  return worst_;
}

void ProberCrew::Work() {
  while (!stopping_) {
    const auto start = Clock::now();
    const HttpResponse page = exporter_.Probe(query_);
    const auto took = std::chrono::ceil<std::chrono::milliseconds>(Clock::now() - start);
    ++probes_;
    const std::lock_guard lock(mutex_);
    worst_ = std::max(worst_, took);
    if (Samples(page.body).Value("probe_success") == 1) continue;
    if (failures_++ == 0) first_failure_ = std::to_string(page.status) + " " + page.body;
  }
}

}  // namespace stapling::testing
