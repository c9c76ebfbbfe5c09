#include "exporter/sweep_command.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "core/net/deadline.h"
#include "core/probe.h"
#include "exporter/check_setup.h"
#include "exporter/exit_status.h"
#include "exporter/flags.h"
#include "exporter/interrupt.h"
#include "exporter/process_limits.h"
#include "exporter/progress_bar.h"
#include "exporter/report_json.h"
#include "exporter/sweep.h"
#include "exporter/sweep_report.h"
#include "exporter/target_list.h"
#include "exporter/text_style.h"

namespace stapling::exporter {
namespace {

constexpr int kExitInterrupted = 130;            // as a shell has it: 128 + SIGINT
constexpr std::size_t kWidestTargetColumn = 64;  // wider ones stand out

struct Job {
  ListedTarget listed;
  std::shared_ptr<const Prober> prober;
};

Result<std::vector<Job>> MakeJobs(const CheckOptions& options) {
  if (auto error = WrongHostname(options)) return std::move(*error);
  auto list = ReadTargetList(options.targets_file);
  if (!list) return Error{list.error()};
  const auto configuration = ReadConfigurationOrDefault(options.config_file);
  if (!configuration) return Error{configuration.error()};
  std::vector<const Module*> module_of;  // each target
  for (const ListedTarget& listed : *list) {
    const auto module = FindModule(*configuration, options, listed.module);
    if (!module) {
      return TargetListError(TargetListName(options.targets_file), listed.line, module.error());
    }
    module_of.push_back(*module);
  }
  const auto runtime = MakeRuntime(WithoutRepetition(module_of), configuration->targets, options);
  if (!runtime) return Error{runtime.error()};
  std::vector<Job> jobs;
  for (std::size_t i = 0; i < list->size(); ++i) {
    jobs.push_back({std::move((*list)[i]), (*runtime)->Find(module_of[i]->name)});
  }
  return jobs;
}

std::size_t TargetColumnOf(const std::vector<Job>& jobs) {
  std::size_t width = 0;
  for (const Job& job : jobs) width = std::max(width, job.listed.Text().size());
  return std::min(width, kWidestTargetColumn);
}

// Probes from any thread.
class SweepProbe {
 public:
  SweepProbe(const CheckOptions& options, const std::vector<Job>& jobs, TextStyle style)
      : options_(options), jobs_(jobs), style_(style), target_column_(TargetColumnOf(jobs)) {}

  SweepResult operator()(std::size_t position) const {
    const auto& [listed, prober] = jobs_[position];
    const Module& module = prober->module();
    const std::string& hostname = listed.hostname.empty() ? options_.hostname : listed.hostname;
    ProbeLog log;
    const ProbeResult result =
        prober->Probe({.target = listed.target, .hostname = hostname, .at = {}},
                      Deadline::After(options_.timeout.value_or(module.timeout)), log);
    const CheckReport report{listed.target.text,
                             module,
                             result,
                             options_.warning_ratio,
                             ExitStatusOf(result, options_.warning_ratio),
                             hostname};
    SweepOutcome outcome = OutcomeOf(report, position, listed.Text());
    std::string line = options_.format == OutputFormat::kJson
                           ? CheckJson(report, JsonLayout::kOneLine)
                           : SweepLine(outcome, target_column_, style_);
    return {std::move(outcome), std::move(line)};
  }

 private:
  const CheckOptions& options_;
  const std::vector<Job>& jobs_;
  const TextStyle style_;
  const std::size_t target_column_;
};

class Sweeper {
 public:
  Sweeper(const CheckOptions& options, const std::vector<Job>& jobs, std::ostream& out,
          std::ostream& err)
      : options_(options),
        probe_(options, jobs, StyleFor(out)),
        out_(out),
        err_(err),
        bar_(err, CanShowProgress(err)),
        progress_{.total = jobs.size()} {}

  int Run() {
    const Interrupt interrupt;
    const auto started = std::chrono::steady_clock::now();
    const auto sweep = Sweep::Start(progress_.total, options_.concurrency, probe_);
    if (!sweep) return Fail(sweep.error());
    bar_.Show(progress_);
    while (progress_.done < progress_.total && out_ && !interrupt.Came()) {
      WaitForEither((*sweep)->descriptor(), interrupt.descriptor());
      Print((*sweep)->Take());
      CountLost((*sweep)->TakeLost());
    }
    bar_.Clear();
    if (lost_ > 0) err_ << "Out of memory for " << lost_ << " of the targets.\n";
    PrintSummary(std::chrono::steady_clock::now() - started);
    if (interrupt.Came()) {
      // The threads of what still runs use what a return would take down.
      err_.flush();
      std::_Exit(kExitInterrupted);
    }
    return out_ ? static_cast<int>(worst_) : Fail("Cannot write the report.");
  }

 private:
  static void WaitForEither(int one, int other) {
    std::array<pollfd, 2> events{{{.fd = one, .events = POLLIN, .revents = 0},
                                  {.fd = other, .events = POLLIN, .revents = 0}}};
    poll(events.data(), events.size(), -1);
  }

  void Print(std::vector<SweepResult> results) {
    if (results.empty()) return;
    bar_.Clear();
    for (SweepResult& result : results) {
      out_ << result.line;
      ++progress_.done;
      if (result.outcome.status == ExitStatus::kCritical) ++progress_.critical;
      if (result.outcome.status == ExitStatus::kWarning) ++progress_.warnings;
      worst_ = WorseOf(worst_, result.outcome.status);
      outcomes_.push_back(std::move(result.outcome));
    }
    out_.flush();
    bar_.Show(progress_);
  }

  void CountLost(std::size_t count) {
    if (count == 0) return;
    lost_ += count;
    progress_.done += count;
    progress_.critical += count;
    worst_ = WorseOf(worst_, ExitStatus::kCritical);
  }

  void PrintSummary(std::chrono::duration<double> duration) {
    if (options_.format == OutputFormat::kText) {
      out_ << "\n"
           << SweepSummaryText({.outcomes = std::move(outcomes_),
                                .targets = progress_.total,
                                .duration = duration},
                               StyleFor(out_));
    }
    out_.flush();
  }

  int Fail(const std::string& sentence) {
    err_ << sentence << "\n";
    return static_cast<int>(ExitStatus::kUsage);
  }

  const CheckOptions& options_;
  const SweepProbe probe_;
  std::ostream& out_;
  std::ostream& err_;
  ProgressBar bar_;
  Progress progress_;
  std::vector<SweepOutcome> outcomes_;
  std::size_t lost_ = 0;
  ExitStatus worst_ = ExitStatus::kGood;
};

}  // namespace

int RunSweep(const CheckOptions& options, std::ostream& out, std::ostream& err) {
  const auto jobs = MakeJobs(options);
  if (!jobs) {
    err << jobs.error() << "\n";
    return static_cast<int>(ExitStatus::kUsage);
  }
  RaiseDescriptorLimit();
  BoundMallocArenas();
  return Sweeper(options, *jobs, out, err).Run();
}

}  // namespace stapling::exporter
