// One function for each protocol, each in a file of its own: says what the protocol needs said, and
// returns after the go-ahead was read, or with the conversation failed.
#pragma once

#include "core/net/conversation.h"
#include "core/starttls/negotiation.h"

namespace stapling {

void NegotiateSmtp(Conversation& peer, const StartTlsRequest& request);  // and LMTP
void NegotiateImap(Conversation& peer, const StartTlsRequest& request);
void NegotiatePop3(Conversation& peer, const StartTlsRequest& request);
void NegotiateSieve(Conversation& peer, const StartTlsRequest& request);
void NegotiateNntp(Conversation& peer, const StartTlsRequest& request);
void NegotiateFtp(Conversation& peer, const StartTlsRequest& request);
void NegotiateLdap(Conversation& peer, const StartTlsRequest& request);
void NegotiateXmpp(Conversation& peer, const StartTlsRequest& request);  // client and server
void NegotiateIrc(Conversation& peer, const StartTlsRequest& request);
void NegotiatePostgres(Conversation& peer, const StartTlsRequest& request);
void NegotiateMysql(Conversation& peer, const StartTlsRequest& request);
void NegotiateNats(Conversation& peer, const StartTlsRequest& request);

}  // namespace stapling
