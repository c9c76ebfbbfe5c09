#include "tests/support/process_usage.h"

#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>

namespace stapling::testing {
namespace {

std::filesystem::path Books(pid_t pid) { return "/proc/" + std::to_string(pid); }

}  // namespace

ProcessUsage UsageOf(pid_t pid) {
  ProcessUsage usage;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(Books(pid) / "fd", error), end;
       !error && entry != end; entry.increment(error)) {
    ++usage.descriptors;
  }
  std::ifstream status(Books(pid) / "status");
  for (std::string line; std::getline(status, line);) {
    std::istringstream words(line);
    std::string key;
    std::size_t value = 0;
    words >> key >> value;  // memory in units of 1024 octets
    if (key == "Threads:") usage.threads = value;
    if (key == "VmRSS:") usage.resident_bytes = value * 1024;
    if (key == "VmHWM:") usage.peak_bytes = value * 1024;
    if (key == "VmData:") usage.data_bytes = value * 1024;
  }
  return usage;
}

void ForgetPeak(pid_t pid) { std::ofstream(Books(pid) / "clear_refs") << "5"; }

std::chrono::duration<double> ProcessorTime(pid_t pid) {
  clockid_t clock = 0;
  timespec time{};
  if (clock_getcpuclockid(pid, &clock) == 0) clock_gettime(clock, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

double SecondsOf(const std::function<void()>& work) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  };
  const double start = now();
  work();
  return now() - start;
}

std::size_t DescriptorLimitLeaving(pid_t pid, std::size_t spare) {
  std::size_t free = 0;
  std::size_t limit = 0;
  for (;; ++limit) {
    std::error_code error;
    if (std::filesystem::is_symlink(Books(pid) / "fd" / std::to_string(limit), error)) continue;
    if (free == spare) return limit;
    ++free;
  }
}

}  // namespace stapling::testing
