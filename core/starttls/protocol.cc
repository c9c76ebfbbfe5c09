#include "core/starttls/protocol.h"

#include <algorithm>
#include <array>

namespace stapling {
namespace {

constexpr std::array kProtocols{
    StartTlsInfo{StartTls::kNone, "", 443},
    StartTlsInfo{StartTls::kSmtp, "smtp", 25},
    StartTlsInfo{StartTls::kLmtp, "lmtp", 24},
    StartTlsInfo{StartTls::kImap, "imap", 143},
    StartTlsInfo{StartTls::kPop3, "pop3", 110},
    StartTlsInfo{StartTls::kSieve, "sieve", 4190},
    StartTlsInfo{StartTls::kNntp, "nntp", 119},
    StartTlsInfo{StartTls::kFtp, "ftp", 21},
    StartTlsInfo{StartTls::kLdap, "ldap", 389},
    StartTlsInfo{StartTls::kXmppClient, "xmpp_client", 5222},
    StartTlsInfo{StartTls::kXmppServer, "xmpp_server", 5269},
    StartTlsInfo{StartTls::kIrc, "irc", 6667},
    StartTlsInfo{StartTls::kPostgres, "postgres", 5432},
    StartTlsInfo{StartTls::kMysql, "mysql", 3306},
    StartTlsInfo{StartTls::kNats, "nats", 4222},
};

// Beside the names above: TLS at once, and other spellings.
constexpr std::array kSchemes{
    Scheme{"https", StartTls::kNone, 443},
    Scheme{"tls", StartTls::kNone, 443},
    Scheme{"smtps", StartTls::kNone, 465},
    Scheme{"submission", StartTls::kSmtp, 587},
    Scheme{"submissions", StartTls::kNone, 465},
    Scheme{"imaps", StartTls::kNone, 993},
    Scheme{"pop3s", StartTls::kNone, 995},
    Scheme{"nntps", StartTls::kNone, 563},
    Scheme{"ftps", StartTls::kNone, 990},
    Scheme{"ldaps", StartTls::kNone, 636},
    Scheme{"xmpp-client", StartTls::kXmppClient, 5222},
    Scheme{"xmpp-server", StartTls::kXmppServer, 5269},
    Scheme{"ircs", StartTls::kNone, 6697},
    Scheme{"postgresql", StartTls::kPostgres, 5432},
};

}  // namespace

std::span<const StartTlsInfo> StartTlsProtocols() { return kProtocols; }

const StartTlsInfo& Describe(StartTls protocol) {
  return kProtocols.at(static_cast<std::size_t>(protocol));
}

std::optional<Scheme> FindScheme(std::string_view name) {
  if (name.empty()) return std::nullopt;
  const auto protocol = std::ranges::find(kProtocols, name, &StartTlsInfo::name);
  if (protocol != kProtocols.end())
    return Scheme{protocol->name, protocol->protocol, protocol->port};
  const auto scheme = std::ranges::find(kSchemes, name, &Scheme::name);
  return scheme == kSchemes.end() ? std::nullopt : std::optional(*scheme);
}

}  // namespace stapling
