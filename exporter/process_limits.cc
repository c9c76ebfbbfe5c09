#include "exporter/process_limits.h"

#include <malloc.h>
#include <sys/resource.h>

namespace stapling::exporter {

void RaiseDescriptorLimit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void BoundMallocArenas() {
  constexpr int kArenas = 2;
  mallopt(M_ARENA_MAX, kArenas);
}

void GiveMemoryBack() { malloc_trim(0); }

}  // namespace stapling::exporter
