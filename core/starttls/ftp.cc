// FTP (RFC 4217): AUTH TLS.
#include "core/starttls/dialects.h"
#include "core/starttls/reply.h"

namespace stapling {

void NegotiateFtp(Conversation& peer, const StartTlsRequest& /*request*/) {
  auto greeting = ReadReply(peer);
  if (greeting && greeting->code == 120) greeting = ReadReply(peer);  // "ready in some minutes"
  if (!greeting) return;
  if (greeting->code != 220) return peer.Fail(Reason::kStarttlsRefused, greeting->last());
  peer.Send("AUTH TLS\r\n");
  const auto reply = ReadReply(peer);
  if (!reply || reply->code == 234) return;
  // 500 and 502: the command is not known; 504: TLS is not (RFC 4217 section 4). 530, to log in
  // first, is what vsftpd without TLS says of every command; AUTH itself has no such reply.
  const bool unknown =
      reply->code == 500 || reply->code == 502 || reply->code == 504 || reply->code == 530;
  peer.Fail(unknown ? Reason::kStarttlsUnsupported : Reason::kStarttlsRefused, reply->last());
}

}  // namespace stapling
