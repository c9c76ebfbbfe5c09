// What another process uses: memory and processor time, from the system's own books.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>

namespace stapling::testing {

// Octets in memory; 0 if the process is gone.
std::size_t ResidentMemory(pid_t pid);
// The most it ever was, or since ForgetPeak().
std::size_t PeakMemory(pid_t pid);
void ForgetPeak(pid_t pid);

// User and system, of all its threads.
std::chrono::duration<double> ProcessorTime(pid_t pid);

}  // namespace stapling::testing
