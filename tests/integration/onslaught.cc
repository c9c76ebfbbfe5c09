#include "tests/integration/onslaught.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <iostream>
#include <mutex>
#include <thread>

#include "tests/integration/page_album.h"
#include "tests/integration/samples.h"
#include "tests/integration/scrape.h"
#include "tests/support/process_usage.h"
#include "tests/support/sanitizer.h"

namespace stapling::testing {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

// What may pass beyond the deadline of a probe on a machine that is busy with these very cases.
constexpr Seconds kBusy{kSanitized ? 10 : 4};

HttpResponse Probe(const Exporter& exporter, const AttackCase& attack, const Opponent& opponent) {
  return exporter.Probe(
      {.target = opponent.target, .module = attack.module, .hostname = opponent.hostname});
}

std::string OutcomeOf(const Samples& samples) {
  const auto success = samples.Value("probe_success");
  const std::string failure = FailureOf(samples);
  if (success == 1 && failure.empty()) return kSuccess;
  if (success == 0 && !failure.empty() && failure != "/") return failure;
  return "probe_success and probe_failure_info disagree";
}

// Runs cases and takes down what came of them; from any thread.
class Judge {
 public:
  Judge(const Exporter& exporter, const std::vector<AttackCase>& cases)
      : exporter_(exporter), cases_(cases) {}

  void RunRest() {
    for (std::size_t i = next_++; i < cases_.size(); i = next_++) Run(cases_[i]);
  }

  Tally Finish() {
    const std::string complaints = PromtoolComplaints(album_.Text());
    if (!complaints.empty()) tally_.complaints.push_back("promtool: " + complaints);
    tally_.tried = cases_.size();
    return std::move(tally_);
  }

 private:
  void Run(const AttackCase& attack) {
    const Opponent opponent = attack.start();
    const auto start = Clock::now();
    const HttpResponse page = Probe(exporter_, attack, opponent);
    const Seconds over = Clock::now() - start - attack.patience;
    const std::lock_guard lock(mutex_);
    tally_.lateness.Take(over, attack.name);
    std::string complaint = Complaint(attack, page);
    if (over > kBusy) complaint += " late by " + std::to_string(over.count()) + " s";
    if (!complaint.empty()) tally_.complaints.push_back(attack.name + ": " + complaint);
  }

  std::string Complaint(const AttackCase& attack, const HttpResponse& page) {
    if (page.status != 200) return "status " + std::to_string(page.status) + ": " + page.body;
    if (std::string wrong = album_.Add(attack.name, page.body); !wrong.empty()) return wrong;
    const std::string outcome = OutcomeOf(Samples(page.body));
    const bool allowed = std::ranges::find(attack.outcomes, outcome) != attack.outcomes.end();
    return allowed ? "" : outcome;
  }

  const Exporter& exporter_;
  const std::vector<AttackCase>& cases_;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;  // guards all below
  PageAlbum album_;
  Tally tally_;
};

std::string Mebibytes(std::size_t octets) {
  constexpr std::size_t kTenth = (1U << 20U) / 10;
  const std::size_t tenths = octets / kTenth;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " MiB";
}

std::string Words(Seconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f s", time.count());
  return text;
}

std::string Words(const Worst<Seconds>& worst) {
  return Words(worst.value) + " (" + worst.name + ")";
}

std::size_t Above(std::size_t value, std::size_t base) { return value > base ? value - base : 0; }

}  // namespace

Tally Endure(const Exporter& exporter, const std::vector<AttackCase>& cases, std::size_t at_once) {
  const pid_t pid = exporter.process().pid();
  ForgetPeak(pid);
  const std::size_t memory = UsageOf(pid).resident_bytes;
  const Seconds processor_time = ProcessorTime(pid);
  Judge judge(exporter, cases);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < at_once; ++i) threads.emplace_back([&] { judge.RunRest(); });
  }
  const std::size_t peak = UsageOf(pid).peak_bytes;
  const Seconds used = ProcessorTime(pid) - processor_time;
  Tally tally = judge.Finish();
  tally.memory_growth = Above(peak, memory);
  tally.processor_time = used;
  if (!exporter.process().Running()) tally.complaints.push_back("the exporter is gone");
  return tally;
}

Cost Weigh(const std::string& configuration, const std::vector<AttackCase>& cases) {
  Cost cost;
  for (const AttackCase& attack : cases) {
    const auto exporter = Exporter::Start(configuration).value();
    const Opponent opponent = attack.start();
    const pid_t pid = exporter->process().pid();
    ForgetPeak(pid);
    const std::size_t memory = UsageOf(pid).resident_bytes;
    const Seconds before = ProcessorTime(pid);
    const auto start = Clock::now();
    static_cast<void>(Probe(*exporter, attack, opponent));
    const Seconds took = Clock::now() - start;
    cost.lateness.Take(took - attack.patience, attack.name);
    cost.time.Take(took, attack.name);
    cost.processor_time.Take(ProcessorTime(pid) - before, attack.name);
    cost.memory_growth.Take(Above(UsageOf(pid).peak_bytes, memory), attack.name);
  }
  return cost;
}

void Print(const std::string& what, const Tally& tally) {
  std::cout << "[counts] " << what << ": " << tally.tried << " cases tried, "
            << tally.tried - std::min(tally.tried, tally.complaints.size())
            << " survived; at the worst " << Words(tally.lateness) << " after the deadline; all "
            << "together " << Words(tally.processor_time) << " of processor time and "
            << Mebibytes(tally.memory_growth) << " more memory" << std::endl;
}

void Print(const std::string& what, const Cost& cost) {
  std::cout << "[counts] " << what << ", one alone: at the worst " << Words(cost.time) << ", "
            << Words(cost.lateness) << " after the deadline, " << Words(cost.processor_time)
            << " of processor time and " << Mebibytes(cost.memory_growth.value) << " ("
            << cost.memory_growth.name << ") more memory" << std::endl;
}

}  // namespace stapling::testing
