#include "tests/soak/tally.h"

#include <algorithm>

namespace stapling::testing {
namespace {

constexpr std::size_t kKeptComplaints = 20;

}  // namespace

void Tally::Count(const Target& target, std::chrono::microseconds took, bool right) {
  const std::lock_guard lock(mutex_);
  Line& line = lines_.at(static_cast<std::size_t>(target.kind));
  ++line.scrapes;
  if (!right) ++line.wrong;
  line.worst = std::max(line.worst, took);
  line.sum += took;
}

void Tally::Complain(const std::string& sentence) {
  const std::lock_guard lock(mutex_);
  ++complaint_count_;
  if (complaints_.size() < kKeptComplaints) complaints_.push_back(sentence);
}

Tally::Line Tally::Of(Kind kind) const {
  const std::lock_guard lock(mutex_);
  return lines_.at(static_cast<std::size_t>(kind));
}

std::size_t Tally::Probes() const {
  const std::lock_guard lock(mutex_);
  std::size_t sum = 0;
  for (const Line& line : lines_) sum += line.scrapes;
  return sum - lines_.at(static_cast<std::size_t>(Kind::kRefused)).scrapes;
}

std::size_t Tally::ComplaintCount() const {
  const std::lock_guard lock(mutex_);
  return complaint_count_;
}

std::vector<std::string> Tally::Complaints() const {
  const std::lock_guard lock(mutex_);
  return complaints_;
}

}  // namespace stapling::testing
