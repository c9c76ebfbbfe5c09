#include "exporter/http/tls_transport.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

namespace stapling::exporter {
namespace {

// Word for word what Go's server says, since clients are known to look for it.
constexpr std::string_view kPlainHttp =
    "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";

// A client that keeps sending after its handshake failed gets this much attention.
constexpr std::size_t kMostDropped = std::size_t{256} * 1024;

// KeyUpdates, and renegotiations that it refuses, OpenSSL handles any number of before SSL_read
// returns; nobody needs more on one connection.
constexpr int kMostInterruptions = 64;

std::string ReasonOf(unsigned long error) {
  if (error == 0) return "the client closed the connection";
  const char* reason = ERR_reason_error_string(error);
  return reason != nullptr ? reason : "an error without a name";
}

}  // namespace

TlsTransport::TlsTransport(FileDescriptor socket, SslPtr ssl, OnFailure on_failure,
                           StillAdmitted still_admitted)
    : socket_(std::move(socket)),
      ssl_(std::move(ssl)),
      on_failure_(std::move(on_failure)),
      still_admitted_(std::move(still_admitted)) {
  if (SSL_set_fd(ssl_.get(), socket_.get()) != 1) state_ = State::kBroken;
  SSL_set_accept_state(ssl_.get());
  SSL_set_msg_callback(ssl_.get(), &NoteMessage);
  SSL_set_msg_callback_arg(ssl_.get(), this);
}

TlsTransport::~TlsTransport() { ShutdownWrite(); }

// Under TLS 1.2 the header of a record tells its type, and is all that is shown of a ClientHello
// that comes too late.
void TlsTransport::NoteMessage(int is_sent, int /*version*/, int content_type, const void* message,
                               std::size_t size, SSL* ssl, void* self) {
  if (is_sent != 0 || size == 0) return;
  const unsigned char first = *static_cast<const unsigned char*>(message);
  const bool key_update = content_type == SSL3_RT_HANDSHAKE && first == SSL3_MT_KEY_UPDATE;
  const bool renegotiation = content_type == SSL3_RT_HEADER && first == SSL3_RT_HANDSHAKE &&
                             SSL_is_init_finished(ssl) == 1;
  if (!key_update && !renegotiation) return;
  auto* transport = static_cast<TlsTransport*>(self);
  // The end as OpenSSL sees it: it reads no further, whatever has come already.
  if (++transport->interruptions_ > kMostInterruptions) {
    SSL_set_shutdown(ssl, SSL_RECEIVED_SHUTDOWN);
  }
}

IoResult TlsTransport::Read(std::span<char> buffer) {
  if (state_ == State::kRefused) return Drop();
  if (state_ == State::kBroken) return {IoResult::Status::kClosed};
  ERR_clear_error();
  std::size_t count = 0;
  const int result = SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &count);
  if (result != 1) return Unfinished(result);
  if (still_admitted_ && !still_admitted_(ssl_.get())) return {IoResult::Status::kClosed};
  return {IoResult::Status::kDone, count};
}

IoResult TlsTransport::Write(std::string_view bytes) {
  if (state_ != State::kOpen) return {IoResult::Status::kClosed};
  ERR_clear_error();
  std::size_t count = 0;
  const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count);
  if (result == 1) return {IoResult::Status::kDone, count};
  return Unfinished(result);
}

void TlsTransport::ShutdownWrite() {
  if (state_ == State::kOpen && SSL_is_init_finished(ssl_.get()) == 1) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());  // best effort; a second call sends nothing
    ERR_clear_error();
  }
  shutdown(socket_.get(), SHUT_WR);
}

// What a call that moved nothing leads to.
IoResult TlsTransport::Unfinished(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return {IoResult::Status::kWouldBlock};
    case SSL_ERROR_ZERO_RETURN:
      return {IoResult::Status::kClosed};
    default:
      if (SSL_is_init_finished(ssl_.get()) != 1) return Refuse();
      state_ = State::kBroken;
      ERR_clear_error();
      return {IoResult::Status::kClosed};
  }
}

IoResult TlsTransport::Refuse() {
  const unsigned long error = ERR_peek_error();
  ERR_clear_error();
  state_ = State::kRefused;
  if (ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) == SSL_R_HTTP_REQUEST) {
    static_cast<void>(send(socket_.get(), kPlainHttp.data(), kPlainHttp.size(), MSG_NOSIGNAL));
  }
  shutdown(socket_.get(), SHUT_WR);
  if (on_failure_) on_failure_(ReasonOf(error));
  return Drop();
}

IoResult TlsTransport::Drop() {
  std::array<char, 4096> scratch;
  while (dropped_ < kMostDropped) {
    const ssize_t count = recv(socket_.get(), scratch.data(), scratch.size(), 0);
    if (count > 0) {
      dropped_ += static_cast<std::size_t>(count);
    } else if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      return {IoResult::Status::kWouldBlock};
    } else if (count == 0 || errno != EINTR) {
      break;
    }
  }
  return {IoResult::Status::kClosed};
}

}  // namespace stapling::exporter
