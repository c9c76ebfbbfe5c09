#include "core/attempt_summary.h"

#include <string>

namespace stapling {

void AttemptSummary::Add(Connection attempt) {
  phases_.insert(phases_.end(), attempt.phases.begin(), attempt.phases.end());
  const auto& chain = attempt.handshake.chain;
  const bool stapled = !chain.empty() && chain.front().staple;
  if (!chain.empty()) ++attempts_.made;
  if (stapled) ++attempts_.stapled;
  if (stapled) staples_.insert(*chain.front().staple);
  if (attempt.failure) AddFailure(*attempt.failure, stapled);
  if (!chosen_ || (stapled && attempts_.stapled == 1)) chosen_ = std::move(attempt);
}

Connection AttemptSummary::Take() {
  Connection chosen = std::move(*chosen_);
  chosen.phases = std::move(phases_);
  chosen.attempts = attempts_;
  chosen.attempts.distinct = static_cast<unsigned>(staples_.size());
  chosen.failure = WorstFailure();
  return chosen;
}

void AttemptSummary::AddFailure(const Failure& failure, bool stapled) {
  const bool missing = failure.reason == Reason::kStapleMissing;
  auto& first = missing ? missing_ : failure_;
  if (!first) first = failure;
  leaf_lacks_ = leaf_lacks_ || (missing && !stapled);
}

std::optional<Failure> AttemptSummary::WorstFailure() const {
  if (failure_) return failure_;
  if (!leaf_lacks_ || attempts_.stapled == 0) return missing_;
  return Failure{Phase::kJudge, Reason::kStapleIntermittent,
                 std::to_string(attempts_.stapled) + " of " + std::to_string(attempts_.made)};
}

}  // namespace stapling
