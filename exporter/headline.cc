#include "exporter/headline.h"

#include <algorithm>

#include "exporter/cause.h"
#include "exporter/duration_text.h"
#include "exporter/lifetime.h"

namespace stapling::exporter {
namespace {

using std::chrono::sys_seconds;

std::string WordOf(const StapleReport& staple) {
  return std::string(Describe(staple.judgement.verdict).label);
}

// The first staple whose status is the report's, if it is a staple's at all.
const StapleReport* WarningOf(const CheckReport& report) {
  for (const Connection& connection : report.result.connections) {
    for (const StapleReport& staple : connection.staples) {
      if (ExitStatusOf(staple, report.result.now, report.warning_ratio) == ExitStatus::kWarning) {
        return &staple;
      }
    }
  }
  return nullptr;
}

Explanation ExplainWarning(const StapleReport& staple, sys_seconds now, const JudgePolicy& policy) {
  const Lifetime lifetime = LifetimeOf(staple.judgement, now);
  const bool lasts = lifetime.remaining && lifetime.remaining->count() > 0;
  if (!staple.present.value_or(false) || !lifetime.used_ratio || !lasts) {
    return Explain(staple, now, policy);
  }
  return {"The staple is good, but " + PercentText(*lifetime.used_ratio) +
              " of its lifetime is used and the server has not renewed it; it lasts for another " +
              DurationText(*lifetime.remaining) + ".",
          "Check that the server can reach the CA's responder and fetches a new response in time."};
}

// The worst of what the cross-checks show; null: nothing that makes a status.
const CauseInfo* CauseOfReport(const CheckReport& report) {
  for (const Connection& connection : report.result.connections) {
    if (!connection.cross_check) continue;
    for (const SchemeComparison& schemes : connection.cross_check->schemes) {
      const CauseInfo& info = Describe(CauseOf(connection, schemes));
      if (info.status == report.exit_status) return &info;
    }
  }
  return nullptr;
}

bool CaWasNotAsked(const ProbeResult& result) {
  return std::ranges::any_of(result.connections, [](const Connection& connection) {
    return connection.cross_check && connection.cross_check->chain_unverified;
  });
}

const Connection* IntermittentOf(const CheckReport& report) {
  const auto found = std::ranges::find_if(report.result.connections, IsIntermittent);
  return found == report.result.connections.end() ? nullptr : &*found;
}

Explanation ExplainIntermittent(const Attempts& attempts) {
  return {"The server staples at times: " + std::to_string(attempts.stapled) + " of " +
              std::to_string(attempts.made) + " connections carried a staple.",
          std::string(Describe(Reason::kStapleIntermittent).remedy)};
}

// Of a failure, or of the leaf's staple.
std::string WordOf(const ProbeResult& result) {
  for (const Connection& connection : result.connections) {
    if (!connection.failure) continue;
    const StapleReport* culprit = CulpritOf(connection, connection.failure->reason);
    return culprit != nullptr ? WordOf(*culprit)
                              : std::string(Describe(connection.failure->reason).label);
  }
  for (const Connection& connection : result.connections) {
    if (!connection.staples.empty()) return WordOf(connection.staples[0]);
  }
  return {};
}

}  // namespace

Headline HeadlineOf(const CheckReport& report) {
  const JudgePolicy& policy = report.module.staple.policy;
  if (report.exit_status == ExitStatus::kWarning) {
    if (const StapleReport* staple = WarningOf(report)) {
      return {WordOf(*staple), ExplainWarning(*staple, report.result.now, policy)};
    }
    if (const Connection* connection = IntermittentOf(report)) {
      return {std::string(Describe(Reason::kStapleIntermittent).label),
              ExplainIntermittent(connection->attempts)};
    }
  }
  if (report.result.success && report.exit_status != ExitStatus::kGood) {
    if (const CauseInfo* cause = CauseOfReport(report)) {
      return {std::string(cause->label),
              {std::string(cause->sentence), std::string(cause->remedy)}};
    }
    if (CaWasNotAsked(report.result)) {
      return {std::string(Describe(Reason::kChainInvalid).label), {kCaNotAsked, {}}};
    }
  }
  return {WordOf(report.result), Explain(report.result, policy)};
}

}  // namespace stapling::exporter
