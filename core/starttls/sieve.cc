// ManageSieve (RFC 5804 section 2.2): STARTTLS, if it is among the capabilities of the greeting.
#include "core/starttls/dialects.h"

namespace stapling {
namespace {

// Passes over lines of data up to OK; what was among them goes to `starttls`.
bool ReadResponse(Conversation& peer, bool& starttls) {
  while (const auto line = peer.ReadLine()) {
    if (line->starts_with("OK")) return true;
    if (line->starts_with("NO") || line->starts_with("BYE")) {
      peer.Fail(Reason::kStarttlsRefused, *line);
    } else if (!line->starts_with('"') && !line->starts_with('{')) {
      peer.Fail(Reason::kProtocolError, *line);
    }
    starttls = starttls || *line == "\"STARTTLS\"";
  }
  return false;
}

}  // namespace

void NegotiateSieve(Conversation& peer, const StartTlsRequest& /*request*/) {
  bool starttls = false;
  if (!ReadResponse(peer, starttls)) return;
  if (!starttls) {
    return peer.Fail(Reason::kStarttlsUnsupported, "STARTTLS is not among its capabilities");
  }
  peer.Send("STARTTLS\r\n");
  ReadResponse(peer, starttls);
}

}  // namespace stapling
