// IMAP (RFC 9051 section 6.2.1): a tagged STARTTLS.
#include "core/starttls/dialects.h"

namespace stapling {

void NegotiateImap(Conversation& peer, const StartTlsRequest& /*request*/) {
  const auto greeting = peer.ReadLine();
  if (!greeting) return;
  if (!greeting->starts_with("* OK")) {
    // PREAUTH: it is too late for STARTTLS; BYE: it wants nobody.
    const bool imap = greeting->starts_with("* PREAUTH") || greeting->starts_with("* BYE");
    return peer.Fail(imap ? Reason::kStarttlsRefused : Reason::kProtocolError, *greeting);
  }
  peer.Send("a1 STARTTLS\r\n");
  while (const auto line = peer.ReadLine()) {
    if (line->starts_with("a1 OK")) return;
    if (line->starts_with("a1 BAD")) return peer.Fail(Reason::kStarttlsUnsupported, *line);
    if (line->starts_with("a1 ") || line->starts_with("* BYE")) {
      return peer.Fail(Reason::kStarttlsRefused, *line);
    }
    if (!line->starts_with("* ")) return peer.Fail(Reason::kProtocolError, *line);
  }
}

}  // namespace stapling
