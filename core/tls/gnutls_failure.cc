#include "core/tls/gnutls_failure.h"

#include <cerrno>
#include <cstring>

#include "core/net/connection.h"

namespace stapling {
namespace {

Reason ReasonOfAlert(gnutls_session_t session, const HandshakeClues& clues) {
  if (gnutls_alert_get(session) == GNUTLS_A_PROTOCOL_VERSION) return Reason::kNoSharedVersion;
  const bool wants_certificate =
      clues.client_certificate_requested && !clues.client_certificate_sent;
  return wants_certificate ? Reason::kClientCertificateRequired : Reason::kAlert;
}

std::string AlertText(gnutls_session_t session) {
  const char* name = gnutls_alert_get_name(gnutls_alert_get(session));
  return std::string("alert: ") + (name != nullptr ? name : "of an unknown kind");
}

}  // namespace

Failure GnutlsHandshakeFailure(gnutls_session_t session, int error, int error_number,
                               const HandshakeClues& clues) {
  Failure failure{Phase::kHandshake, Reason::kProtocolError, gnutls_strerror(error)};
  switch (error) {
    case GNUTLS_E_FATAL_ALERT_RECEIVED:
      failure.reason = ReasonOfAlert(session, clues);
      failure.detail = AlertText(session);
      failure.alert = static_cast<std::uint8_t>(gnutls_alert_get(session));
      break;
    case GNUTLS_E_PREMATURE_TERMINATION:
    case GNUTLS_E_SESSION_EOF:
      failure.reason = Reason::kClosed;
      break;
    case GNUTLS_E_PULL_ERROR:
    case GNUTLS_E_PUSH_ERROR:
      failure.reason = error_number == 0 ? Reason::kClosed : ReasonOf(error_number);
      failure.detail = std::strerror(error_number);
      break;
    case GNUTLS_E_HANDSHAKE_TOO_LARGE:
      failure.reason = Reason::kChainTooLarge;
      break;
    case kCostlyKeyError:
      failure.detail = "the server's key is too large, or of a kind that is not known to be cheap";
      break;
    case GNUTLS_E_MEMORY_ERROR:
      failure.reason = Reason::kResources;
      break;
    case GNUTLS_E_UNSUPPORTED_VERSION_PACKET:
      failure.reason = Reason::kNoSharedVersion;
      break;
    default:
      break;
  }
  // GnuTLS calls a flight that breaks off an unexpected packet, and a reset an end of file.
  const bool broke_off =
      failure.reason == Reason::kProtocolError || failure.reason == Reason::kClosed;
  if (broke_off && clues.peer_closed) failure.reason = Reason::kClosed;
  if (broke_off && (clues.read_error == ECONNRESET || error_number == ECONNRESET)) {
    failure.reason = Reason::kReset;
  }
  // Whatever GnuTLS made of it: what does not begin as a record is another protocol.
  if (clues.peer_spoke && !clues.peer_spoke_tls) failure.reason = Reason::kNotTls;
  return failure;
}

}  // namespace stapling
