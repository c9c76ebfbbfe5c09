#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>

#include <cerrno>

#include "core/http/stream.h"
#include "core/net/ip_address.h"
#include "core/tls/openssl_cost.h"
#include "core/tls/openssl_deadline.h"
#include "core/tls/openssl_failure.h"
#include "core/x509/name_check.h"
#include "core/x509/openssl_ptr.h"
#include "core/x509/public_key_context.h"
#include "core/x509/relative_points.h"

namespace stapling {
namespace {

constexpr int kSecurityLevel = 2;  // 112 bits

SslCtxPtr MakeContext(const TlsPeer& peer) {
  SslCtxPtr context(SSL_CTX_new_ex(PublicKeyContext(), nullptr, TLS_client_method()));
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1) return nullptr;
  SSL_CTX_set_security_level(context.get(), kSecurityLevel);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context.get(), VerifyUnlessManyRelativePoints, nullptr);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  BoundHandshakeCost(context.get());
  if (peer.trust_store) SSL_CTX_set1_cert_store(context.get(), peer.trust_store->get());
  return context;
}

class TlsStream final : public Stream {
 public:
  TlsStream(FileDescriptor socket, Phase phase, Deadline deadline)
      : Stream(std::move(socket), phase, deadline) {}
  ~TlsStream() override {
    if (!shaken_ || failure()) return;
    SSL_shutdown(ssl_.get());  // says goodbye; an answer is not waited for
    ERR_clear_error();
  }

  void Handshake(const TlsPeer& peer) {
    if (!Open(peer)) {
      ERR_clear_error();
      return Fail(Reason::kResources, "no TLS session");
    }
    if (!Finish(SSL_do_handshake)) return;
    shaken_ = true;
    EndReadsAt(deadline(), ssl_.get());
    // OpenSSL verified the chain; the name is checked as a probe checks it.
    if (!MatchesHost(SSL_get0_peer_certificate(ssl_.get()), peer.host)) {
      Fail(Reason::kTlsUntrusted, "its certificate does not speak for " + peer.host);
    }
  }

  ssize_t Read(char* into, std::size_t size) override {
    std::size_t received = 0;
    const auto read = [&](SSL* ssl) { return SSL_read_ex(ssl, into, size, &received); };
    while (!failure()) {
      if (Try(read)) return static_cast<ssize_t>(received);
      if (ended_) return 0;
    }
    return -1;
  }

  bool Write(std::string_view octets) override {
    std::size_t sent = 0;
    // Without SSL_MODE_ENABLE_PARTIAL_WRITE it is all or nothing.
    return Finish([&](SSL* ssl) { return SSL_write_ex(ssl, octets.data(), octets.size(), &sent); });
  }

 private:
  bool Open(const TlsPeer& peer) {
    const SslCtxPtr context = MakeContext(peer);
    if (context) ssl_.reset(SSL_new(context.get()));
    if (!ssl_ || SSL_set_fd(ssl_.get(), socket()) != 1) return false;
    EndHandshakeAt(deadline(), ssl_.get());
    SSL_set_connect_state(ssl_.get());
    if (IpAddress::Parse(peer.host)) return true;
    std::string name = peer.host;
    if (name.ends_with('.')) name.pop_back();  // RFC 6066 section 3
    return SSL_set_tlsext_host_name(ssl_.get(), name.c_str()) == 1;
  }

  // Makes the call until it is done; false: failed.
  template <typename Call>
  bool Finish(Call call) {
    while (!failure() && !Try(call)) {
      if (ended_) Fail(Reason::kClosed, "the peer closed the connection");
    }
    return !failure();
  }

  // Whether the call is done. If not, it has waited and the call is to be made again, or the stream
  // has ended or failed.
  template <typename Call>
  bool Try(Call call) {
    ERR_clear_error();
    errno = 0;
    const int result = call(ssl_.get());
    const int error_number = errno;
    if (result == 1) return true;
    switch (SSL_get_error(ssl_.get(), result)) {
      case SSL_ERROR_WANT_READ:
        Wait(POLLIN);
        break;
      case SSL_ERROR_WANT_WRITE:
        Wait(POLLOUT);
        break;
      case SSL_ERROR_ZERO_RETURN:
        ended_ = true;
        break;
      default:
        FailAs(result, error_number);
    }
    return false;
  }

  void FailAs(int result, int error_number) {
    const long verdict = SSL_get_verify_result(ssl_.get());
    if (!shaken_ && verdict != X509_V_OK) {
      ERR_clear_error();
      return Fail(Reason::kTlsUntrusted, X509_verify_cert_error_string(verdict));
    }
    HandshakeClues clues;
    clues.peer_spoke = BIO_number_read(SSL_get_rbio(ssl_.get())) > 0;
    clues.peer_spoke_tls = SSL_get_state(ssl_.get()) != TLS_ST_CW_CLNT_HELLO;
    Failure failure = HandshakeFailure(ssl_.get(), result, error_number, clues);
    Fail(failure.reason, std::move(failure.detail));
  }

  SslPtr ssl_;
  bool shaken_ = false;  // the handshake is over
  bool ended_ = false;   // by close_notify
};

}  // namespace

std::variant<std::unique_ptr<Stream>, Failure> MakeTlsStream(FileDescriptor socket,
                                                             const TlsPeer& peer, Phase phase,
                                                             Deadline deadline) {
  auto stream = std::make_unique<TlsStream>(std::move(socket), phase, deadline);
  stream->Handshake(peer);
  if (stream->failure()) return *stream->failure();
  return stream;
}

}  // namespace stapling
