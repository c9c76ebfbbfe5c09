#include "tests/soak/report.h"

#include <cstdio>
#include <sstream>
#include <string>

#include "tests/integration/samples.h"

namespace stapling::testing {
namespace {

double Milliseconds(std::chrono::microseconds time) {
  return static_cast<double>(time.count()) / 1000;
}

bool Expect(bool holds, const std::string& sentence) {
  if (!holds) std::printf("WRONG: %s\n", sentence.c_str());
  return holds;
}

void PrintRow(const char* name, std::int64_t start, std::int64_t end) {
  std::printf("  %-34s %10lld %10lld %+10lld\n", name, static_cast<long long>(start),
              static_cast<long long>(end), static_cast<long long>(end - start));
}

// Resident memory does not have to be equal: which thread takes which arena of malloc, and in what
// order its blocks come and go, is chance, and so is what is left over between them.
bool ReportGrowth(const char* name, std::int64_t start, std::int64_t end,
                  const SoakOptions& options) {
  const double bound =
      static_cast<double>(start) * (1 + options.growth_percent / 100) + options.growth_kib;
  PrintRow(name, start, end);
  std::ostringstream allowed;
  allowed << name << " grew to more than " << bound << " (" << options.growth_percent << " % and "
          << options.growth_kib << " KiB more than at the start)";
  return Expect(static_cast<double>(end) <= bound, allowed.str());
}

// Those of workers come and go with the load. Up to 64 more are kept for combinations, once so many
// were needed at a time; what is made for each probe and not ended would be thousands.
bool ReportThreads(const Footprint& start, const Footprint& end) {
  constexpr int kKept = 64;
  const int before = start.threads - start.workers;
  const int after = end.threads - end.workers;
  PrintRow("threads, but for workers", before, after);
  return Expect(after <= before + kKept, "threads are left over");
}

bool ReportEqual(const char* name, int start, int end) {
  PrintRow(name, start, end);
  return Expect(start == end, std::string(name) + " differ");
}

// Of all series of that name, whatever their labels.
std::int64_t Sum(const std::string& metrics, const std::string& name) {
  std::istringstream lines(metrics);
  double sum = 0;
  for (std::string line; std::getline(lines, line);) {
    const bool is_it = line.starts_with(name + " ") || line.starts_with(name + "{");
    if (is_it) sum += std::stod(line.substr(line.rfind(' ') + 1));
  }
  return static_cast<std::int64_t>(sum);
}

void ReportMetrics(const Footprint& start, const Footprint& end) {
  for (const char* name :
       {"process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds",
        "process_threads", "ocsp_stapling_exporter_probes_in_flight",
        "ocsp_stapling_exporter_probes_total", "ocsp_stapling_exporter_probes_rejected_total",
        "ocsp_stapling_exporter_http_connections_open",
        "ocsp_stapling_exporter_http_connections_accepted_total",
        "ocsp_stapling_exporter_http_connections_refused_total",
        "ocsp_stapling_exporter_http_requests_total",
        "ocsp_stapling_exporter_cross_check_fetches_total",
        "ocsp_stapling_exporter_cross_check_cache_entries",
        "ocsp_stapling_exporter_cross_check_cache_bytes"}) {
    std::string shown = name;
    constexpr std::string_view kPrefix = "ocsp_stapling_exporter_";
    if (shown.starts_with(kPrefix)) shown.erase(0, kPrefix.size());
    PrintRow(shown.c_str(), Sum(start.metrics, name), Sum(end.metrics, name));
  }
}

// Whoever went away may have done so before the exporter began to probe.
bool CountsFit(const Footprint& end, const Tally& tally) {
  const auto made =
      static_cast<std::size_t>(Sum(end.metrics, "ocsp_stapling_exporter_probes_total"));
  const std::size_t answered = tally.Probes();
  std::ostringstream sentence;
  sentence << "the exporter counts " << made << " probes, of which " << answered
           << " were answered and at most " << tally.Vanished() << " were not waited for";
  return Expect(answered <= made && made <= answered + tally.Vanished(), sentence.str());
}

}  // namespace

bool ReportScrapes(const Tally& tally) {
  std::printf("\n  %-34s %10s %10s %10s %10s\n", "target", "scrapes", "wrong", "mean ms",
              "worst ms");
  for (std::size_t i = 0; i < kKindNames.size(); ++i) {
    const Tally::Line line = tally.Of(static_cast<Kind>(i));
    const double mean =
        line.scrapes == 0 ? 0 : Milliseconds(line.sum) / static_cast<double>(line.scrapes);
    std::printf("  %-34s %10zu %10zu %10.1f %10.1f\n", std::string(kKindNames.at(i)).c_str(),
                line.scrapes, line.wrong, mean, Milliseconds(line.worst));
  }
  std::printf("  %-34s %10zu\n", "any, by clients that vanished", tally.Vanished());
  for (const std::string& complaint : tally.Complaints()) {
    std::printf("WRONG: %s\n", complaint.c_str());
  }
  return Expect(tally.ComplaintCount() == 0, std::to_string(tally.ComplaintCount()) +
                                                 " complaints, of which the first are above");
}

bool ReportFootprints(const Footprint& start, const Footprint& end, const Tally& tally,
                      const SoakOptions& options) {
  std::printf("\n  %-34s %10s %10s %10s\n", "of the exporter, at rest", "start", "end", "change");
  bool right = ReportGrowth("resident memory, KiB", start.resident, end.resident, options);
  PrintRow("proportional set size, KiB", start.proportional, end.proportional);
  PrintRow("private dirty memory, KiB", start.private_dirty, end.private_dirty);
  right &= ReportGrowth("anonymous memory, KiB", start.anonymous, end.anonymous, options);
  right &= ReportThreads(start, end);
  PrintRow("workers", start.workers, end.workers);
  right &= ReportEqual("descriptors", start.descriptors, end.descriptors);
  ReportMetrics(start, end);
  right &= Expect(Sum(end.metrics, "ocsp_stapling_exporter_http_connections_refused_total") == 0,
                  "connections were refused");
  return CountsFit(end, tally) && right;
}

}  // namespace stapling::testing
