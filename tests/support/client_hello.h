// What a ClientHello says (RFC 8446 §4.1.2), as far as tests ask.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/support/bytes.h"

namespace stapling::testing {

struct ClientHello {
  bool status_request = false;                  // RFC 6066 §8
  std::optional<std::string> server_name = {};  // RFC 6066 §3
  std::vector<std::string> alpn = {};           // RFC 7301, in the client's order
  std::vector<std::uint16_t> versions = {};     // supported_versions, else legacy_version alone
  std::vector<std::uint16_t> signature_algorithms = {};
  bool session_ticket = false;  // offers a ticket or a PSK, even an empty ticket
};

// `body` is the handshake message without its four octets of header. Nothing if it is malformed.
std::optional<ClientHello> ParseClientHello(const Bytes& body);

}  // namespace stapling::testing
