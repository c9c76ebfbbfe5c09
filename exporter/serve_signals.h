// The signals that `serve` obeys: SIGTERM and SIGINT end it, SIGHUP reloads.
#pragma once

#include <csignal>
#include <optional>

namespace stapling::exporter {

// Of this thread and all that it starts from now on: the signals above wait for whoever takes them.
// SIGPIPE, SIGUSR1 and SIGUSR2 are ignored: rotators of logs send them to whatever writes one.
// Returns the set.
sigset_t BlockServeSignals();

// SIGTERM or SIGINT if one waits. Where SIGHUP waits, too, the system hands that out first.
std::optional<int> TakeEndSignal();

// From here on a second SIGTERM or SIGINT ends the program at once.
void UnblockEndSignals();

}  // namespace stapling::exporter
