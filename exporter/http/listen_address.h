// ListenAddress: the text of --web.listen-address, parsed. Nothing is resolved or bound here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"

namespace stapling::exporter {

struct ListenAddress {
  std::string host;        // empty: every address, IPv6 and IPv4; an IPv6 literal has no brackets
  std::uint16_t port = 0;  // 0: the kernel chooses

  bool operator==(const ListenAddress&) const = default;
};

// `:6960`, `127.0.0.1:0`, `[::1]:6960`, `host:6960`. The port is required and decimal.
Result<ListenAddress> ParseListenAddress(std::string_view text);

// host:port, with brackets round an IPv6 literal; the inverse of ParseListenAddress.
[[nodiscard]] std::string ToString(const ListenAddress& address);

}  // namespace stapling::exporter
