#include "exporter/service_manager.h"

#include <systemd/sd-daemon.h>

#include <cstddef>
#include <cstdint>
#include <system_error>

namespace stapling::exporter {
namespace {

void Notify(const std::string& assignments) {
  static_cast<void>(sd_notify(/*unset_environment=*/0, assignments.c_str()));
}

}  // namespace

void NotifyReady(const std::string& status) { Notify("READY=1\nSTATUS=" + status); }

// The time lets a manager that waits for this reload tell it from an earlier one.
void NotifyReloading() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  Notify("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds));
}

void NotifyAlive(const std::string& status) { Notify("WATCHDOG=1\nSTATUS=" + status); }

void NotifyStopping() { Notify("STOPPING=1\nSTATUS=Answering what still runs"); }

std::optional<std::chrono::microseconds> WatchdogInterval() {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(/*unset_environment=*/0, &microseconds) <= 0) return std::nullopt;
  return std::chrono::microseconds(microseconds / 2);
}

Result<std::vector<FileDescriptor>> TakePassedSockets() {
  const int count = sd_listen_fds(/*unset_environment=*/1);
  if (count < 0) {
    return Error{"cannot take the sockets that systemd passed: " +
                 std::generic_category().message(-count)};
  }
  if (count == 0) {
    return Error{
        "systemd passed no socket; --web.systemd-socket is for a service that a .socket "
        "unit starts"};
  }
  std::vector<FileDescriptor> sockets;
  sockets.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) sockets.emplace_back(SD_LISTEN_FDS_START + i);
  return sockets;
}

}  // namespace stapling::exporter
