#include "exporter/service_manager.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace stapling::exporter {
namespace {

constexpr int kFirstPassedSocket = 3;  // SD_LISTEN_FDS_START

// The whole of an environment variable as a positive number.
std::optional<std::uint64_t> NumberIn(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return std::nullopt;
  const char* end = text + std::strlen(text);
  std::uint64_t number = 0;
  const auto [rest, error] = std::from_chars(text, end, number);
  if (error != std::errc() || rest != end || number == 0) return std::nullopt;
  return number;
}

bool IsNoNumber(const char* variable) {
  return std::getenv(variable) != nullptr && !NumberIn(variable);
}

Error CannotTakeSockets(int error_number) {
  return Error{std::string("cannot take the sockets that systemd passed: ") +
               std::strerror(error_number)};
}

bool IsThisProcess(std::uint64_t pid) { return pid == static_cast<std::uint64_t>(getpid()); }

// One datagram, to a path or, with an @ in front, a name in the abstract namespace.
void Notify(std::string_view assignments) {
  const char* place = std::getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string_view name(place == nullptr ? "" : place);
  if ((!name.starts_with('/') && !name.starts_with('@')) ||
      name.size() >= sizeof address.sun_path) {
    return;
  }
  name.copy(address.sun_path, name.size());
  const bool abstract = name.starts_with('@');
  if (abstract) address.sun_path[0] = '\0';
  const std::size_t length = offsetof(sockaddr_un, sun_path) + name.size() + (abstract ? 0 : 1);
  const FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  static_cast<void>(sendto(socket.get(), assignments.data(), assignments.size(), MSG_NOSIGNAL,
                           reinterpret_cast<const sockaddr*>(&address),
                           static_cast<socklen_t>(length)));
}

// systemd drops a datagram of more than 4096 octets, whatever else is in it, and a status that is
// not UTF-8.
std::string Shortened(std::string status) {
  constexpr std::size_t kMost = 1000;
  constexpr auto is_continuation = [](char c) {
    return (static_cast<unsigned char>(c) >> 6U) == 2;
  };
  if (status.size() <= kMost) return status;
  std::size_t end = kMost;
  while (end > 0 && is_continuation(status[end])) --end;
  return status.substr(0, end) + "...";
}

}  // namespace

void NotifyReady(const std::string& status) { Notify("READY=1\nSTATUS=" + Shortened(status)); }

// The time lets a manager that waits for this reload tell it from an earlier one.
void NotifyReloading() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  Notify("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds));
}

void NotifyAlive(const std::string& status) { Notify("WATCHDOG=1\nSTATUS=" + Shortened(status)); }

void NotifyStopping() { Notify("STOPPING=1\nSTATUS=Answering what still runs"); }

std::optional<std::chrono::microseconds> WatchdogInterval() {
  const auto patience = NumberIn("WATCHDOG_USEC");
  const bool of_another = std::getenv("WATCHDOG_PID") != nullptr &&
                          !IsThisProcess(NumberIn("WATCHDOG_PID").value_or(0));
  if (!patience || of_another) return std::nullopt;
  return std::chrono::microseconds(static_cast<std::int64_t>(*patience / 2));
}

Result<std::vector<FileDescriptor>> TakePassedSockets() {
  if (IsNoNumber("LISTEN_PID") || IsNoNumber("LISTEN_FDS")) return CannotTakeSockets(EINVAL);
  const bool for_us = IsThisProcess(NumberIn("LISTEN_PID").value_or(0));
  const std::uint64_t count = for_us ? NumberIn("LISTEN_FDS").value_or(0) : 0;
  for (const char* variable : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) unsetenv(variable);
  if (count == 0) {
    return Error{
        "systemd passed no socket; --web.systemd-socket is for a service that a .socket "
        "unit starts"};
  }
  std::vector<FileDescriptor> sockets;
  for (int i = kFirstPassedSocket; sockets.size() < count; ++i) {
    if (fcntl(i, F_SETFD, FD_CLOEXEC) != 0) return CannotTakeSockets(errno);
    sockets.emplace_back(i);
  }
  return sockets;
}

}  // namespace stapling::exporter
