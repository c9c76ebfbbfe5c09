// The tables that the soak prints, and whether what they show is as it should be.
#pragma once

#include <cstddef>

#include "tests/soak/footprint.h"
#include "tests/soak/soak.h"
#include "tests/soak/tally.h"

namespace stapling::testing {

// By kind of target: how many scrapes, how many wrong answers, how long they took. False if an
// answer was wrong, or anything else was complained of; the complaints are printed.
bool ReportScrapes(const Tally& tally);

// Both measurements side by side. False if threads or descriptors differ, memory grew by more than
// the options allow, or the exporter's own counts do not fit the tally.
bool ReportFootprints(const Footprint& start, const Footprint& end, const Tally& tally,
                      const SoakOptions& options);

}  // namespace stapling::testing
