// LDAP (RFC 4511 section 4.14): the StartTLS extended operation, in BER.
#include <openssl/asn1.h>
#include <openssl/err.h>

#include <array>

#include "core/starttls/dialects.h"

namespace stapling {
namespace {

constexpr std::size_t kMaxResponse = 4096;
constexpr int kExtendedResponse = 24;  // [APPLICATION 24]
// RFC 4511 section 4.14.2: the server does not support StartTLS.
constexpr int kLdapProtocolError = 2;

// LDAPMessage { messageID 1, [APPLICATION 23] { [0] "1.3.6.1.4.1.1466.20037" } }
constexpr std::array<std::uint8_t, 31> kRequest = {
    0x30, 0x1d, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16, '1', '.', '3', '.', '6', '.', '1',
    '.',  '4',  '.',  '1',  '.',  '1',  '4',  '6',  '6',  '.', '2', '0', '0', '3', '7'};

// One element of definite length, taken off the front of `from`.
struct Element {
  int tag;
  int tag_class;
  BytesView contents;
};

std::optional<Element> TakeElement(BytesView& from) {
  const unsigned char* at = from.data();
  long length = 0;
  Element element{};
  const int result = ASN1_get_object(&at, &length, &element.tag, &element.tag_class,
                                     static_cast<long>(from.size()));
  ERR_clear_error();
  if ((result & 0x81) != 0) return std::nullopt;  // broken, or of indefinite length
  element.contents = BytesView(at, static_cast<std::size_t>(length));
  from = from.subspan(static_cast<std::size_t>(at - from.data() + length));
  return element;
}

// The whole LDAPMessage, which holds a code and a sentence.
std::optional<Bytes> ReadMessage(Conversation& peer) {
  auto message = peer.ReadExactly(2);
  if (!message) return std::nullopt;
  std::size_t length = (*message)[1];
  if ((length & 0x80U) != 0) {
    const std::size_t octets = length & 0x7FU;
    if ((*message)[0] != 0x30 || octets == 0 || octets > 4) {
      peer.Fail(Reason::kProtocolError, "no LDAP message");
      return std::nullopt;
    }
    const auto more = peer.ReadExactly(octets);
    if (!more) return std::nullopt;
    message->insert(message->end(), more->begin(), more->end());
    length = 0;
    for (const std::uint8_t octet : *more) length = (length << 8U) | octet;
  }
  if ((*message)[0] != 0x30 || length > kMaxResponse) {
    peer.Fail(Reason::kProtocolError, "no LDAP message, or a very long one");
    return std::nullopt;
  }
  const auto body = peer.ReadExactly(length);
  if (!body) return std::nullopt;
  message->insert(message->end(), body->begin(), body->end());
  return message;
}

struct ExtendedResponse {
  int result_code;
  std::string diagnostic;
};

std::optional<ExtendedResponse> ParseResponse(BytesView message) {
  const auto envelope = TakeElement(message);
  if (!envelope) return std::nullopt;
  BytesView fields = envelope->contents;
  const auto id = TakeElement(fields);
  const auto response = id ? TakeElement(fields) : std::nullopt;
  if (!response || response->tag != kExtendedResponse ||
      response->tag_class != V_ASN1_APPLICATION) {
    return std::nullopt;
  }
  BytesView parts = response->contents;
  const auto code = TakeElement(parts);
  if (!code || code->tag != V_ASN1_ENUMERATED || code->contents.size() != 1) return std::nullopt;
  ExtendedResponse parsed{.result_code = code->contents[0], .diagnostic = {}};
  if (TakeElement(parts)) {  // matchedDN
    if (const auto text = TakeElement(parts)) {
      parsed.diagnostic.assign(text->contents.begin(), text->contents.end());
    }
  }
  return parsed;
}

}  // namespace

void NegotiateLdap(Conversation& peer, const StartTlsRequest& /*request*/) {
  peer.Send(BytesView(kRequest));
  const auto message = ReadMessage(peer);
  if (!message) return;
  const auto response = ParseResponse(*message);
  if (!response) return peer.Fail(Reason::kProtocolError, "no answer to the extended request");
  if (response->result_code == 0) return;
  const std::string detail =
      "result code " + std::to_string(response->result_code) + ": " + response->diagnostic;
  const bool unknown = response->result_code == kLdapProtocolError;
  peer.Fail(unknown ? Reason::kStarttlsUnsupported : Reason::kStarttlsRefused, detail);
}

}  // namespace stapling
