// Judges the evidence of a probe as a person does: saves the text under the name that it asks for,
// and has a shell run the lines that it says to run.
#pragma once

#include <string>
#include <vector>

#include "tests/support/process.h"

namespace stapling::testing {

// What each line of `verify` printed as JSON and returned, in the order of the text. `program` is
// the path of ocsp_stapling_exporter. A line that cannot be run is a result that says so.
std::vector<ProcessResult> JudgeAgain(const std::string& evidence, const std::string& program);

}  // namespace stapling::testing
