// TlsTransport: TLS (the server's side) over a non-blocking socket, by OpenSSL.
//
// The handshake happens within Read, so the owner's deadlines hold for it as for any bytes. It asks
// for no session and never renegotiates: that is up to the SSL_CTX that `ssl` was made from. A
// client that speaks plain HTTP gets one sentence in plain HTTP. A close sends close_notify.
//
// Who was let in need not stay in: what a client sends is given to the owner only while it is still
// admitted, else the connection is closed.
//
// After a handshake that failed it reads and drops until the client has gone: a close with unread
// bytes would make the kernel throw away the alert that says why.
//
// The process must ignore SIGPIPE: OpenSSL writes without MSG_NOSIGNAL. One thread at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "core/x509/openssl_ptr.h"
#include "exporter/http/transport.h"

namespace stapling::exporter {

class TlsTransport final : public Transport {
 public:
  // Called at most once, with OpenSSL's words for why a handshake failed; must not throw.
  using OnFailure = std::function<void(const std::string& why)>;

  // Called for whatever a client sent after its handshake; must not throw.
  using StillAdmitted = std::function<bool(SSL* connection)>;

  // Without `still_admitted` the handshake decides for good.
  TlsTransport(FileDescriptor socket, SslPtr ssl, OnFailure on_failure,
               StillAdmitted still_admitted = nullptr);
  ~TlsTransport() override;

  IoResult Read(std::span<char> buffer) override;
  IoResult Write(std::string_view bytes) override;
  void ShutdownWrite() override;
  [[nodiscard]] int descriptor() const override { return socket_.get(); }

 private:
  enum class State {
    kOpen,
    kRefused,  // the handshake failed; what still comes is dropped
    kBroken,   // nothing more can be said
  };

  static void NoteMessage(int is_sent, int version, int content_type, const void* message,
                          std::size_t size, SSL* ssl, void* self);
  IoResult Unfinished(int result);
  IoResult Refuse();
  IoResult Drop();

  FileDescriptor socket_;
  SslPtr ssl_;
  OnFailure on_failure_;
  StillAdmitted still_admitted_;
  State state_ = State::kOpen;
  int interruptions_ = 0;  // by the client, after the handshake
  std::size_t dropped_ = 0;
};

}  // namespace stapling::exporter
