// XMPP (RFC 6120 section 5): a stream to the domain, its features, <starttls/>, <proceed/>.
//
// Reads tag by tag. A full XML parser is not needed to find three element names, and would read
// past the go-ahead.
#include "core/starttls/dialects.h"

namespace stapling {
namespace {

constexpr std::string_view kTlsNamespace = "urn:ietf:params:xml:ns:xmpp-tls";

// "<starttls xmlns='...'/>" is "starttls"; "</stream:features>" is "/stream:features".
std::string_view NameOf(std::string_view tag) {
  const std::size_t open = tag.rfind('<');
  if (open == std::string_view::npos) return {};
  tag.remove_prefix(open + 1);
  return tag.substr(0, tag.find_first_of(" \t\r\n/>", tag.starts_with('/') ? 1 : 0));
}

// The next tag, with the text before it.
std::optional<std::string> ReadTag(Conversation& peer) { return peer.ReadUntil('>'); }

bool EndsStream(std::string_view name) {
  return name == "/stream:stream" || name == "stream:error" || name == "failure";
}

// True once the features have been read, and STARTTLS was among them.
bool ReadFeatures(Conversation& peer) {
  bool offered = false;
  while (const auto tag = ReadTag(peer)) {
    const std::string_view name = NameOf(*tag);
    const bool ours = name == "starttls" && tag->find(kTlsNamespace) != std::string::npos;
    offered = offered || ours;
    if (EndsStream(name)) {
      // What follows names the cause: <host-unknown/> and the like.
      const auto cause = ReadTag(peer);
      peer.Fail(Reason::kStarttlsRefused, *tag + cause.value_or(""));
    } else if (name == "/stream:features" || *tag == "<stream:features/>") {
      if (!offered) peer.Fail(Reason::kStarttlsUnsupported, "its features do not offer starttls");
      return offered;
    } else if (name.empty()) {
      peer.Fail(Reason::kProtocolError, *tag);
    }
  }
  return false;
}

// A domain holds nothing that XML gives a meaning; what a configuration says may.
std::string EscapeAttribute(std::string_view text) {
  std::string escaped;
  for (const char character : text) {
    switch (character) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '\'':
        escaped += "&apos;";
        break;
      default:
        escaped += character;
    }
  }
  return escaped;
}

}  // namespace

void NegotiateXmpp(Conversation& peer, const StartTlsRequest& request) {
  const bool server = request.protocol == StartTls::kXmppServer;
  peer.Send("<?xml version='1.0'?><stream:stream xmlns='" +
            std::string(server ? "jabber:server" : "jabber:client") +
            "' xmlns:stream='http://etherx.jabber.org/streams' to='" +
            EscapeAttribute(request.xmpp_domain) + "' version='1.0'>");
  if (!ReadFeatures(peer)) return;
  peer.Send("<starttls xmlns='" + std::string(kTlsNamespace) + "'/>");
  const auto answer = ReadTag(peer);
  if (!answer) return;
  if (NameOf(*answer) != "proceed") return peer.Fail(Reason::kStarttlsRefused, *answer);
  if (!answer->ends_with("/>") && ReadTag(peer) != "</proceed>") {
    peer.Fail(Reason::kProtocolError, "<proceed> is not closed");
  }
}

}  // namespace stapling
