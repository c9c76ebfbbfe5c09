// `check TARGET...`: one probe for each target, a report on standard output, an exit status.
#pragma once

#include <iosfwd>

namespace stapling::exporter {

struct CheckOptions;

// Returns the exit status. Reports go to `out`, one sentence for each usage error to `err`.
//
// Several targets are probed one after another. As JSON, one target is one indented object;
// several are one object on one line each. As Prometheus text, several are told apart by a comment
// before each.
int RunCheck(const CheckOptions& options, std::ostream& out, std::ostream& err);

}  // namespace stapling::exporter
