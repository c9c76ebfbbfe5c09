// SMTP (RFC 3207) and LMTP (RFC 2033): EHLO or LHLO, then STARTTLS.
#include <algorithm>
#include <cctype>

#include "core/starttls/dialects.h"
#include "core/starttls/reply.h"

namespace stapling {
namespace {

bool Offers(const Reply& reply, std::string_view keyword) {
  return std::ranges::any_of(reply.lines, [keyword](std::string_view line) {
    line.remove_prefix(std::min<std::size_t>(line.size(), 4));
    line = line.substr(0, line.find(' '));
    return std::ranges::equal(
        line, keyword, [](unsigned char a, unsigned char b) { return std::toupper(a) == b; });
  });
}

// False, and the conversation failed, unless the next reply has this code.
bool Expect(Conversation& peer, int code) {
  const auto reply = ReadReply(peer);
  if (reply && reply->code != code) peer.Fail(Reason::kStarttlsRefused, reply->last());
  return reply && reply->code == code;
}

}  // namespace

void NegotiateSmtp(Conversation& peer, const StartTlsRequest& request) {
  if (!Expect(peer, 220)) return;
  const std::string hello = request.protocol == StartTls::kLmtp ? "LHLO " : "EHLO ";
  peer.Send(hello + request.ehlo_name + "\r\n");
  const auto capabilities = ReadReply(peer);
  if (!capabilities) return;
  if (capabilities->code != 250) return peer.Fail(Reason::kStarttlsRefused, capabilities->last());
  if (!Offers(*capabilities, "STARTTLS")) {
    return peer.Fail(Reason::kStarttlsUnsupported, "STARTTLS is not among its capabilities");
  }
  peer.Send("STARTTLS\r\n");
  Expect(peer, 220);
}

}  // namespace stapling
