#include "core/tls/openssl_client.h"

#include <openssl/err.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <new>

#include "core/net/connection.h"
#include "core/tls/certificate_message.h"
#include "core/tls/chain_verification.h"
#include "core/tls/openssl_context.h"
#include "core/tls/openssl_deadline.h"
#include "core/tls/openssl_failure.h"
#include "core/tls/refusal_patience.h"
#include "core/x509/certificate.h"
#include "core/x509/clear_errors.h"
#include "core/x509/relative_points.h"

namespace stapling {
namespace {

constexpr std::size_t kMessageHeader = 4;

// What the callbacks see of one handshake. Their context pointer leads here.
struct Capture {
  Handshake& handshake;
  Deadline deadline;  // of what is read
  HandshakeClues clues;
  std::vector<Bytes> certificates;            // DER, as the Certificate message has them
  std::vector<std::optional<Bytes>> staples;  // one for each certificate
  bool status_callback_ran = false;
  std::optional<Bytes> status_callback_staple;
  bool out_of_memory = false;

  Capture(Handshake& of, Deadline until) : handshake(of), deadline(until) {}
};

Bytes Copy(BytesView view) { return {view.begin(), view.end()}; }

void TakeCertificates(const SSL* ssl, Capture& capture, BytesView body) {
  const bool tls13 = SSL_version(ssl) == TLS1_3_VERSION;
  const auto entries = tls13 ? ParseCertificateTls13(body) : ParseCertificateTls12(body);
  if (!entries) return;  // OpenSSL ends the handshake for it
  capture.handshake.staples_for_chain = tls13;
  capture.certificates.clear();
  for (const CertificateEntry& entry : *entries) {
    capture.certificates.push_back(Copy(entry.certificate));
  }
  capture.staples = CopyStaples(*entries);
}

void TakeMessage(const SSL* ssl, Capture& capture, BytesView message) {
  if (message.size() < kMessageHeader) return;
  const BytesView body = message.subspan(kMessageHeader);
  switch (message[0]) {
    case SSL3_MT_CERTIFICATE:
      TakeCertificates(ssl, capture, body);
      break;
    case SSL3_MT_CERTIFICATE_STATUS:
      if (const auto staple = ParseCertificateStatus(body); staple && !capture.staples.empty()) {
        capture.staples.front() = Copy(*staple);
      }
      break;
    case SSL3_MT_CERTIFICATE_REQUEST:
      capture.clues.client_certificate_requested = true;
      [[fallthrough]];
    case SSL3_MT_SERVER_KEY_EXCHANGE:
    case SSL3_MT_SERVER_DONE:
      capture.handshake.past_staple = !capture.certificates.empty();
      break;
    default:
      break;
  }
  capture.clues.empty_staple = std::ranges::any_of(
      capture.staples, [](const auto& staple) { return staple && staple->empty(); });
}

// No exception may pass through OpenSSL, which calls this, OnStatus and OnVerifyChain.
void OnMessage(int sent, int /*version*/, int content_type, const void* data, std::size_t length,
               SSL* ssl, void* argument) {
  if (sent != 0 || argument == nullptr) return;
  auto& capture = *static_cast<Capture*>(argument);
  const BytesView bytes(static_cast<const std::uint8_t*>(data), length);
  try {
    if (content_type == SSL3_RT_HANDSHAKE) TakeMessage(ssl, capture, bytes);
  } catch (const std::bad_alloc&) {
    capture.out_of_memory = true;
  }
  if (content_type == SSL3_RT_HEADER && !bytes.empty() && !capture.clues.peer_spoke) {
    capture.clues.peer_spoke = true;
    capture.clues.peer_spoke_tls = bytes[0] >= SSL3_RT_CHANGE_CIPHER_SPEC &&
                                   bytes[0] <= SSL3_RT_APPLICATION_DATA && length > 1 &&
                                   bytes[1] == SSL3_VERSION_MAJOR;
  }
}

Capture* CaptureOf(SSL* ssl) { return static_cast<Capture*>(SSL_get_app_data(ssl)); }

// Confirms what the message callback saw for the leaf. Never aborts: 1 is "go on".
int OnStatus(SSL* ssl, void* /*argument*/) {
  Capture* capture = CaptureOf(ssl);
  if (capture == nullptr) return 1;
  capture->status_callback_ran = true;
  const unsigned char* data = nullptr;
  const long length = SSL_get_tlsext_status_ocsp_resp(ssl, &data);
  try {
    if (data != nullptr && length >= 0) {
      capture->status_callback_staple.emplace(data, data + length);
    }
  } catch (const std::bad_alloc&) {
    capture->out_of_memory = true;
  }
  return 1;
}

// The chain is judged once it is collected, by the verifier that every library shares. Only what
// must not be looked into ends the handshake: under TLS 1.2 OpenSSL looks before that is over.
int OnVerifyChain(X509_STORE_CTX* context, void* /*argument*/) {
  try {
    return AnyHasManyRelativePoints(X509_STORE_CTX_get0_untrusted(context)) ? 0 : 1;
  } catch (const std::bad_alloc&) {
    auto* ssl = static_cast<SSL*>(
        X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx()));
    if (Capture* capture = CaptureOf(ssl)) capture->out_of_memory = true;
    return 0;
  }
}

// The certificates that OpenSSL decoded, or decoded here if the handshake ended before.
void PairCertificatesWithStaples(SSL* ssl, Capture& capture) {
  const STACK_OF(X509)* decoded = SSL_get_peer_cert_chain(ssl);
  const bool complete =
      decoded != nullptr && sk_X509_num(decoded) == static_cast<int>(capture.certificates.size());
  const std::size_t count =
      std::min(capture.certificates.size(), kMaxPresentedCertificates + 1);  // one tells of others
  for (std::size_t i = 0; i < count; ++i) {
    X509Ptr certificate = complete ? Share(sk_X509_value(decoded, static_cast<int>(i)))
                                   : DecodeCertificate(capture.certificates[i]);
    if (!certificate) break;  // what comes after it has no issuer worth naming
    capture.handshake.chain.push_back({.certificate = std::move(certificate),
                                       .staple = std::move(capture.staples[i]),
                                       .sha256 = Sha256Of({capture.certificates[i]})});
  }
  ClearErrors();
}

class OpensslClient final : public TlsClient {
 public:
  OpensslClient(SslCtxPtr context, std::shared_ptr<const TrustStore> trust_store,
                bool has_certificate)
      : context_(std::move(context)),
        trust_store_(std::move(trust_store)),
        has_certificate_(has_certificate) {}

  [[nodiscard]] Handshake Perform(int socket, const HandshakeRequest& request,
                                  Deadline deadline) const override {
    Handshake handshake{.library = "openssl",
                        .library_version = OpenSSL_version(OPENSSL_VERSION_STRING)};
    Capture capture(handshake, deadline);
    capture.clues.client_certificate_sent = has_certificate_;
    ERR_clear_error();
    const SslPtr ssl = Open(socket, request, capture);
    if (!ssl) {
      handshake.failure = Failure{Phase::kHandshake, Reason::kResources, "no TLS session"};
      ERR_clear_error();
      return handshake;
    }
    handshake.failure = Shake(ssl.get(), capture, deadline);
    if (capture.out_of_memory) throw std::bad_alloc();
    PairCertificatesWithStaples(ssl.get(), capture);
    VerifyChain(handshake, *trust_store_, request);
    Describe(ssl.get(), capture);
    if (!handshake.failure) {
      handshake.failure = Confirm(capture);
      Close(ssl.get(), deadline);
    }
    return handshake;
  }

 private:
  [[nodiscard]] SslPtr Open(int socket, const HandshakeRequest& request, Capture& capture) const {
    SslPtr ssl(SSL_new(context_.get()));
    if (!ssl || SSL_set_fd(ssl.get(), socket) != 1) return nullptr;
    if (!request.server_name.empty() &&
        SSL_set_tlsext_host_name(ssl.get(), request.server_name.c_str()) != 1) {
      return nullptr;
    }
    if (SSL_set_tlsext_status_type(ssl.get(), TLSEXT_STATUSTYPE_ocsp) != 1) return nullptr;
    SSL_set_app_data(ssl.get(), &capture);
    SSL_set_msg_callback_arg(ssl.get(), &capture);
    EndHandshakeAt(capture.deadline, ssl.get());
    SSL_set_connect_state(ssl.get());
    return ssl;
  }

  // Waits as the last call on `ssl` asks; false when the deadline passed.
  static bool Wait(const SSL* ssl, int error, Deadline deadline) {
    const short events = error == SSL_ERROR_WANT_WRITE ? POLLOUT : POLLIN;
    return WaitFor(SSL_get_fd(ssl), events, deadline) == Ready::kReady;
  }

  static std::optional<Failure> Shake(SSL* ssl, Capture& capture, Deadline deadline) {
    const auto began = Deadline::Clock::now();
    for (;;) {
      errno = 0;
      const int result = SSL_do_handshake(ssl);
      const int error_number = errno;
      if (result == 1) break;
      const int error = SSL_get_error(ssl, result);
      if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
        return HandshakeFailure(ssl, result, error_number, capture.clues);
      }
      if (deadline.Passed() || !Wait(ssl, error, deadline)) {
        const char* what = capture.clues.peer_spoke ? "the handshake was not finished in time"
                                                    : "the peer did not answer the ClientHello";
        return Failure{Phase::kHandshake, Reason::kTimeout, what};
      }
    }
    const bool may_still_refuse =
        SSL_version(ssl) == TLS1_3_VERSION && capture.clues.client_certificate_requested;
    if (!may_still_refuse) return std::nullopt;
    return AwaitRefusal(ssl, capture, PatienceForRefusal(deadline, began));
  }

  // Under TLS 1.3 the server judges the client's certificate after the client's last message (RFC
  // 8446 section 4.4.2.4). An alert is a refusal; data, a ticket or silence is none.
  static std::optional<Failure> AwaitRefusal(SSL* ssl, Capture& capture, Deadline patience) {
    capture.deadline = patience;  // SSL_peek() reads on as long as tickets and KeyUpdates come
    int error = SSL_ERROR_WANT_READ;
    while (!patience.Passed() && Wait(ssl, error, patience)) {
      char first = 0;
      errno = 0;
      const int result = SSL_peek(ssl, &first, 1);
      const int error_number = errno;
      if (result > 0) break;
      error = SSL_get_error(ssl, result);
      if (error == SSL_ERROR_ZERO_RETURN) break;
      if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
        return HandshakeFailure(ssl, result, error_number, capture.clues);
      }
    }
    return std::nullopt;
  }

  static void Describe(const SSL* ssl, const Capture& capture) {
    Handshake& handshake = capture.handshake;
    handshake.client_certificate_requested = capture.clues.client_certificate_requested;
    const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl);
    if (cipher == nullptr) cipher = SSL_get_pending_cipher(ssl);  // agreed, not yet in use
    if (cipher == nullptr) return;
    handshake.version = SSL_version(ssl) == TLS1_3_VERSION ? "TLS 1.3" : "TLS 1.2";
    if (const char* name = SSL_CIPHER_standard_name(cipher)) handshake.cipher = name;
    const unsigned char* alpn = nullptr;
    unsigned int length = 0;
    SSL_get0_alpn_selected(ssl, &alpn, &length);
    if (alpn != nullptr) handshake.alpn.assign(alpn, alpn + length);
  }

  // The library and the message callback must have seen the same staple for the leaf.
  static std::optional<Failure> Confirm(const Capture& capture) {
    const auto& chain = capture.handshake.chain;
    const bool agree = capture.status_callback_ran && !chain.empty() &&
                       chain.front().staple == capture.status_callback_staple;
    if (agree) return std::nullopt;
    return Failure{Phase::kHandshake, Reason::kInternal,
                   "the library's staple differs from the one on the wire"};
  }

  // Says goodbye; an answer is not waited for.
  static void Close(SSL* ssl, Deadline deadline) {
    const int result = SSL_shutdown(ssl);
    if (result < 0 && SSL_get_error(ssl, result) == SSL_ERROR_WANT_WRITE &&
        Wait(ssl, SSL_ERROR_WANT_WRITE, deadline)) {
      SSL_shutdown(ssl);
    }
    ERR_clear_error();
  }

  SslCtxPtr context_;
  std::shared_ptr<const TrustStore> trust_store_;
  bool has_certificate_;
};

void Watch(SSL_CTX* context) {
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);  // what the callback says counts
  SSL_CTX_set_cert_verify_callback(context, OnVerifyChain, nullptr);
  SSL_CTX_set_msg_callback(context, OnMessage);
  SSL_CTX_set_tlsext_status_cb(context, OnStatus);
}

}  // namespace

Result<std::unique_ptr<TlsClient>> MakeOpensslClient(
    const TlsSettings& settings, std::shared_ptr<const TrustStore> trust_store) {
  auto context = MakeOpensslContext(settings);
  if (!context) return Error{context.error()};
  Watch(context->get());
  return std::unique_ptr<TlsClient>(std::make_unique<OpensslClient>(
      std::move(context).value(), std::move(trust_store), !settings.cert_file.empty()));
}

}  // namespace stapling
