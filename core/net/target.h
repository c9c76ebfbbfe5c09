// What to probe: HOST, HOST:PORT, [v6]:PORT or SCHEME://HOST[:PORT][/...], checked and taken apart.
// The schemes are those of core/starttls/protocol.h.
//
// Pure: resolves nothing. Whether the target may be probed is not decided here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/net/ip_address.h"
#include "core/result.h"
#include "core/starttls/protocol.h"

namespace stapling {

struct Target {
  std::string text;  // as given
  std::string host;  // a DNS name in lower case, or an address without brackets
  std::optional<std::uint16_t> port;
  std::optional<Scheme> scheme;
  std::optional<IpAddress> address;  // when the host is a literal
};

// The error is one sentence that is safe to show: what it quotes of the input is printable ASCII
// and short.
Result<Target> ParseTarget(std::string_view text);

// HOST, HOST:PORT or [v6]:PORT; host and address as in a Target.
struct HostPort {
  std::string host;
  std::optional<std::uint16_t> port;
  std::optional<IpAddress> address;
};

// The error is the end of a sentence that the caller begins, and quotes nothing of the input.
Result<HostPort> ParseHostPort(std::string_view text);

// A name that DNS and certificates can hold: LDH labels (and underscores), at most 253 octets.
// A trailing dot is allowed.
bool IsHostName(std::string_view text);

}  // namespace stapling
