// The octets of one connection to an HTTP server, plain or through TLS, under one deadline.
//
// Owns the socket. What fails is remembered: after it every call fails likewise, and failure() says
// why. Of one thread. Octets are not counted here: who reads sets the bounds.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/failure.h"
#include "core/net/deadline.h"
#include "core/net/file_descriptor.h"
#include "core/x509/trust_store.h"

namespace stapling {

class Stream {
 public:
  virtual ~Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // 1 to `size` octets; 0: the peer said that nothing more comes; -1: failed.
  virtual ssize_t Read(char* into, std::size_t size) = 0;
  // All of them, or failed.
  virtual bool Write(std::string_view octets) = 0;

  [[nodiscard]] const std::optional<Failure>& failure() const { return failure_; }

 protected:
  // `socket` is connected and non-blocking; `phase` is that of a failure.
  Stream(FileDescriptor socket, Phase phase, Deadline deadline)
      : socket_(std::move(socket)), phase_(phase), deadline_(deadline) {}

  [[nodiscard]] int socket() const { return socket_.get(); }
  [[nodiscard]] const Deadline& deadline() const { return deadline_; }
  // Remembers the first one, in this stream's phase.
  void Fail(Reason reason, std::string detail);
  // Until the socket is ready for POLLIN or POLLOUT; once the deadline has passed it has failed.
  bool Wait(short events);

 private:
  FileDescriptor socket_;
  Phase phase_;
  Deadline deadline_;
  std::optional<Failure> failure_;
};

std::unique_ptr<Stream> MakePlainStream(FileDescriptor socket, Phase phase, Deadline deadline);

struct TlsPeer {
  std::string host;                               // a DNS name, or an address without brackets
  std::shared_ptr<const TrustStore> trust_store;  // absent: nobody is trusted
};

// After a handshake of TLS 1.2 or later in which the server showed a certificate for its host that
// the trust store vouches for. No client certificate, no resumption; revocation is not looked at.
// An end without close_notify is a failure, as it may be a cut (RFC 8446 section 6.1).
std::variant<std::unique_ptr<Stream>, Failure> MakeTlsStream(FileDescriptor socket,
                                                             const TlsPeer& peer, Phase phase,
                                                             Deadline deadline);

}  // namespace stapling
