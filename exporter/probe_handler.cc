#include "exporter/probe_handler.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/probe.h"
#include "exporter/config/configuration.h"
#include "exporter/escape.h"
#include "exporter/evidence.h"
#include "exporter/exit_status.h"
#include "exporter/headline.h"
#include "exporter/lifetime.h"
#include "exporter/probe_metrics.h"
#include "exporter/unknown_module.h"

namespace stapling::exporter {
namespace {

using Seconds = std::chrono::duration<double>;

LogLevel LevelOf(ProbeLogLine::Level level) {
  return level == ProbeLogLine::Level::kWarning ? LogLevel::kWarn : LogLevel::kInfo;
}

std::string LogText(const ProbeLog& log) {
  std::string text;
  for (const ProbeLogLine& line : log.lines()) {
    text += FormatLogLine(LogFormat::kLogfmt, LevelOf(line.level), line.time, line.message,
                          line.fields) +
            "\n";
  }
  return text;
}

// `id` is the history's; empty if it keeps nothing.
std::string DebugText(const HistoryEntry& entry, const std::string& id, const Prober& prober) {
  std::string text = "Logs for the probe:\n" + entry.log + "\nReason:   " + entry.reason + "\n";
  if (!entry.remedy.empty()) text += "Next:     " + entry.remedy + "\n";
  if (!entry.evidence.empty() && !id.empty()) text += "Evidence: staple?id=" + id + "\n";
  return text + "\n\n\nMetrics that would have been returned:\n" + entry.metrics +
         "\n\n\nModule configuration:\n" +
         PrintYaml(
             {.default_module = {}, .modules = {prober.module()}, .targets = prober.policy()});
}

bool EndsSooner(const StapleReport& one, const StapleReport& other) {
  const auto& end = one.judgement.effective_expiry;
  const auto& other_end = other.judgement.effective_expiry;
  return end && (!other_end || *end < *other_end);
}

// The staple that the reason is about.
const StapleReport* FirstCulprit(const ProbeResult& result) {
  const auto failed = std::ranges::find_if(
      result.connections, [](const Connection& of) { return of.failure.has_value(); });
  if (failed == result.connections.end()) return nullptr;
  return CulpritOf(*failed, failed->failure->reason);
}

// Of the leaf's staples the one that ends first.
const StapleReport* LeafStapleOf(const ProbeResult& result) {
  const StapleReport* shown = nullptr;
  for (const Connection& connection : result.connections) {
    if (connection.staples.empty()) continue;
    const StapleReport& staple = connection.staples.front();
    if (shown == nullptr || EndsSooner(staple, *shown)) shown = &staple;
  }
  return shown;
}

HistoryEntry EntryOf(const ProbeParameters& parameters, const Prober& prober,
                     const ProbeResult& result) {
  const Module& module = prober.module();
  HistoryEntry entry;
  entry.target = parameters.target.text;
  entry.module = module.name;
  entry.hostname = parameters.hostname;
  entry.time = result.now;
  entry.duration = result.duration;
  entry.success = result.success;
  const StapleReport* culprit = FirstCulprit(result);
  if (const StapleReport* staple = culprit != nullptr ? culprit : LeafStapleOf(result)) {
    if (result.success || culprit != nullptr) entry.verdict = staple->judgement.verdict;
    entry.remaining = LifetimeOf(staple->judgement, result.now).remaining;
  }
  entry.failure = result.failure();
  entry.status = ExitStatusOf(result, kDefaultWarningRatio);
  Headline headline = HeadlineOf({.target = entry.target,
                                  .module = module,
                                  .result = result,
                                  .warning_ratio = kDefaultWarningRatio,
                                  .exit_status = entry.status});
  if (result.success && entry.status != ExitStatus::kGood) entry.concern = headline.word;
  entry.reason = std::move(headline.explanation.reason);
  entry.remedy = std::move(headline.explanation.remedy);
  entry.evidence = EvidenceOf(result, module.staple.policy, prober.trust_store());
  return entry;
}

// An address that was denied, once the name was resolved.
bool WasDenied(const ProbeResult& result) {
  return std::ranges::any_of(result.connections, [](const Connection& connection) {
    return connection.failure && connection.failure->reason == Reason::kDenied;
  });
}

}  // namespace

// A request that will be probed.
struct ProbeHandler::Plan {
  ProbeParameters parameters;
  std::shared_ptr<const Prober> prober;
  Seconds timeout;
  Deadline deadline;
};

ProbeHandler::ProbeHandler(ProbeHandlerOptions options, RuntimeSource runtime, SelfMetrics& metrics,
                           History& history, const Logger& logger)
    : options_(options),
      runtime_(std::move(runtime)),
      metrics_(metrics),
      history_(history),
      logger_(logger) {}

std::variant<ProbeHandler::Plan, ProbeRefusal> ProbeHandler::MakePlan(
    const Request& request) const {
  auto parameters = ParseProbeParameters(request);
  if (auto* refusal = std::get_if<ProbeRefusal>(&parameters)) return std::move(*refusal);
  auto& parsed = std::get<ProbeParameters>(parameters);

  const auto runtime = runtime_();
  auto prober = runtime->Find(parsed.module);
  if (prober == nullptr) {
    return ProbeRefusal{Rejection::kUnknownModule,
                        UnknownModuleSentence(parsed.module, runtime->ModuleNames())};
  }
  auto timeout = ProbeTimeout(request, prober->module().timeout, options_.timeout_offset);
  if (auto* refusal = std::get_if<ProbeRefusal>(&timeout)) return std::move(*refusal);
  if (const auto denial =
          prober->policy().Denial(parsed.target, PortOf(prober->module(), parsed.target))) {
    return ProbeRefusal{Rejection::kDenied,
                        "The target " + Quote(parsed.target.text) + " is denied: " + *denial + "."};
  }
  const auto seconds = std::get<Seconds>(timeout);
  const auto waited = Deadline::Clock::now() - request.received;
  const auto deadline =
      Deadline::After(std::chrono::duration_cast<Deadline::Clock::duration>(seconds) - waited);
  return Plan{std::move(parsed), std::move(prober), seconds, deadline};
}

Response ProbeHandler::Handle(const Request& request) {
  auto plan = MakePlan(request);
  if (const auto* refusal = std::get_if<ProbeRefusal>(&plan)) return Refuse(*refusal);
  return Run(std::get<Plan>(plan));
}

std::chrono::milliseconds ProbeHandler::BusyWait(const Request& request) const {
  const auto plan = MakePlan(request);
  if (std::holds_alternative<ProbeRefusal>(plan)) return std::chrono::milliseconds::zero();
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::get<Plan>(plan).timeout / 2);
}

Response ProbeHandler::Refuse(const ProbeRefusal& refusal) {
  metrics_.CountRejection(refusal.rejection);
  return TextResponse(refusal.rejection == Rejection::kDenied ? 403 : 400, refusal.sentence);
}

// What throws has ended, too, as a failure.
ProbeResult ProbeHandler::CountedProbe(const Plan& plan, ProbeLog& log) {
  const std::string& module = plan.prober->module().name;
  const auto start = Deadline::Clock::now();
  metrics_.ProbeStarted();
  try {
    ProbeResult result = plan.prober->Probe(
        {.target = plan.parameters.target, .hostname = plan.parameters.hostname, .at = {}},
        plan.deadline, log);
    metrics_.ProbeEnded(module, result.success, result.duration);
    return result;
  } catch (...) {
    metrics_.ProbeEnded(module, false, Deadline::Clock::now() - start);
    throw;
  }
}

Response ProbeHandler::Run(const Plan& plan) {
  ProbeLog log;
  const ProbeResult result = CountedProbe(plan, log);
  if (WasDenied(result)) metrics_.CountRejection(Rejection::kDenied);

  LogProbe(plan, log);
  HistoryEntry entry = EntryOf(plan.parameters, *plan.prober, result);
  entry.log = LogText(log);
  entry.metrics = ProbeMetricsText(result, plan.timeout);
  Response response;
  if (plan.parameters.debug) {
    const std::string id = history_.Add(entry);
    response.body = DebugText(entry, id, *plan.prober);
  } else {
    response.content_type = kMetricsContentType;
    response.body = entry.metrics;
    history_.Add(std::move(entry));
  }
  return response;
}

void ProbeHandler::LogProbe(const Plan& plan, const ProbeLog& log) const {
  if (!logger_.Enabled(options_.log_prober)) return;
  for (const ProbeLogLine& line : log.lines()) {
    LogFields fields{{"module", plan.prober->module().name},
                     {"target", plan.parameters.target.text}};
    for (const auto& field : line.fields) {
      const auto same = [&](const auto& known) { return known.first == field.first; };
      if (std::ranges::none_of(fields, same)) fields.push_back(field);
    }
    logger_.Log(options_.log_prober, line.message, fields);
  }
}

}  // namespace stapling::exporter
