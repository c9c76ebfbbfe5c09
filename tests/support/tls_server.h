// A TLS server on loopback that staples any bytes for any certificate of its chain.
//
// It never looks at what it staples: an OCSP response, noise, nothing, a megabyte. One thread
// accepts and one serves each connection: handshake, then wait until the client goes, and note how
// it went. Session tickets and resumption are off.
//
// OpenSSL serves what it can. It staples for the leaf alone, so staples at other depths (TLS 1.3
// only) and certificates that do not parse are served through GnuTLS.
//
//   auto server = TlsServer::Start({.chain = pki.Chain(pki.leaf), .staples = {staple}}).value();
//   ... connect to 127.0.0.1:server->port() ...
//   EXPECT_TRUE(server->WaitForFinished(1));
//   EXPECT_TRUE(server->Connections()[0].hello.status_request);
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "tests/support/bytes.h"
#include "tests/support/client_hello.h"
#include "tests/support/pki.h"

namespace stapling::testing {

// By depth, the leaf's first. An absent one is not stapled; an empty one is stapled as no bytes.
// TLS 1.2 has room for the leaf's alone, up to 16 MiB. TLS 1.3 has 65,527 bytes for each; more
// fails the handshake. Clients take less: OpenSSL's 16,380 bytes under TLS 1.2, and never an empty
// one.
using Staples = std::vector<std::optional<Bytes>>;

enum class TlsVersion : std::uint16_t { k10 = 0x0301, k11 = 0x0302, k12 = 0x0303, k13 = 0x0304 };
enum class TlsLibrary { kAutomatic, kOpenSsl, kGnuTls };
enum class ClientCertificate { kNotRequested, kOptional, kRequired };
enum class StapleWhen {
  kAsked,
  kUnasked,  // even to clients that sent no status_request; OpenSSL, leaf only
};

// What it sends once the handshake is complete: up to 100 MB of authentic records, as fast as the
// client reads. By OpenSSL alone, and all but kData under TLS 1.3 alone.
enum class RecordFlood {
  kNone,
  kKeyUpdates,         // RFC 8446 section 4.6.3
  kKeyUpdateRequests,  // which ask for as many in return; nobody reads them
  kTickets,            // RFC 8446 section 4.6.1
  kData,
};

struct TlsServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;               // 0: any free one
  std::vector<Certificate> chain = {};  // as sent, leaf first; the leaf's key serves
  Staples staples = {};
  // If set, gives the staples of the n-th connection (from 0) instead. Called from any thread.
  std::function<Staples(std::size_t)> staples_of = {};
  StapleWhen staple_when = StapleWhen::kAsked;
  TlsVersion min_version = TlsVersion::k12;
  TlsVersion max_version = TlsVersion::k13;
  std::vector<std::string> alpn = {};  // what it can speak; none: ignores the extension
  // Whatever the client sends is taken; its chain is recorded, not verified.
  ClientCertificate client_certificate = ClientCertificate::kNotRequested;
  RecordFlood flood = RecordFlood::kNone;
  // If not 0, noise of so many octets instead of each signature, less than any modulus of as many.
  // By GnuTLS alone.
  std::size_t noise_signature = 0;
  TlsLibrary library = TlsLibrary::kAutomatic;
  std::size_t max_connections = 512;  // at once; further ones wait in the backlog
  bool record = true;                 // off for millions of connections: there are no Connections()
};

// How a connection ended, seen from the server.
enum class Ending {
  kOpen,         // not yet
  kCloseNotify,  // the client said so: a clean close
  kEof,          // FIN without close_notify
  kReset,
  kAlert,    // a fatal alert from the client
  kFailed,   // the handshake failed for another reason
  kStopped,  // the server was destroyed first
};

struct TlsConnection {
  ClientHello hello = {};
  bool handshake_completed = false;
  std::string tls_version = {};                 // "TLSv1.2", "TLSv1.3"
  std::string alpn = {};                        // as negotiated
  std::vector<Bytes> client_certificates = {};  // DER, the client's own first
  Ending ending = Ending::kOpen;
  std::string error = {};  // the library's words, for a human
};

class TlsServer {
 public:
  // Fails when the address cannot be bound or the certificate does not fit its key.
  static Result<std::unique_ptr<TlsServer>> Start(TlsServerOptions options);

  // Ends every connection at once and waits for the threads.
  ~TlsServer();
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::string Target() const;  // "127.0.0.1:4433", "[::1]:4433"

  // From the next connection on.
  void SetStaples(Staples staples);
  // False, and nothing changes, if the leaf's certificate does not fit its key.
  bool SetChain(std::vector<Certificate> chain, Staples staples);

  // In the order in which they were accepted.
  [[nodiscard]] std::vector<TlsConnection> Connections() const;
  [[nodiscard]] std::size_t Accepted() const;
  [[nodiscard]] std::size_t HandshakesCompleted() const;
  // Waits until so many connections have ended; false when that takes longer than `timeout`.
  [[nodiscard]] bool WaitForFinished(
      std::size_t count, std::chrono::milliseconds timeout = std::chrono::seconds(5)) const;

 private:
  class Impl;
  explicit TlsServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace stapling::testing
