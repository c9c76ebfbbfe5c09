// The bare client: the least that a client must do to get a staple, with OpenSSL alone. What it
// costs is the measure of everything else here.
//
// Connect, TLS 1.3 with a status_request, verify the chain, take the staple, close_notify, close.
// One context made once; blocking; no session, no ticket, no server name, no name check. The staple
// is fetched and not judged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "core/result.h"
#include "tests/bench/contender.h"
#include "tests/support/openssl_handle.h"

namespace stapling::bench {

class BareClient {
 public:
  // Trusts the certificates of this PEM file.
  static Result<std::shared_ptr<const BareClient>> Make(const std::string& ca_file);

  // With 127.0.0.1:`port`. The size of the staple; an Error when there is none, or no handshake.
  // Safe from any thread.
  [[nodiscard]] Result<std::size_t> Handshake(std::uint16_t port) const;

 private:
  explicit BareClient(testing::SslContext context) : context_(std::move(context)) {}

  testing::SslContext context_;
};

// Handshakes with one server. In parallel: as many threads, each with a handshake of its own before
// it counts, since a thread's first one also sets OpenSSL up.
class BareHandshakes : public Contender {
 public:
  BareHandshakes(std::string name, std::shared_ptr<const BareClient> client, std::uint16_t port)
      : Contender(std::move(name)), client_(std::move(client)), port_(port) {}

  Result<double> Run(std::size_t count, std::size_t parallel) override;

 private:
  [[nodiscard]] Result<double> RunOne(std::size_t count) const;

  std::shared_ptr<const BareClient> client_;
  std::uint16_t port_;
};

}  // namespace stapling::bench
