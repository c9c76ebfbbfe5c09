// PostgreSQL (frontend/backend protocol, SSLRequest): one octet answers, S or N.
#include <array>

#include "core/starttls/dialects.h"

namespace stapling {
namespace {

constexpr std::array<std::uint8_t, 8> kSslRequest = {0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f};

}  // namespace

void NegotiatePostgres(Conversation& peer, const StartTlsRequest& /*request*/) {
  peer.Send(BytesView(kSslRequest));
  const auto answer = peer.ReadExactly(1);
  if (!answer) return;
  switch (answer->front()) {
    case 'S':
      return;
    case 'N':
      return peer.Fail(Reason::kStarttlsUnsupported, "the server has TLS switched off");
    case 'E':  // an ErrorResponse, from a server older than TLS or without a process to spare
      return peer.Fail(Reason::kStarttlsRefused, "the server answered with an error");
    default:
      return peer.Fail(Reason::kProtocolError, "the answer is neither S nor N");
  }
}

}  // namespace stapling
