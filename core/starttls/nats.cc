// NATS: the server's INFO line says whether TLS may follow; the ClientHello comes at once. A server
// with handshake_first says nothing: probe it as TLS from the first octet.
#include "core/starttls/dialects.h"

namespace stapling {
namespace {

// Whether the JSON of an INFO line has `"key":true`. Its keys are the server's own, never a
// client's, so the text is enough.
bool IsTrue(std::string_view info, std::string_view key) {
  const std::string quoted = '"' + std::string(key) + '"';
  const std::size_t at = info.find(quoted);
  if (at == std::string_view::npos) return false;
  const std::size_t value = info.find_first_not_of(" \t:", at + quoted.size());
  return value != std::string_view::npos && info.substr(value, 4) == "true";
}

}  // namespace

void NegotiateNats(Conversation& peer, const StartTlsRequest& /*request*/) {
  const auto line = peer.ReadLine();
  if (!line) return;
  if (line->starts_with("-ERR")) return peer.Fail(Reason::kStarttlsRefused, *line);
  if (!line->starts_with("INFO ")) return peer.Fail(Reason::kProtocolError, *line);
  if (!IsTrue(*line, "tls_required") && !IsTrue(*line, "tls_available")) {
    peer.Fail(Reason::kStarttlsUnsupported, "the server has TLS switched off");
  }
}

}  // namespace stapling
