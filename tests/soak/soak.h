// The soak as a whole: an exporter and a fleet, many scrapes, and what is left of them afterwards.
#pragma once

#include <cstddef>

namespace stapling::testing {

struct SoakOptions {
  std::size_t scrapes = 500'000;
  std::size_t scrapers = 16;  // clients at once
  // What resident memory, and the private part of it, may grow by from the end of the warm-up to
  // the end of all.
  double growth_percent = 5;
  double growth_kib = 1024;
};

// Prints what it finds. True if that is as it should be.
bool RunSoak(const SoakOptions& options);

}  // namespace stapling::testing
