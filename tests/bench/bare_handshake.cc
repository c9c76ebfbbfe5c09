#include "tests/bench/bare_handshake.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "tests/bench/cpu_clock.h"
#include "tests/bench/side_by_side.h"
#include "tests/support/socket.h"

namespace stapling::bench {
namespace {

using testing::Socket;

Error OpenSslError(const char* what) {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  ERR_clear_error();
  return {std::string(what) + ": " + text.data()};
}

// Blocking, with a bound on each read and write.
Result<Socket> Connect(std::uint16_t port) {
  const Error failed{"the bare client cannot connect to port " + std::to_string(port)};
  Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval patience{.tv_sec = 30, .tv_usec = 0};
  setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return Error{failed.sentence + ": " + std::strerror(errno)};
  }
  return socket;
}

}  // namespace

Result<std::shared_ptr<const BareClient>> BareClient::Make(const std::string& ca_file) {
  testing::SslContext context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX* const c = context.get();
  if (c == nullptr) return OpenSslError("the bare client has no context");
  SSL_CTX_set_min_proto_version(c, TLS1_3_VERSION);
  SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(c, SSL_OP_NO_TICKET);
  SSL_CTX_set_verify(c, SSL_VERIFY_PEER, nullptr);
  if (SSL_CTX_load_verify_locations(c, ca_file.c_str(), nullptr) != 1) {
    return OpenSslError("the bare client cannot read its certificate authority");
  }
  return std::shared_ptr<const BareClient>(new BareClient(std::move(context)));
}

Result<std::size_t> BareClient::Handshake(std::uint16_t port) const {
  const Result<Socket> socket = Connect(port);
  if (!socket) return Error{socket.error()};
  const testing::Ssl ssl(SSL_new(context_.get()));
  if (ssl == nullptr || SSL_set_fd(ssl.get(), socket->get()) != 1) {
    return OpenSslError("the bare client has no connection");
  }
  SSL_set_tlsext_status_type(ssl.get(), TLSEXT_STATUSTYPE_ocsp);
  if (SSL_connect(ssl.get()) != 1) return OpenSslError("the bare client's handshake failed");
  const unsigned char* staple = nullptr;
  const long size = SSL_get_tlsext_status_ocsp_resp(ssl.get(), &staple);
  SSL_shutdown(ssl.get());
  if (staple == nullptr || size <= 0) return Error{"the bare client got no staple"};
  return static_cast<std::size_t>(size);
}

Result<double> BareHandshakes::RunOne(std::size_t count) const {
  double start = 0;
  for (std::size_t i = 0; i <= count; ++i) {
    if (i == 1) start = ThreadCpuSeconds();
    const auto staple = client_->Handshake(port_);
    if (!staple) return Error{staple.error()};
  }
  return ThreadCpuSeconds() - start;
}

Result<double> BareHandshakes::Run(std::size_t count, std::size_t parallel) {
  return SideBySide(count, parallel,
                    [this](std::size_t /*thread*/, std::size_t share) { return RunOne(share); });
}

}  // namespace stapling::bench
