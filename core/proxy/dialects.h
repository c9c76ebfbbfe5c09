// One function for each kind of proxy: says what the proxy needs said, and returns after its
// go-ahead was read, or with the conversation failed.
#pragma once

#include "core/net/conversation.h"
#include "core/proxy/proxy.h"
#include "core/proxy/tunnel.h"

namespace stapling {

void NegotiateHttpConnect(Conversation& peer, const Proxy& proxy, const Destination& destination);
void NegotiateSocks5(Conversation& peer, const Proxy& proxy, const Destination& destination);

}  // namespace stapling
