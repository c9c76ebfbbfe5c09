// The service manager (systemd) that started this process, if one did.
//
// It is told, by sd_notify(3), when the exporter serves, reloads and stops, and that it is alive;
// it may hand over sockets that listen already, by sd_listen_fds(3). Where no service manager waits
// for a notification, nothing is sent; one that cannot be sent is lost, and the manager draws its
// own conclusions. The protocol is written here, for it is a datagram and three variables, and its
// library brings four compressors and two of ciphers into the process. A status is one line, for
// people; a long one is cut. Notify functions: from any thread. The environment is trusted:
// $NOTIFY_SOCKET, $WATCHDOG_USEC, $LISTEN_FDS and their companions.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/net/file_descriptor.h"
#include "core/result.h"

namespace stapling::exporter {

// At the start and at the end of every reload.
void NotifyReady(const std::string& status);
void NotifyReloading();
void NotifyAlive(const std::string& status);
void NotifyStopping();

// How often it is to be told that this process is alive: twice in the time after which it gives up.
// Unset: it does not watch.
std::optional<std::chrono::microseconds> WatchdogInterval();

// The sockets that it passed, which are given away once. None at all is an error.
Result<std::vector<FileDescriptor>> TakePassedSockets();

}  // namespace stapling::exporter
