#include "core/attempt_summary.h"

#include <algorithm>
#include <string>

namespace stapling {

void AttemptSummary::Add(Connection attempt) {
  ++added_;
  phases_.insert(phases_.end(), attempt.phases.begin(), attempt.phases.end());
  const Handshake& handshake = attempt.handshake;
  const bool known = handshake.leaf_staple_known();
  const bool stapled = known && handshake.chain.front().staple;
  if (known) ++attempts_.made;
  if (stapled) ++attempts_.stapled;
  if (stapled) staples_.insert(*handshake.chain.front().staple);
  if (attempt.failure) AddFailure(*attempt.failure, stapled);
  const Worth worth = WorthOf(attempt, stapled);
  if (chosen_ && worth <= worth_) return;
  chosen_ = std::move(attempt);
  worth_ = worth;
}

void AttemptSummary::TellOfTheRest(unsigned wanted) {
  unmade_ = Failure{
      Phase::kHandshake, Reason::kTimeout,
      std::to_string(added_) + " of " + std::to_string(wanted) + " attempts were made in time"};
}

AttemptSummary::Worth AttemptSummary::WorthOf(const Connection& attempt, bool stapled) {
  const bool bad = std::ranges::any_of(attempt.staples, [](const StapleReport& staple) {
    return staple.present.value_or(false) && staple.judgement.verdict != Verdict::kGood;
  });
  if (bad) return Worth::kBadStaple;
  const bool objection = attempt.failure && (attempt.failure->reason == Reason::kChainInvalid ||
                                             attempt.failure->reason == Reason::kHostnameMismatch);
  if (objection) return Worth::kBadCertificate;
  if (!stapled) return Worth::kBare;
  const bool lacks = attempt.failure && attempt.failure->reason == Reason::kStapleMissing;
  return lacks ? Worth::kLacking : Worth::kStapled;
}

Connection AttemptSummary::Take() {
  Connection chosen = std::move(*chosen_);
  chosen.phases = std::move(phases_);
  chosen.attempts = attempts_;
  chosen.attempts.distinct = static_cast<unsigned>(staples_.size());
  const bool tells = worth_ >= Worth::kBadCertificate && chosen.failure;
  if (!tells) chosen.failure = WorstFailure();
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
  if (!missing_) return unmade_;
  if (!leaf_lacks_ || attempts_.stapled == 0) return missing_;
  return Failure{Phase::kJudge, Reason::kStapleIntermittent,
                 std::to_string(attempts_.stapled) + " of " + std::to_string(attempts_.made)};
}

}  // namespace stapling
