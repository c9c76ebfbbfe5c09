// IRC: STARTTLS before the client registers; 670 is the go-ahead, 691 a refusal.
#include "core/starttls/dialects.h"

namespace stapling {
namespace {

// The second word of ":server 670 nick :text", the first of a line without a prefix.
std::string_view CommandOf(std::string_view line) {
  if (line.starts_with(':')) {
    const std::size_t space = line.find(' ');
    line = space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
  }
  return line.substr(0, line.find(' '));
}

}  // namespace

void NegotiateIrc(Conversation& peer, const StartTlsRequest& /*request*/) {
  peer.Send("STARTTLS\r\n");
  while (const auto line = peer.ReadLine()) {
    const std::string_view command = CommandOf(*line);
    if (command == "670") return;
    // 421: no such command; 451: it must register first.
    if (command == "421" || command == "451") {
      return peer.Fail(Reason::kStarttlsUnsupported, *line);
    }
    if (command == "691" || command == "ERROR") return peer.Fail(Reason::kStarttlsRefused, *line);
    // Servers greet with notices while they look the client up.
    if (command != "NOTICE" && command != "020") {
      return peer.Fail(Reason::kProtocolError, *line);
    }
  }
}

}  // namespace stapling
