#include "core/tls/openssl_failure.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <cstring>

#include "core/net/connection.h"
#include "core/tls/openssl_cost.h"

namespace stapling {
namespace {

constexpr int kAlertOffset = SSL_AD_REASON_OFFSET;
constexpr int kMaxAlert = 255;

Reason ReasonOfAlert(int alert, const HandshakeClues& clues) {
  if (alert == SSL_AD_PROTOCOL_VERSION) return Reason::kNoSharedVersion;
  const bool wants_certificate =
      clues.client_certificate_requested && !clues.client_certificate_sent;
  return wants_certificate ? Reason::kClientCertificateRequired : Reason::kAlert;
}

// What every library reports alike has numbers above those of all alerts.
std::optional<std::uint8_t> AlertOf(unsigned long error) {
  const int reason = ERR_GET_REASON(error);
  const bool is_alert = ERR_GET_LIB(error) == ERR_LIB_SSL && reason > kAlertOffset &&
                        reason <= kAlertOffset + kMaxAlert;
  if (!is_alert) return std::nullopt;
  return static_cast<std::uint8_t>(reason - kAlertOffset);
}

// Too large a message: which one it was, the state machine still knows.
Reason ReasonOfExcess(const SSL* ssl) {
  switch (SSL_get_state(ssl)) {
    case TLS_ST_CR_CERT_STATUS:
      return Reason::kStapleTooLarge;
    case TLS_ST_CR_CERT:
      return Reason::kChainTooLarge;
    default:
      return Reason::kProtocolError;
  }
}

Reason ReasonOfLibraryError(const SSL* ssl, unsigned long error, const HandshakeClues& clues) {
  if (ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE) return Reason::kResources;
  if (ERR_GET_LIB(error) != ERR_LIB_SSL) return Reason::kProtocolError;
  if (const auto alert = AlertOf(error)) return ReasonOfAlert(*alert, clues);
  switch (ERR_GET_REASON(error)) {
    case SSL_R_UNEXPECTED_EOF_WHILE_READING:
      return Reason::kClosed;
    case SSL_R_EXCESSIVE_MESSAGE_SIZE:
      return ReasonOfExcess(ssl);
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_WRONG_SSL_VERSION:
    case SSL_R_NO_PROTOCOLS_AVAILABLE:
      return Reason::kNoSharedVersion;
    default:
      return clues.peer_spoke && !clues.peer_spoke_tls ? Reason::kNotTls : Reason::kProtocolError;
  }
}

// What fails for want of memory may be called something else first. Empties the queue.
bool MemoryRanOut() {
  while (const unsigned long error = ERR_get_error()) {
    if (ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE) return true;
  }
  return false;
}

std::string ReasonText(unsigned long error) {
  const char* text = ERR_reason_error_string(error);
  return text != nullptr ? text : "error " + std::to_string(error);
}

}  // namespace

Failure HandshakeFailure(const SSL* ssl, int ssl_result, int error_number,
                         const HandshakeClues& clues) {
  const int kind = SSL_get_error(ssl, ssl_result);
  const unsigned long error = ERR_peek_error();
  Failure failure{Phase::kHandshake, Reason::kProtocolError, {}};
  if (ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE && clues.empty_staple) {
    // OpenSSL 3.0 asks for no octets then, and takes the answer for a lack of memory.
    failure.detail = "the server staples an empty response";
  } else if (error != 0) {
    failure.reason = ReasonOfLibraryError(ssl, error, clues);
    failure.detail = ReasonText(error);
    failure.alert = AlertOf(error);
    if (ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) == SSL_R_DH_KEY_TOO_SMALL) {
      failure.detail = "its Diffie-Hellman group is too small, or has no name and more than " +
                       std::to_string(kMaxUnnamedGroupBits) + " bits";
    }
    if (MemoryRanOut()) failure.reason = Reason::kResources;
  } else if (kind == SSL_ERROR_SYSCALL && error_number != 0) {
    failure.reason = ReasonOf(error_number);
    failure.detail = std::strerror(error_number);
  } else {
    failure.reason = Reason::kClosed;
    failure.detail = "unexpected end of file";
  }
  ERR_clear_error();
  return failure;
}

}  // namespace stapling
