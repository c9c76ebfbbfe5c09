// The signals that `serve` obeys: SIGTERM and SIGINT end it, SIGHUP reloads.
#pragma once

#include <csignal>

namespace stapling::exporter {

// Of this thread and all that it starts from now on: the signals above wait for whoever takes them.
// SIGPIPE is ignored. Returns the set.
sigset_t BlockServeSignals();

// From here on a second SIGTERM or SIGINT ends the program at once.
void UnblockEndSignals();

}  // namespace stapling::exporter
