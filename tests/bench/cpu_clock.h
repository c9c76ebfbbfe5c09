// What a process or a thread used of the machine: CPU time and memory, never the time on the wall.
//
// CPU times are the kernel's own sums to the nanosecond, user and system together, of all threads
// that live or lived. Another process's is read from its CPU-time clock.
#pragma once

#include <sys/types.h>

#include <cstddef>

#include "core/result.h"

namespace stapling::bench {

// Seconds since the process began.
Result<double> CpuSeconds(pid_t process);

// Seconds since the calling thread began.
double ThreadCpuSeconds();

// Resident set (VmRSS), bytes.
Result<std::size_t> ResidentBytes(pid_t process);

}  // namespace stapling::bench
