// A TLS 1.3 server on loopback whose ServerHello and Certificate messages are made by hand: what no
// library lets a server say, on a handshake that is authentic otherwise (RFC 8446).
//
// It speaks X25519 and TLS_AES_128_GCM_SHA256 alone, and signs with ECDSA on P-256. One thread
// serves each connection: it says everything up to Finished at once and reads until the client
// goes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/result.h"
#include "tests/support/bytes.h"
#include "tests/support/connection_pool.h"
#include "tests/support/pki.h"

namespace stapling::testing {

struct CraftedEntry {
  Bytes certificate;      // DER, or anything
  Bytes extensions = {};  // one after the other, without the length of the list
};

struct CraftedServerOptions {
  std::vector<CraftedEntry> certificates;
  Certificate leaf;            // whose key signs; of P-256
  std::size_t key_shares = 1;  // how often the extension is there
};

// An extension as it stands in a list.
Bytes TlsExtension(std::uint16_t type, const Bytes& data);
// status_request with a CertificateStatus of this type around the response (RFC 6066 section 8).
Bytes StapleExtension(const Bytes& response, std::uint8_t status_type = 1);

class CraftedServer {
 public:
  static Result<std::unique_ptr<CraftedServer>> Start(CraftedServerOptions options);
  [[nodiscard]] std::uint16_t port() const { return pool_.port(); }

 private:
  CraftedServer(Socket listener, CraftedServerOptions options);
  void Serve(const Socket& socket) const;

  const CraftedServerOptions options_;
  ConnectionPool pool_;  // last: its threads use the rest
};

}  // namespace stapling::testing
