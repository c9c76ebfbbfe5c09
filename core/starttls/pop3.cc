// POP3 (RFC 2595 section 4): STLS. CAPA (RFC 2449) tells a refusal from a command not known.
#include "core/starttls/dialects.h"

namespace stapling {
namespace {

bool IsNegative(const std::string& line) { return line.starts_with("-ERR"); }

bool OffersStls(Conversation& peer) {
  peer.Send("CAPA\r\n");
  auto line = peer.ReadLine();
  if (!line || !line->starts_with("+OK")) return false;
  bool offered = false;
  while ((line = peer.ReadLine()) && *line != ".") offered = offered || *line == "STLS";
  return offered;
}

}  // namespace

void NegotiatePop3(Conversation& peer, const StartTlsRequest& /*request*/) {
  const auto greeting = peer.ReadLine();
  if (!greeting) return;
  if (IsNegative(*greeting)) return peer.Fail(Reason::kStarttlsRefused, *greeting);
  if (!greeting->starts_with("+OK")) return peer.Fail(Reason::kProtocolError, *greeting);
  peer.Send("STLS\r\n");
  const auto reply = peer.ReadLine();
  if (!reply || reply->starts_with("+OK")) return;
  if (!IsNegative(*reply)) return peer.Fail(Reason::kProtocolError, *reply);
  const bool offered = OffersStls(peer);
  peer.Fail(offered ? Reason::kStarttlsRefused : Reason::kStarttlsUnsupported, *reply);
}

}  // namespace stapling
