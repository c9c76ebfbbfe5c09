// Does one thing again and again, and each time another call that it leads to fails.
//
// How many calls there are is counted first, with none failing. Of each function, and each way in
// which it fails, so many are tried as STAPLING_FAULT_POINTS says, evenly spread over all calls;
// 0: every one. What was seen and tried is printed.
#pragma once

#include <functional>
#include <string>

#include "tests/faults/faults.h"

namespace stapling::testing {

struct FaultScenario {
  std::string name;
  // What goes on while a call fails; what is wrong with how it went, empty if nothing.
  std::function<std::string()> act;
  // The same when nothing fails any more: whether all is well again.
  std::function<std::string()> recover;
  // What fails once leaves nothing behind, so there is nothing to recover from.
  bool stateless = false;
  // After something went wrong, so that the rest can be tried.
  std::function<void()> restart = {};
};

// Fails the test for each complaint.
void SweepFaults(Faults& faults, const FaultScenario& scenario);

}  // namespace stapling::testing
