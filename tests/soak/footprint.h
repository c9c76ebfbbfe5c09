// What a process takes from the system, as the system and the exporter itself have it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "tests/integration/exporter.h"

namespace stapling::testing {

struct Footprint {
  // In KiB, from /proc/PID/smaps_rollup. Resident memory has every page that is there; the
  // anonymous ones are the process's own: heap, stacks and what it wrote of its files, while the
  // rest are files, read in as code is first run. The proportional size shares the latter among the
  // processes that have them. Private dirty pages are the anonymous ones, and those of files that
  // were just written, such as a program that was just built.
  std::int64_t resident = 0;
  std::int64_t proportional = 0;
  std::int64_t private_dirty = 0;
  std::int64_t anonymous = 0;

  int threads = 0;
  int workers = 0;  // of the threads, those that answer requests: they come and go with the load
  int descriptors = 0;

  std::string metrics;  // the page that says the same
};

// Of memory alone, at any time.
Result<Footprint> MeasureMemory(pid_t pid);

// Waits until the exporter has nothing to do, and nobody but the one who asks is connected; then
// measures. An Error if that does not come about.
Result<Footprint> MeasureQuiet(const Exporter& exporter);

}  // namespace stapling::testing
