// TCP under a deadline: a non-blocking connect, and the wait that every later step uses.
//
// Sockets are non-blocking, close-on-exec and without Nagle's delay.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "core/failure.h"
#include "core/net/deadline.h"
#include "core/net/file_descriptor.h"
#include "core/net/ip_address.h"

namespace stapling {

// Connects from `source` if given. The failure's phase is connect; its reasons are timeout,
// refused, unreachable, reset, resources and internal.
std::variant<FileDescriptor, Failure> Connect(const IpAddress& address, std::uint16_t port,
                                              const std::optional<IpAddress>& source,
                                              Deadline deadline);

enum class Ready : std::uint8_t { kReady, kTimeout };

// Waits until `events` (POLLIN, POLLOUT), an error or a hang-up is there. Signals do not end it.
Ready WaitFor(int descriptor, short events, Deadline deadline);

// The reason for an errno of connect, read or write.
Reason ReasonOf(int error_number);

}  // namespace stapling
