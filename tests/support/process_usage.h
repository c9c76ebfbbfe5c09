// What a process uses of its machine: memory, processor time, threads and descriptors, from the
// kernel's own books.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <functional>

namespace stapling::testing {

struct ProcessUsage {
  std::size_t descriptors = 0;
  std::size_t threads = 0;
  std::size_t resident_bytes = 0;
  std::size_t peak_bytes = 0;  // the most that were resident, or the most since ForgetPeak()
  std::size_t data_bytes = 0;  // what RLIMIT_DATA bounds
};

// All zero of a process that is gone.
ProcessUsage UsageOf(pid_t pid);

void ForgetPeak(pid_t pid);

// User and system, of all its threads.
std::chrono::duration<double> ProcessorTime(pid_t pid);

// What the work takes of a processor, on this thread: what else the machine does counts for
// nothing.
double SecondsOf(const std::function<void()>& work);

// The limit (RLIMIT_NOFILE) under which the process has so many descriptors left. The numbers of
// those that it has need not be the lowest.
std::size_t DescriptorLimitLeaving(pid_t pid, std::size_t spare);

}  // namespace stapling::testing
