#include "tests/integration/onslaught.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
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
    const HttpResponse page = exporter_.Probe(
        {.target = opponent.target, .module = attack.module, .hostname = opponent.hostname});
    const Seconds over = Clock::now() - start - attack.patience;
    const std::lock_guard lock(mutex_);
    if (over > tally_.over_deadline) {
      tally_.over_deadline = over;
      tally_.latest = attack.name;
    }
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

Cost Weigh(const Exporter& exporter, const std::vector<AttackCase>& cases) {
  const pid_t pid = exporter.process().pid();
  Cost cost;
  for (const AttackCase& attack : cases) {
    const Opponent opponent = attack.start();
    ForgetPeak(pid);
    const std::size_t memory = UsageOf(pid).resident_bytes;
    const Seconds before = ProcessorTime(pid);
    static_cast<void>(exporter.Probe(
        {.target = opponent.target, .module = attack.module, .hostname = opponent.hostname}));
    const Seconds used = ProcessorTime(pid) - before;
    const std::size_t growth = Above(UsageOf(pid).peak_bytes, memory);
    if (used > cost.processor_time) {
      cost.processor_time = used;
      cost.dearest = attack.name;
    }
    if (growth > cost.memory_growth) {
      cost.memory_growth = growth;
      cost.largest = attack.name;
    }
  }
  return cost;
}

std::string Describe(const Tally& tally) {
  return std::to_string(tally.tried) + " cases tried, " +
         std::to_string(tally.tried - std::min(tally.tried, tally.complaints.size())) +
         " survived; at the worst " + Words(tally.over_deadline) + " after the deadline (" +
         tally.latest + "); all together " + Words(tally.processor_time) +
         " of processor time and " + Mebibytes(tally.memory_growth) + " more memory";
}

std::string Describe(const Cost& cost) {
  return "one alone: at the worst " + Words(cost.processor_time) + " of processor time (" +
         cost.dearest + ") and " + Mebibytes(cost.memory_growth) + " more memory (" + cost.largest +
         ")";
}

}  // namespace stapling::testing
