#include "exporter/check_command.h"

#include <chrono>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "core/net/deadline.h"
#include "core/net/target.h"
#include "core/probe.h"
#include "core/x509/text.h"
#include "exporter/check_setup.h"
#include "exporter/exit_status.h"
#include "exporter/flags.h"
#include "exporter/probe_metrics.h"
#include "exporter/report_json.h"
#include "exporter/report_text.h"
#include "exporter/saved_staples.h"

namespace stapling::exporter {
namespace {

// Everything that a check needs, made ready before the first probe.
struct Plan {
  std::shared_ptr<const Prober> prober;
  std::vector<Target> targets;
};

Result<std::shared_ptr<const Prober>> MakeProber(const CheckOptions& options) {
  const auto configuration = ReadConfigurationOrDefault(options.config_file);
  if (!configuration) return Error{configuration.error()};
  const auto module = FindModule(*configuration, options, "");
  if (!module) return Error{module.error()};
  const auto runtime = MakeRuntime({**module}, configuration->targets, options);
  if (!runtime) return Error{runtime.error()};
  return (*runtime)->Find((*module)->name);
}

Result<Plan> MakePlan(const CheckOptions& options) {
  Plan plan;
  for (const std::string& text : options.targets) {
    auto target = ParseTarget(text);
    if (!target) return Error{target.error()};
    plan.targets.push_back(std::move(target).value());
  }
  if (auto error = WrongHostname(options)) return std::move(*error);
  auto prober = MakeProber(options);
  if (!prober) return Error{prober.error()};
  plan.prober = std::move(prober).value();
  return plan;
}

class Checker {
 public:
  Checker(const CheckOptions& options, const Plan& plan, std::ostream& out, std::ostream& err)
      : options_(options), plan_(plan), out_(out), err_(err) {}

  ExitStatus Run() {
    ExitStatus worst = ExitStatus::kGood;
    for (const Target& target : plan_.targets) {
      if (&target != &plan_.targets.front() && options_.format == OutputFormat::kText) {
        out_ << "\n";
      }
      worst = WorseOf(worst, CheckOne(target));
    }
    out_.flush();
    if (out_) return worst;
    err_ << "Cannot write the report.\n";
    return ExitStatus::kUsage;
  }

 private:
  ExitStatus CheckOne(const Target& target) {
    const Module& module = plan_.prober->module();
    const auto timeout = options_.timeout.value_or(module.timeout);
    ProbeLog log;
    const ProbeResult result = plan_.prober->Probe(
        {.target = target, .hostname = options_.hostname, .at = {}}, Deadline::After(timeout), log);
    const ExitStatus status = ExitStatusOf(result, options_.warning_ratio);
    Print({target.text, module, result, options_.warning_ratio, status, options_.hostname},
          timeout);
    return WorseOf(status, Save(target, result));
  }

  void Print(const CheckReport& report, std::chrono::duration<double> timeout) {
    const bool several = plan_.targets.size() > 1;
    switch (options_.format) {
      case OutputFormat::kText:
        out_ << CheckText(report, StyleFor(out_));
        break;
      case OutputFormat::kJson:
        out_ << CheckJson(report, several ? JsonLayout::kOneLine : JsonLayout::kIndented);
        break;
      case OutputFormat::kPrometheus:
        if (several) out_ << "# target " << CleanText(report.target) << "\n";
        out_ << ProbeMetricsText(report.result, timeout);
        break;
    }
    out_.flush();  // the next target may take its time
  }

  // The command lines go where they do not spoil what a program reads.
  ExitStatus Save(const Target& target, const ProbeResult& result) {
    if (options_.save_staples.empty()) return ExitStatus::kGood;
    const auto commands =
        SaveStaples(options_.save_staples, target, plan_.prober->module(), result);
    if (!commands) {
      err_ << commands.error() << "\n";
      return ExitStatus::kUsage;
    }
    std::ostream& notes = options_.format == OutputFormat::kText ? out_ : err_;
    for (const std::string& command : *commands) {
      notes << "\nTo judge the saved staple again:\n  " << command << "\n";
    }
    return ExitStatus::kGood;
  }

  const CheckOptions& options_;
  const Plan& plan_;
  std::ostream& out_;
  std::ostream& err_;
};

}  // namespace

int RunCheck(const CheckOptions& options, std::ostream& out, std::ostream& err) {
  const auto plan = MakePlan(options);
  if (!plan) {
    err << plan.error() << '\n';
    return static_cast<int>(ExitStatus::kUsage);
  }
  return static_cast<int>(Checker(options, *plan, out, err).Run());
}

}  // namespace stapling::exporter
