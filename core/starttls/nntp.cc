// NNTP (RFC 4642): STARTTLS.
#include "core/starttls/dialects.h"
#include "core/starttls/reply.h"

namespace stapling {

void NegotiateNntp(Conversation& peer, const StartTlsRequest& /*request*/) {
  const auto greeting = ReadReply(peer);
  if (!greeting) return;
  if (greeting->code != 200 && greeting->code != 201) {
    return peer.Fail(Reason::kStarttlsRefused, greeting->last());
  }
  peer.Send("STARTTLS\r\n");
  const auto reply = ReadReply(peer);
  if (!reply || reply->code == 382) return;
  const bool unknown = reply->code == 500 || reply->code == 501;
  peer.Fail(unknown ? Reason::kStarttlsUnsupported : Reason::kStarttlsRefused, reply->last());
}

}  // namespace stapling
