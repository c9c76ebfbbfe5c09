// A way through a proxy to a target: a socket on which nothing but the target speaks.
//
// The target's name goes to the proxy as it is and is resolved there. Octets that follow the
// proxy's answer are the target's and stay in the socket. Credentials are sent in plain text, as
// both kinds of proxy want them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "core/failure.h"
#include "core/module.h"
#include "core/net/deadline.h"
#include "core/net/file_descriptor.h"
#include "core/net/resolver.h"
#include "core/net/target_policy.h"

namespace stapling {

struct Destination {
  std::string host;  // a DNS name, or an address without brackets
  std::uint16_t port;
};

// Asks for the way on a socket to the proxy, which stays the caller's: connected, non-blocking, and
// no octet seen. The failure's phase is proxy. Reasons: proxy_auth, proxy_refused, protocol_error
// (it is another kind of server, or speaks without end), timeout, closed, reset.
std::optional<Failure> OpenTunnel(int socket, const Proxy& proxy, const Destination& destination,
                                  Deadline deadline);

// Resolves the name of the module's proxy, which must be set, connects to the first of its
// addresses that the policy lets pass and that answers, and opens the tunnel. The failure's phase
// is proxy, its reason one of those above, of Resolve or of Connect, or denied.
std::variant<FileDescriptor, Failure> ConnectThroughProxy(const Module& module,
                                                          const TargetPolicy& policy,
                                                          const Destination& destination,
                                                          const ResolverSettings& resolver,
                                                          Deadline deadline);

}  // namespace stapling
