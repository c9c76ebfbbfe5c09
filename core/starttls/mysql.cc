// MySQL and MariaDB (client/server protocol): an SSLRequest in answer to the HandshakeV10 packet.
#include <algorithm>

#include "core/starttls/dialects.h"

namespace stapling {
namespace {

constexpr std::uint8_t kErrorPacket = 0xFF;
constexpr std::uint8_t kHandshakeV10 = 10;
constexpr std::size_t kMaxPacket = 4096;
constexpr std::uint8_t kClientSslHighOctet = 0x08;  // CLIENT_SSL, 0x0800

// A packet: three octets of length, one of sequence, the payload.
std::optional<Bytes> ReadPacket(Conversation& peer) {
  const auto header = peer.ReadExactly(4);
  if (!header) return std::nullopt;
  const std::size_t length =
      (*header)[0] | std::size_t{(*header)[1]} << 8U | std::size_t{(*header)[2]} << 16U;
  if (length == 0 || length > kMaxPacket || (*header)[3] != 0) {
    peer.Fail(Reason::kProtocolError, "no MySQL greeting");
    return std::nullopt;
  }
  return peer.ReadExactly(length);
}

// The two lower octets of the server's capabilities: after the version's text and NUL, the
// thread's id (4), eight octets of salt and a filler.
std::optional<BytesView> Capabilities(BytesView greeting) {
  const auto nul = std::find(greeting.begin() + 1, greeting.end(), std::uint8_t{0});
  const auto at = static_cast<std::size_t>(nul - greeting.begin()) + 1 + 4 + 8 + 1;
  if (nul == greeting.end() || at + 2 > greeting.size()) return std::nullopt;
  return greeting.subspan(at, 2);
}

// Capabilities CLIENT_LONG_PASSWORD, PROTOCOL_41, SSL, SECURE_CONNECTION and PLUGIN_AUTH; packets
// of 16 MiB; utf8mb4; 23 octets unused. Sequence number 1.
Bytes SslRequest() {
  Bytes packet = {32, 0, 0, 1, 0x01, 0x8a, 0x08, 0x00, 0, 0, 0, 1, 45};
  packet.resize(4 + 32);
  return packet;
}

}  // namespace

void NegotiateMysql(Conversation& peer, const StartTlsRequest& /*request*/) {
  const auto greeting = ReadPacket(peer);
  if (!greeting) return;
  if (greeting->front() == kErrorPacket) {
    // A code of two octets, then a sentence: the host is blocked, or there are too many
    // connections.
    const auto text = greeting->begin() + std::min<std::ptrdiff_t>(3, std::ssize(*greeting));
    return peer.Fail(Reason::kStarttlsRefused, std::string(text, greeting->end()));
  }
  const auto capabilities =
      greeting->front() == kHandshakeV10 ? Capabilities(*greeting) : std::nullopt;
  if (!capabilities) return peer.Fail(Reason::kProtocolError, "no MySQL greeting of version 10");
  if (((*capabilities)[1] & kClientSslHighOctet) == 0) {
    return peer.Fail(Reason::kStarttlsUnsupported, "the server has TLS switched off");
  }
  peer.Send(BytesView(SslRequest()));
}

}  // namespace stapling
