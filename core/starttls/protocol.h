// The protocols that begin in plain text and go over to TLS on request, by the names that modules
// and target schemes use.
//
// Plain values: what is said on the wire is in negotiation.h.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace stapling {

enum class StartTls : std::uint8_t {
  kNone,  // TLS from the first octet
  kSmtp,
  kLmtp,
  kImap,
  kPop3,
  kSieve,
  kNntp,
  kFtp,
  kLdap,
  kXmppClient,
  kXmppServer,
  kIrc,
  kPostgres,
  kMysql,
  kNats,
};

struct StartTlsInfo {
  StartTls protocol;
  std::string_view name;  // empty for kNone
  std::uint16_t port;     // where the protocol is found if nobody says otherwise
};

// In the order of the enum; static storage.
std::span<const StartTlsInfo> StartTlsProtocols();
const StartTlsInfo& Describe(StartTls protocol);

// What a URL's scheme says of its server: a name of the table above, or one of the schemes whose
// servers speak TLS at once (https, smtps, ldaps, ...). In lower case.
struct Scheme {
  std::string_view name;
  StartTls starttls;
  std::uint16_t port;
  friend bool operator==(const Scheme&, const Scheme&) = default;
};

std::optional<Scheme> FindScheme(std::string_view name);

}  // namespace stapling
