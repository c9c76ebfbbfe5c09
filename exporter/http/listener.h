// Listener: a bound, listening, non-blocking TCP socket.
//
// The port is never shared: a second process that wants it gets an error (SO_REUSEADDR lets a
// restart bind while old connections linger; SO_REUSEPORT is never set).
#pragma once

#include <sys/socket.h>

#include "core/net/file_descriptor.h"
#include "core/result.h"
#include "exporter/http/listen_address.h"

namespace stapling::exporter {

struct Listener {
  FileDescriptor socket;
  ListenAddress address;  // as bound: a literal and a real port
};

// An empty host listens on IPv6 and IPv4 together, or on IPv4 where the kernel has no IPv6. A name
// is resolved by the system (it may block) and bound to one of its addresses, IPv4 preferred.
Result<Listener> OpenListener(const ListenAddress& address);

// Takes over a socket that listens already, whoever bound it, with the backlog of our own.
Result<Listener> AdoptListener(FileDescriptor socket);

// The numeric form of a socket address; an IPv4 address mapped into IPv6 is shown as IPv4.
ListenAddress AddressOf(const sockaddr_storage& address);

}  // namespace stapling::exporter
