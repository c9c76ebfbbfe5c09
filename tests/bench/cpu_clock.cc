#include "tests/bench/cpu_clock.h"

#include <time.h>  // NOLINT(modernize-deprecated-headers): clock_getcpuclockid is POSIX

#include <fstream>
#include <string>

namespace stapling::bench {
namespace {

double Seconds(const timespec& time) {
  constexpr double kNanosecond = 1e-9;
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * kNanosecond;
}

Error Gone(pid_t process) { return {"process " + std::to_string(process) + " is gone"}; }

}  // namespace

Result<double> CpuSeconds(pid_t process) {
  clockid_t clock{};
  timespec time{};
  if (clock_getcpuclockid(process, &clock) != 0) return Gone(process);
  if (clock_gettime(clock, &time) != 0) return Gone(process);
  return Seconds(time);
}

double ThreadCpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return Seconds(time);
}

Result<std::size_t> ResidentBytes(pid_t process) {
  constexpr std::size_t kKibi = 1024;
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string word; status >> word;) {
    std::size_t kibibytes = 0;
    if (word == "VmRSS:" && status >> kibibytes) return kibibytes * kKibi;
  }
  return Gone(process);
}

}  // namespace stapling::bench
