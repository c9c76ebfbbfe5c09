// Thousands of sites behind one address, told apart by the name that the client asks for. Each has
// a certificate, a key and a staple of its own, all by one issuer.
//
// TLS 1.3, one thread for each connection, no tickets. It lives in this process: what it costs is
// no part of any figure.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "tests/support/connection_pool.h"
#include "tests/support/openssl_handle.h"
#include "tests/support/standard_pki.h"

namespace stapling::bench {

class NamedSites {
 public:
  // Their certificates are issued by the intermediate of `pki` now.
  static Result<std::unique_ptr<NamedSites>> Start(const testing::StandardPki& pki,
                                                   std::size_t count);

  [[nodiscard]] std::size_t count() const { return sites_.size(); }
  [[nodiscard]] std::string Name(std::size_t number) const;
  [[nodiscard]] std::string Address() const;
  // What a scrape of it has after "target=": address and name.
  [[nodiscard]] std::string Target(std::size_t number) const;
  // Of the first so many.
  [[nodiscard]] std::vector<std::string> Targets(std::size_t count) const;

 private:
  struct NamedSite {
    testing::Certificate leaf;
    testing::Bytes staple;
  };

  NamedSites() = default;
  void Serve(const testing::Socket& socket) const;
  // The site that the client of this connection asks for; null when there is none.
  [[nodiscard]] const NamedSite* Find(SSL* ssl) const;
  static int OnCertificate(SSL* ssl, void* sites);
  static int OnStatusRequest(SSL* ssl, void* sites);

  testing::Certificate intermediate_;
  std::vector<NamedSite> sites_;
  testing::SslContext context_;
  std::unique_ptr<testing::ConnectionPool> pool_;  // last: its threads use all of the above
};

}  // namespace stapling::bench
