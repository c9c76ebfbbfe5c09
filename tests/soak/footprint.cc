#include "tests/soak/footprint.h"

#include <chrono>
#include <fstream>
#include <sstream>

#include "tests/integration/samples.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

constexpr const char* kInFlight = "ocsp_stapling_exporter_probes_in_flight";
constexpr const char* kWaiting = "ocsp_stapling_exporter_http_requests_waiting";
constexpr const char* kConnections = "ocsp_stapling_exporter_http_connections_open";
constexpr const char* kWorkers = "ocsp_stapling_exporter_http_workers";

constexpr std::chrono::minutes kPatience{3};

int Whole(const Samples& samples, const std::string& series) {
  return static_cast<int>(samples.Value(series).value_or(-1));
}

bool IsQuiet(const Samples& samples) {
  return samples.Value(kInFlight) == 0 && samples.Value(kWaiting) == 0 &&
         samples.Value(kConnections) == 1;
}

}  // namespace

Result<Footprint> MeasureMemory(pid_t pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/smaps_rollup";
  std::ifstream file(path);
  Footprint footprint;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string key;
    std::int64_t kibibytes = 0;
    words >> key >> kibibytes;
    if (key == "Rss:") footprint.resident = kibibytes;
    if (key == "Pss:") footprint.proportional = kibibytes;
    if (key == "Private_Dirty:") footprint.private_dirty = kibibytes;
    if (key == "Anonymous:") footprint.anonymous = kibibytes;
  }
  if (footprint.resident == 0) return Error{"cannot read \"" + path + "\""};
  return footprint;
}

Result<Footprint> MeasureQuiet(const Exporter& exporter) {
  std::string page;
  const bool quiet = WaitUntil(
      [&] {
        page = exporter.Metrics();
        return IsQuiet(Samples(page)) || !exporter.process().Running();
      },
      kPatience);
  if (!exporter.process().Running()) return Error{"the exporter has ended"};
  if (!quiet) return Error{"the exporter does not come to rest; its metrics are:\n" + page};
  auto footprint = MeasureMemory(exporter.process().pid());
  if (!footprint) return footprint;
  const Samples samples(page);
  Footprint& measured = footprint.value();
  measured.threads = Whole(samples, "process_threads");
  measured.workers = Whole(samples, kWorkers);
  measured.descriptors = Whole(samples, "process_open_fds");
  measured.metrics = std::move(page);
  return footprint;
}

}  // namespace stapling::testing
