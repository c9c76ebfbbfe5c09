#include "core/starttls/negotiation.h"

#include "core/net/conversation.h"
#include "core/starttls/dialects.h"

namespace stapling {
namespace {

using Negotiate = void (*)(Conversation& peer, const StartTlsRequest& request);

Negotiate DialectOf(StartTls protocol) {
  switch (protocol) {
    case StartTls::kNone:
      return nullptr;
    case StartTls::kSmtp:
    case StartTls::kLmtp:
      return NegotiateSmtp;
    case StartTls::kImap:
      return NegotiateImap;
    case StartTls::kPop3:
      return NegotiatePop3;
    case StartTls::kSieve:
      return NegotiateSieve;
    case StartTls::kNntp:
      return NegotiateNntp;
    case StartTls::kFtp:
      return NegotiateFtp;
    case StartTls::kLdap:
      return NegotiateLdap;
    case StartTls::kXmppClient:
    case StartTls::kXmppServer:
      return NegotiateXmpp;
    case StartTls::kIrc:
      return NegotiateIrc;
    case StartTls::kPostgres:
      return NegotiatePostgres;
    case StartTls::kMysql:
      return NegotiateMysql;
    case StartTls::kNats:
      return NegotiateNats;
  }
  return nullptr;
}

}  // namespace

std::optional<Failure> NegotiateTls(int socket, const StartTlsRequest& request, Deadline deadline) {
  const Negotiate negotiate = DialectOf(request.protocol);
  if (negotiate == nullptr) return std::nullopt;
  Conversation peer(socket, Phase::kStarttls, deadline);
  negotiate(peer, request);
  if (!peer.failure() && peer.Pending()) {
    peer.Fail(Reason::kInjectedBytes, "octets follow the go-ahead");
  }
  return peer.failure();
}

}  // namespace stapling
