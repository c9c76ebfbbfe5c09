// `check --targets FILE`: one probe for each target of a list, a bounded number at a time.
#pragma once

#include <iosfwd>

namespace stapling::exporter {

struct CheckOptions;

// Returns the exit status, that of the worst target. What is wrong with any line of the list is
// found before the first probe.
//
// To `out` goes one line for each target, in the order in which the probes end, and, as text, the
// summary; as JSON, each line is one object of `check` and there is no summary. To `err` go usage
// errors and, if it is a terminal, how far it is.
//
// Ctrl-C prints what there is and ends the process with status 130, without a return: probes that
// still run are not waited for.
int RunSweep(const CheckOptions& options, std::ostream& out, std::ostream& err);

}  // namespace stapling::exporter
