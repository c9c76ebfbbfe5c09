#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <cerrno>

#include "tests/support/tls_session.h"

namespace stapling::testing {
namespace {

// What the callbacks of one connection share; SSL_get_app_data() leads here.
struct Session {
  TlsConnection record;
  std::optional<Bytes> staple;
  bool staple_unasked = false;
};

Session& SessionOf(SSL* ssl) { return *static_cast<Session*>(SSL_get_app_data(ssl)); }

void OnMessage(int is_write, int /*version*/, int content_type, const void* data, std::size_t size,
               SSL* ssl, void* /*argument*/) {
  constexpr std::size_t kHeader = 4;
  const auto* octets = static_cast<const std::uint8_t*>(data);
  if (is_write != 0 || content_type != SSL3_RT_HANDSHAKE || size < kHeader) return;
  if (octets[0] != SSL3_MT_CLIENT_HELLO) return;
  if (auto hello = ParseClientHello(Bytes(octets + kHeader, octets + size))) {
    SessionOf(ssl).record.hello = std::move(*hello);
  }
}

int OnStatusRequest(SSL* ssl, void* /*argument*/) {
  const std::optional<Bytes>& staple = SessionOf(ssl).staple;
  if (!staple) return SSL_TLSEXT_ERR_NOACK;
  // OpenSSL staples only from a pointer that is not null, and frees it.
  void* copy = staple->empty() ? OPENSSL_zalloc(1) : OPENSSL_memdup(staple->data(), staple->size());
  SSL_set_tlsext_status_ocsp_resp(ssl, copy, static_cast<long>(staple->size()));
  return SSL_TLSEXT_ERR_OK;
}

// Runs after the ClientHello was read and before OpenSSL decides whether to staple: here a client
// that did not ask can be made one that did.
int OnCertificate(SSL* ssl, void* /*argument*/) {
  if (SessionOf(ssl).staple_unasked) SSL_set_tlsext_status_type(ssl, TLSEXT_STATUSTYPE_ocsp);
  return 1;
}

int OnAlpn(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* chosen_size,
           const unsigned char* offered, unsigned offered_size, void* argument) {
  const auto& ours = *static_cast<const Bytes*>(argument);
  unsigned char* found = nullptr;
  if (SSL_select_next_proto(&found, chosen_size, ours.data(), static_cast<unsigned>(ours.size()),
                            offered, offered_size) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

int AcceptAnyClient(X509_STORE_CTX* /*store*/, void* /*argument*/) { return 1; }

// The list as the extension has it: each name after its length.
Bytes EncodeAlpn(const std::vector<std::string>& names) {
  Bytes list;
  for (const std::string& name : names) {
    list.push_back(static_cast<std::uint8_t>(name.size()));
    Append(list, ToBytes(name));
  }
  return list;
}

int VerifyMode(ClientCertificate wanted) {
  switch (wanted) {
    case ClientCertificate::kNotRequested:
      return SSL_VERIFY_NONE;
    case ClientCertificate::kOptional:
      return SSL_VERIFY_PEER;
    case ClientCertificate::kRequired:
      return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  }
  return SSL_VERIFY_NONE;
}

bool UseChain(SSL_CTX* context, const std::vector<Certificate>& chain) {
  if (chain.empty() || chain[0].x509() == nullptr || chain[0].key() == nullptr) return false;
  if (SSL_CTX_use_certificate(context, chain[0].x509()) != 1) return false;
  if (SSL_CTX_use_PrivateKey(context, chain[0].key()) != 1) return false;
  for (std::size_t i = 1; i < chain.size(); ++i) {
    if (chain[i].x509() == nullptr) return false;
    if (SSL_CTX_add1_chain_cert(context, chain[i].x509()) != 1) return false;
  }
  return true;
}

std::vector<Bytes> ClientChain(SSL* ssl) {
  std::vector<Bytes> chain;
  const std::unique_ptr<X509, Freeing<X509_free>> own(SSL_get1_peer_certificate(ssl));
  if (own == nullptr) return chain;
  chain.push_back(EncodeDer(own.get(), i2d_X509));
  const STACK_OF(X509)* rest = SSL_get_peer_cert_chain(ssl);  // on this side without the first
  for (int i = 0; i < sk_X509_num(rest); ++i) {
    chain.push_back(EncodeDer(sk_X509_value(rest, i), i2d_X509));
  }
  return chain;
}

void NoteHandshake(SSL* ssl, TlsConnection& record) {
  record.handshake_completed = true;
  record.tls_version = SSL_get_version(ssl);
  const unsigned char* alpn = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl, &alpn, &size);
  record.alpn.assign(alpn, alpn + size);
  record.client_certificates = ClientChain(ssl);
}

Ending EndingOf(SSL* ssl, int result, int system_error, std::string& words) {
  const int error = SSL_get_error(ssl, result);
  const unsigned long code = ERR_peek_error();
  std::array<char, 256> text{};
  if (code != 0) ERR_error_string_n(code, text.data(), text.size());
  words = text.data();
  ERR_clear_error();
  if (error == SSL_ERROR_ZERO_RETURN) return Ending::kCloseNotify;
  if (error == SSL_ERROR_SYSCALL) {
    return system_error == ECONNRESET || system_error == EPIPE ? Ending::kReset : Ending::kEof;
  }
  const int reason = ERR_GET_REASON(code);
  if (reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) return Ending::kEof;
  return reason > SSL_AD_REASON_OFFSET ? Ending::kAlert : Ending::kFailed;
}

}  // namespace

std::shared_ptr<SSL_CTX> MakeServerContext(const std::vector<Certificate>& chain,
                                           const TlsServerOptions& options) {
  // The callback wants the list for as long as the context lives.
  const auto alpn = std::make_shared<const Bytes>(EncodeAlpn(options.alpn));
  const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()),
                                         [alpn](SSL_CTX* freed) { SSL_CTX_free(freed); });
  SSL_CTX* const c = context.get();
  Require(c != nullptr, "making an SSL_CTX");
  // Old versions, small keys and weak digests are what tests are for.
  SSL_CTX_set_security_level(c, 0);
  SSL_CTX_set_min_proto_version(c, static_cast<int>(options.min_version));
  SSL_CTX_set_max_proto_version(c, static_cast<int>(options.max_version));
  SSL_CTX_set_options(c, SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(c, 0);
  SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(c, SSL_MODE_NO_AUTO_CHAIN);
  SSL_CTX_set_msg_callback(c, OnMessage);
  SSL_CTX_set_cert_cb(c, OnCertificate, nullptr);
  SSL_CTX_set_tlsext_status_cb(c, OnStatusRequest);
  if (!alpn->empty()) {
    SSL_CTX_set_alpn_select_cb(c, OnAlpn, const_cast<Bytes*>(alpn.get()));
  }
  SSL_CTX_set_verify(c, VerifyMode(options.client_certificate), nullptr);
  SSL_CTX_set_cert_verify_callback(c, AcceptAnyClient, nullptr);
  const bool usable = UseChain(c, chain);
  ERR_clear_error();
  return usable ? context : nullptr;
}

void ServeWithOpenSsl(int fd, SSL_CTX& context, const Staples& staples,
                      const TlsServerOptions& options, const Report& report) {
  Session session;
  session.staple = staples.empty() ? std::nullopt : staples[0];
  session.staple_unasked = options.staple_when == StapleWhen::kUnasked;
  const Ssl ssl(SSL_new(&context));
  Require(ssl != nullptr, "making an SSL");
  SSL_set_app_data(ssl.get(), &session);
  SSL_set_fd(ssl.get(), fd);

  ERR_clear_error();
  int result = SSL_accept(ssl.get());
  if (result == 1) {
    NoteHandshake(ssl.get(), session.record);
    report(session.record);
    Flood(ssl.get(), fd, options.flood);
    std::array<char, 4096> ignored{};
    do {
      result = SSL_read(ssl.get(), ignored.data(), static_cast<int>(ignored.size()));
    } while (result > 0);
  }
  session.record.ending = EndingOf(ssl.get(), result, errno, session.record.error);
  if (session.record.ending == Ending::kCloseNotify) SSL_shutdown(ssl.get());
  report(session.record);
}

}  // namespace stapling::testing
