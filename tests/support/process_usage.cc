#include "tests/support/process_usage.h"

#include <ctime>
#include <fstream>
#include <string>

namespace stapling::testing {
namespace {

std::string Path(pid_t pid, const char* file) {
  return "/proc/" + std::to_string(pid) + "/" + file;
}

// A line such as VmHWM, which is in units of 1024 octets.
std::size_t MemoryLine(pid_t pid, const std::string& name) {
  std::ifstream status(Path(pid, "status"));
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name)) return std::stoul(line.substr(name.size())) * 1024;
  }
  return 0;
}

}  // namespace

std::size_t ResidentMemory(pid_t pid) { return MemoryLine(pid, "VmRSS:"); }

std::size_t PeakMemory(pid_t pid) { return MemoryLine(pid, "VmHWM:"); }

void ForgetPeak(pid_t pid) { std::ofstream(Path(pid, "clear_refs")) << "5"; }

std::chrono::duration<double> ProcessorTime(pid_t pid) {
  clockid_t clock = 0;
  timespec time{};
  if (clock_getcpuclockid(pid, &clock) == 0) clock_gettime(clock, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace stapling::testing
