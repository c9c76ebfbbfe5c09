// /probe: one probe for one request.
//
// Refuses what is wrong with the request, and a target that is denied as it is written, in one
// sentence, bounds how many probes run at once, notes each in the history and the exporter's own
// metrics, and answers with the probe's metrics. Time that a request waits for its turn here comes
// out of its own deadline; one that waited in vain is answered 503, which is not counted here: the
// HTTP server answers so too, and whoever sees all responses counts both.
//
// Threads: Handle from any number at once. Everything passed in must outlive the handler.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "core/net/deadline.h"
#include "core/probe.h"
#include "exporter/history.h"
#include "exporter/http/message.h"
#include "exporter/log.h"
#include "exporter/probe_parameters.h"
#include "exporter/runtime.h"
#include "exporter/self_metrics.h"

namespace stapling::exporter {

struct ProbeHandlerOptions {
  std::chrono::duration<double> timeout_offset{0.5};
  LogLevel log_prober = LogLevel::kDebug;  // at which the lines of a probe are logged
};

class ProbeHandler {
 public:
  using RuntimeSource = std::function<std::shared_ptr<const Runtime>()>;

  ProbeHandler(ProbeHandlerOptions options, RuntimeSource runtime, SelfMetrics& metrics,
               History& history, const Logger& logger);

  [[nodiscard]] Response Handle(const Request& request);

  // How long a request may wait for its turn: half of its deadline; nothing for one that will be
  // refused anyway. Never blocks; fit for RouteOptions::busy_wait.
  [[nodiscard]] std::chrono::milliseconds BusyWait(const Request& request) const;

 private:
  struct Plan;

  // Not inlined: what it works with would lie on the stack for as long as the probe waits.
  [[nodiscard, gnu::noinline]] std::variant<Plan, ProbeRefusal> MakePlan(
      const Request& request) const;
  [[nodiscard]] Response Run(const Plan& plan);
  [[nodiscard]] ProbeResult CountedProbe(const Plan& plan, ProbeLog& log);
  [[nodiscard]] Response Refuse(const ProbeRefusal& refusal);
  void LogProbe(const Plan& plan, const ProbeLog& log) const;

  const ProbeHandlerOptions options_;
  const RuntimeSource runtime_;
  SelfMetrics& metrics_;
  History& history_;
  const Logger& logger_;
};

}  // namespace stapling::exporter
