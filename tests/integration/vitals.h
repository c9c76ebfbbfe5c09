// What a process takes of its machine, as the kernel counts it.
#pragma once

#include <sys/types.h>

#include <cstddef>

namespace stapling::testing {

struct Vitals {
  std::size_t descriptors = 0;
  std::size_t threads = 0;
  std::size_t resident_bytes = 0;
  std::size_t data_bytes = 0;  // what RLIMIT_DATA bounds
};

// All zero of a process that is gone.
Vitals VitalsOf(pid_t pid);

// The limit (RLIMIT_NOFILE) under which the process has so many descriptors left. The numbers of
// those that it has need not be the lowest.
std::size_t DescriptorLimitLeaving(pid_t pid, std::size_t spare);

}  // namespace stapling::testing
