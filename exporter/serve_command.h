// `serve`: the exporter itself, from start to the last answer.
//
// SIGTERM and SIGINT end it once running probes are answered, a second one at once; SIGHUP reloads.
// A service manager is told of all that (service_manager.h).
// To be called from the main thread before any other thread exists: it blocks these signals for
// every thread that follows.
#pragma once

#include <iosfwd>

namespace stapling::exporter {

struct ServeOptions;

// Returns the exit status: 0 after a signal, --config.check or --config.print-defaults; 1 when it
// cannot start. `out` and `err` are for the checks alone; what serves writes to its log.
int RunServe(const ServeOptions& options, std::ostream& out, std::ostream& err);

}  // namespace stapling::exporter
