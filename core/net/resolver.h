// Names to addresses within a deadline, by c-ares: the hosts file, then the servers of
// resolv.conf.
//
// localhost and *.localhost are the loopback addresses (RFC 6761 section 6.3) and ask nobody.
// What only the C library's name service sees (mDNS, nss-resolve, LDAP) is not seen here. Nothing
// is cached: a monitor wants to know what the name means now. Safe from any thread; each call has
// a channel of its own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/failure.h"
#include "core/module.h"
#include "core/net/deadline.h"
#include "core/net/ip_address.h"

namespace stapling {

struct ResolverSettings {
  std::string servers;  // address[:port],...; empty: those of resolv.conf
};

struct Resolution {
  std::vector<IpAddress> addresses;  // never empty without a failure
  std::optional<Failure> failure;    // timeout, not_found, dns_error, resources
};

// Addresses of the preferred family; of the other only if there are none and `fallback` is set.
Resolution Resolve(const std::string& host, IpProtocol preferred, bool fallback, Deadline deadline,
                   const ResolverSettings& settings = {});

// Addresses of both families, the preferred one's first. A family that fails is passed over if the
// other has any; the second has half of the time that is left.
Resolution ResolveAll(const std::string& host, IpProtocol preferred, Deadline deadline,
                      const ResolverSettings& settings = {});

}  // namespace stapling
