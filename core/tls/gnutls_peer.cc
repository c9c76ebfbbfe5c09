#include "core/tls/gnutls_peer.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <new>

#include "core/tls/certificate_message.h"
#include "core/tls/gnutls_costly_key.h"
#include "core/tls/gnutls_failure.h"
#include "core/tls/gnutls_handle.h"
#include "core/tls/repeated_extension.h"

namespace stapling {
namespace {

// GnuTLS reads a message of up to 16 MiB to its end before it refuses it. Without an end of its own
// a peer whose messages may be skipped would keep a processor busy up to the deadline.
constexpr std::size_t kMaxReceived = std::size_t{32} << 20U;

void Note(GnutlsPeer& peer, BytesView octets) {
  const BytesView part =
      octets.first(std::min(peer.header.size() - peer.header_size, octets.size()));
  std::ranges::copy(part, peer.header.begin() + static_cast<std::ptrdiff_t>(peer.header_size));
  peer.header_size += part.size();
  if (peer.header_size < peer.header.size()) return;
  peer.clues.peer_spoke = true;
  peer.clues.peer_spoke_tls = peer.header[0] >= 20 && peer.header[0] <= 23 && peer.header[1] == 3;
}

// It reads on as long as there is something to read, so that a peer that sends for ever ends
// nobody's patience but its own.
ssize_t Pull(gnutls_transport_ptr_t pointer, void* buffer, std::size_t size) {
  auto& peer = *static_cast<GnutlsPeer*>(pointer);
  if (peer.deadline.Passed()) {
    gnutls_transport_set_errno(peer.session, EAGAIN);
    return -1;
  }
  if (peer.received > kMaxReceived) {
    gnutls_transport_set_errno(peer.session, EPROTO);
    errno = EPROTO;
    return -1;
  }
  const ssize_t count = recv(peer.socket, buffer, size, 0);
  if (count > 0) {
    peer.received += static_cast<std::size_t>(count);
    Note(peer, {static_cast<const std::uint8_t*>(buffer), static_cast<std::size_t>(count)});
  } else if (count == 0) {
    peer.clues.peer_closed = true;
  } else {
    const int error_number = errno;
    if (error_number != EAGAIN && error_number != EINTR) peer.clues.read_error = error_number;
    gnutls_transport_set_errno(peer.session, error_number);
    errno = error_number;
  }
  return count;
}

// A flight goes out whole: in parts, a peer's refusal of the first would meet the second, and its
// alert be lost behind a reset.
ssize_t Push(gnutls_transport_ptr_t pointer, const giovec_t* parts, int count_of_parts) {
  const auto& peer = *static_cast<GnutlsPeer*>(pointer);
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(parts);  // sendmsg() only reads them
  message.msg_iovlen = static_cast<std::size_t>(count_of_parts);
  const ssize_t count = sendmsg(peer.socket, &message, MSG_NOSIGNAL);
  if (count < 0) {
    const int error_number = errno;
    gnutls_transport_set_errno(peer.session, error_number);
    errno = error_number;
  }
  return count;
}

// The server's key is first used at one of these: for the signature in it, or, after the last, to
// encrypt (RFC 8446 section 4.4.3, RFC 5246 sections 7.4.3 and 7.4.7.1).
bool ComesBeforeTheKeyIsUsed(unsigned type) {
  return type == GNUTLS_HANDSHAKE_CERTIFICATE_VERIFY ||
         type == GNUTLS_HANDSHAKE_SERVER_KEY_EXCHANGE || type == GNUTLS_HANDSHAKE_SERVER_HELLO_DONE;
}

bool ComesAfterTheStaple(unsigned type) {
  return type == GNUTLS_HANDSHAKE_SERVER_KEY_EXCHANGE ||
         type == GNUTLS_HANDSHAKE_CERTIFICATE_REQUEST || type == GNUTLS_HANDSHAKE_SERVER_HELLO_DONE;
}

// The staples, as they are on the wire. Of several for one certificate GnuTLS shows the last, and
// shows none of another type; what it makes of those before, and of a staple beside an extension
// that nobody asked for, it never frees. False: no client may go on.
bool TakeCertificates(GnutlsPeer& peer, BytesView body) {
  const auto entries = ParseCertificateTls13(body);
  if (!entries || std::ranges::any_of(*entries, &CertificateEntry::unsolicited)) return false;
  peer.staples = CopyStaples(*entries);
  return true;
}

bool TakeCertificateStatus(GnutlsPeer& peer, BytesView body) {
  const auto staple = ParseCertificateStatus(body);
  if (staple) peer.staples.assign(1, Bytes(staple->begin(), staple->end()));
  return staple.has_value();
}

bool TakeMessage(gnutls_session_t session, GnutlsPeer& peer, unsigned type, BytesView body) {
  const bool tls13 = gnutls_protocol_get_version(session) == GNUTLS_TLS1_3;
  switch (type) {
    case GNUTLS_HANDSHAKE_SERVER_HELLO:
    case GNUTLS_HANDSHAKE_HELLO_RETRY_REQUEST:
      return !ServerHelloRepeatsAnExtension(body);
    case GNUTLS_HANDSHAKE_ENCRYPTED_EXTENSIONS:
      return !EncryptedExtensionsRepeatOne(body);
    case GNUTLS_HANDSHAKE_CERTIFICATE_REQUEST:
      return !tls13 || !CertificateRequestRepeatsAnExtension(body);
    case GNUTLS_HANDSHAKE_CERTIFICATE_PKT:
      return !tls13 || TakeCertificates(peer, body);
    case GNUTLS_HANDSHAKE_CERTIFICATE_STATUS:
      return TakeCertificateStatus(peer, body);
    default:
      return true;
  }
}

bool LeafHasCostlyKey(gnutls_session_t session) {
  unsigned count = 0;
  const gnutls_datum_t* peers = gnutls_certificate_get_peers(session, &count);
  return peers != nullptr && count > 0 && HasCostlyKey(ViewOf(peers[0]));
}

// Called before GnuTLS looks into a message. Of the chain it uses the leaf's key alone, and it has
// kept the certificates. No exception may pass through GnuTLS.
int OnMessage(gnutls_session_t session, unsigned type, unsigned /*when*/, unsigned incoming,
              const gnutls_datum_t* message) {
  if (incoming == 0) return 0;
  auto& peer = *static_cast<GnutlsPeer*>(gnutls_transport_get_ptr(session));
  peer.past_staple = peer.past_staple || ComesAfterTheStaple(type);
  const BytesView body = message != nullptr ? ViewOf(*message) : BytesView();
  if (body.size() > GnutlsPeer::kMaxMessage) return GNUTLS_E_HANDSHAKE_TOO_LARGE;
  try {
    if (!TakeMessage(session, peer, type, body)) return GNUTLS_E_RECEIVED_ILLEGAL_PARAMETER;
    return ComesBeforeTheKeyIsUsed(type) && LeafHasCostlyKey(session) ? kCostlyKeyError : 0;
  } catch (const std::bad_alloc&) {
    return GNUTLS_E_MEMORY_ERROR;
  }
}

}  // namespace

void GnutlsPeer::Attach(gnutls_session_t to) {
  session = to;
  gnutls_handshake_set_max_packet_length(to, kMaxMessage);
  gnutls_handshake_set_hook_function(to, GNUTLS_HANDSHAKE_ANY, GNUTLS_HOOK_PRE, OnMessage);
  gnutls_transport_set_ptr(to, this);
  gnutls_transport_set_vec_push_function(to, Push);
  gnutls_transport_set_pull_function(to, Pull);
}

}  // namespace stapling
