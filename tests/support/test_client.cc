#include "tests/support/test_client.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <span>

#include "tests/support/openssl_handle.h"
#include "tests/support/socket.h"

namespace stapling::testing {
namespace {

using View = std::span<const std::uint8_t>;

constexpr std::uint16_t kStatusRequest = 5;

std::size_t Number(View& from, std::size_t octets) {
  std::size_t number = 0;
  for (const std::uint8_t octet : from.first(octets)) number = (number << 8) | octet;
  from = from.subspan(octets);
  return number;
}

View Vector(View& from, std::size_t length_octets) {
  const std::size_t size = Number(from, length_octets);
  const View content = from.first(size);
  from = from.subspan(size);
  return content;
}

// CertificateStatus (RFC 6066 §8): the type, then the response.
Bytes Response(View status) {
  Number(status, 1);
  const View response = Vector(status, 3);
  return {response.begin(), response.end()};
}

// RFC 8446 §4.4.2.
void ReadCertificate(View message, TestHandshake& seen) {
  Vector(message, 1);  // certificate_request_context
  for (View list = Vector(message, 3); !list.empty();) {
    const View certificate = Vector(list, 3);
    seen.chain.emplace_back(certificate.begin(), certificate.end());
    std::optional<Bytes>& staple = seen.staples.emplace_back();
    for (View extensions = Vector(list, 2); !extensions.empty();) {
      const std::size_t type = Number(extensions, 2);
      const View data = Vector(extensions, 2);
      if (type == kStatusRequest) staple = Response(data);
    }
  }
}

void OnMessage(int is_write, int version, int content_type, const void* data, std::size_t size,
               SSL* /*ssl*/, void* argument) {
  if (is_write != 0 || content_type != SSL3_RT_HANDSHAKE || size < 4) return;
  auto& seen = *static_cast<TestHandshake*>(argument);
  View body(static_cast<const std::uint8_t*>(data), size);
  const std::size_t type = Number(body, 1);
  Number(body, 3);
  if (type == SSL3_MT_CERTIFICATE && version == TLS1_3_VERSION) ReadCertificate(body, seen);
  if (type == SSL3_MT_CERTIFICATE && version != TLS1_3_VERSION) {
    for (View list = Vector(body, 3); !list.empty();) {
      const View certificate = Vector(list, 3);
      seen.chain.emplace_back(certificate.begin(), certificate.end());
    }
    seen.staples.resize(seen.chain.size());
  }
  if (type == SSL3_MT_CERTIFICATE_STATUS) seen.staples.at(0) = Response(body);
}

SslContext MakeContext(const TestClientOptions& options) {
  SslContext context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX* const c = context.get();
  SSL_CTX_set_security_level(c, 0);
  SSL_CTX_set_min_proto_version(c, static_cast<int>(options.version));
  SSL_CTX_set_max_proto_version(c, static_cast<int>(options.version));
  if (options.certificate != nullptr) {
    SSL_CTX_use_certificate(c, options.certificate->x509());
    SSL_CTX_use_PrivateKey(c, options.certificate->key());
  }
  Bytes alpn;
  for (const std::string& name : options.alpn) {
    alpn.push_back(static_cast<std::uint8_t>(name.size()));
    Append(alpn, ToBytes(name));
  }
  if (!alpn.empty()) SSL_CTX_set_alpn_protos(c, alpn.data(), static_cast<unsigned>(alpn.size()));
  return context;
}

void SetReadTimeout(int fd, std::chrono::milliseconds timeout) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(timeout);
  const std::chrono::microseconds rest = timeout - seconds;
  const timeval value{.tv_sec = seconds.count(), .tv_usec = rest.count()};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &value, sizeof value);
}

std::string LastError() {
  std::array<char, 256> text{};
  if (const unsigned long code = ERR_peek_error(); code != 0) {
    ERR_error_string_n(code, text.data(), text.size());
  }
  ERR_clear_error();
  return text.data();
}

}  // namespace

TestHandshake Connect(const TestClientOptions& options) {
  TestHandshake seen;
  const Result<Socket> socket = ConnectTcp("127.0.0.1", options.port, options.timeout);
  if (!socket) {
    seen.error = socket.error();
    return seen;
  }
  SetReadTimeout(socket->get(), options.timeout);
  const SslContext context = MakeContext(options);
  const Ssl ssl(SSL_new(context.get()));
  SSL_set_fd(ssl.get(), socket->get());
  SSL_set_msg_callback(ssl.get(), OnMessage);
  SSL_set_msg_callback_arg(ssl.get(), &seen);
  if (options.ask) SSL_set_tlsext_status_type(ssl.get(), TLSEXT_STATUSTYPE_ocsp);
  if (options.server_name != nullptr) {
    SSL_set_tlsext_host_name(ssl.get(), options.server_name);
  }
  errno = 0;
  seen.completed = SSL_connect(ssl.get()) == 1;
  seen.system_error = errno;
  if (seen.completed) {
    SSL_shutdown(ssl.get());
    std::array<char, 64> ignored{};
    SSL_read(ssl.get(), ignored.data(), static_cast<int>(ignored.size()));  // close_notify, alert
  }
  seen.error = LastError();
  return seen;
}

}  // namespace stapling::testing
