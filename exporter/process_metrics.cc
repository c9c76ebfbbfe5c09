#include "exporter/process_metrics.h"

#include <dirent.h>
#include <prometheus/metric_family.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

namespace stapling::exporter {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

std::string ReadProc(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// From the third field of /proc/self/stat on: the second, the command, may hold anything but its
// last closing bracket. proc(5) counts from 1.
class Stat {
 public:
  Stat() {
    const std::string text = ReadProc("/proc/self/stat");
    std::istringstream fields(text.substr(std::min(text.rfind(')') + 1, text.size())));
    fields_.assign(std::istream_iterator<std::string>(fields), {});
  }

  [[nodiscard]] std::optional<double> Field(std::size_t number) const {
    const std::size_t index = number - 3;
    if (index >= fields_.size()) return std::nullopt;
    return std::strtod(fields_[index].c_str(), nullptr);
  }

 private:
  std::vector<std::string> fields_;
};

// In seconds since the epoch. From /proc/stat's btime line.
std::optional<double> BootTime() {
  std::istringstream words(ReadProc("/proc/stat"));
  for (std::string word; words >> word;) {
    double seconds = 0;
    if (word == "btime" && words >> seconds) return seconds;
  }
  return std::nullopt;
}

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

std::optional<double> OpenDescriptors() {
  const std::unique_ptr<DIR, CloseDirectory> directory(opendir("/proc/self/fd"));
  if (!directory) return std::nullopt;
  double count = -3;  // this directory, the one above it, and the descriptor to look with
  while (readdir(directory.get()) != nullptr) ++count;
  if (count < 0) return std::nullopt;
  return count;
}

std::optional<double> MaxDescriptors() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::nullopt;
  return static_cast<double>(limit.rlim_cur);
}

class Families {
 public:
  void Gauge(const char* name, const char* help, std::optional<double> value) {
    if (!value) return;
    prometheus::ClientMetric metric;
    metric.gauge.value = *value;
    list.push_back({name, help, MetricType::Gauge, {metric}});
  }
  void Counter(const char* name, const char* help, std::optional<double> value) {
    if (!value) return;
    prometheus::ClientMetric metric;
    metric.counter.value = *value;
    list.push_back({name, help, MetricType::Counter, {metric}});
  }

  std::vector<MetricFamily> list;
};

std::optional<double> Scaled(std::optional<double> value, double factor) {
  if (value) *value *= factor;
  return value;
}

std::optional<double> Sum(std::optional<double> a, std::optional<double> b) {
  if (!a || !b) return std::nullopt;
  return *a + *b;
}

}  // namespace

std::vector<MetricFamily> ProcessMetrics() {
  constexpr std::size_t kUserTime = 14;
  constexpr std::size_t kSystemTime = 15;
  constexpr std::size_t kThreads = 20;
  constexpr std::size_t kStartTime = 22;
  constexpr std::size_t kVirtualBytes = 23;
  constexpr std::size_t kResidentPages = 24;
  const Stat stat;
  const double tick = 1.0 / static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));

  Families families;
  families.Counter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.",
                   Scaled(Sum(stat.Field(kUserTime), stat.Field(kSystemTime)), tick));
  families.Gauge("process_resident_memory_bytes", "Resident memory size in bytes.",
                 Scaled(stat.Field(kResidentPages), page));
  families.Gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.",
                 stat.Field(kVirtualBytes));
  families.Gauge("process_open_fds", "Number of open file descriptors.", OpenDescriptors());
  families.Gauge("process_max_fds", "Maximum number of open file descriptors.", MaxDescriptors());
  families.Gauge("process_start_time_seconds",
                 "Start time of the process since the Unix epoch in seconds.",
                 Sum(BootTime(), Scaled(stat.Field(kStartTime), tick)));
  families.Gauge("process_threads", "Number of threads.", stat.Field(kThreads));
  return std::move(families.list);
}

}  // namespace stapling::exporter
