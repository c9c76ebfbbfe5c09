#include "exporter/exit_status.h"

#include <algorithm>

#include "exporter/cause.h"
#include "exporter/lifetime.h"

namespace stapling::exporter {
namespace {

ExitStatus OfMissing(const StapleReport& staple) {
  if (staple.required.value_or(false)) return ExitStatus::kCritical;
  return staple.expected.value_or(false) ? ExitStatus::kWarning : ExitStatus::kGood;
}

}  // namespace

ExitStatus ExitStatusOf(const StapleReport& staple, std::chrono::sys_seconds now,
                        double warning_ratio) {
  if (!staple.present) return ExitStatus::kGood;  // no place for one
  if (!*staple.present) return OfMissing(staple);
  if (staple.judgement.verdict != Verdict::kGood) return ExitStatus::kCritical;
  // Of a lifetime of no length there is no share, but an end.
  const Lifetime lifetime = LifetimeOf(staple.judgement, now);
  const bool used_up = lifetime.remaining && lifetime.remaining->count() <= 0;
  const bool nearly = lifetime.used_ratio && *lifetime.used_ratio > warning_ratio;
  return used_up || nearly ? ExitStatus::kWarning : ExitStatus::kGood;
}

ExitStatus ExitStatusOf(const ProbeResult& result, double warning_ratio) {
  if (!result.success) return ExitStatus::kCritical;
  ExitStatus worst = ExitStatus::kGood;
  for (const Connection& connection : result.connections) {
    for (const StapleReport& staple : connection.staples) {
      worst = WorseOf(worst, ExitStatusOf(staple, result.now, warning_ratio));
    }
    worst = WorseOf(worst, ExitStatusOfCrossCheck(connection));
    if (IsIntermittent(connection)) worst = WorseOf(worst, ExitStatus::kWarning);
  }
  return worst;
}

ExitStatus ExitStatusOfCrossCheck(const Connection& connection) {
  ExitStatus worst = ExitStatus::kGood;
  if (!connection.cross_check) return worst;
  if (connection.cross_check->chain_unverified) worst = ExitStatus::kWarning;  // nobody was asked
  for (const SchemeComparison& schemes : connection.cross_check->schemes) {
    worst = WorseOf(worst, Describe(CauseOf(connection, schemes)).status);
  }
  return worst;
}

bool IsIntermittent(const Connection& connection) {
  const bool expected =
      !connection.staples.empty() && connection.staples.front().expected.value_or(false);
  return expected && connection.attempts.stapled > 0 &&
         connection.attempts.stapled < connection.attempts.made;
}

ExitStatus ExitStatusOf(const Judgement& judgement) {
  return judgement.verdict == Verdict::kGood ? ExitStatus::kGood : ExitStatus::kCritical;
}

ExitStatus WorseOf(ExitStatus one, ExitStatus other) { return std::max(one, other); }

}  // namespace stapling::exporter
