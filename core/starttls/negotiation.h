// Asks a server that speaks plain text for TLS, in its own protocol, up to its go-ahead.
//
// Sends no credentials and changes nothing on the server. What the server sends is bounded, and
// what it sends after the go-ahead is never handed to TLS: a ClientHello comes first, so those
// octets were put there by somebody else (the response injection of CVE-2011-0411 and its kin).
#pragma once

#include <optional>
#include <string>

#include "core/failure.h"
#include "core/net/deadline.h"
#include "core/starttls/protocol.h"

namespace stapling {

struct StartTlsRequest {
  StartTls protocol = StartTls::kNone;
  std::string ehlo_name;    // SMTP and LMTP: what the client calls itself
  std::string xmpp_domain;  // XMPP: the domain that is asked for
};

// `socket` is connected, non-blocking, and has seen no octet; it stays the caller's. The failure's
// phase is starttls. Reasons: starttls_unsupported (the server does not offer it), starttls_refused
// (it offers it, and not to us or not now), injected_bytes, protocol_error (it speaks another
// protocol, or without end), timeout, closed, reset.
std::optional<Failure> NegotiateTls(int socket, const StartTlsRequest& request, Deadline deadline);

}  // namespace stapling
