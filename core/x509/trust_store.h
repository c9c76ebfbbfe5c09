// The certificates that a module trusts, loaded once and shared by every probe.
//
// Immutable after loading and safe from any thread; a changed file means a new store. An
// intermediate in the file is an anchor too, as in Go and GnuTLS.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/x509/openssl_ptr.h"

namespace stapling {

class TrustStore {
 public:
  // PEM certificates of `ca_file`; an empty name means the system's bundle (SSL_CERT_FILE, else
  // Debian's, else OpenSSL's default), which may be absent and is then empty.
  static Result<std::shared_ptr<const TrustStore>> Load(const std::string& ca_file);

  // The files that Load reads for this name: what to watch.
  static std::string PathOf(const std::string& ca_file);

  // For X509_STORE_CTX_init, which wants it mutable and only reads it.
  [[nodiscard]] X509_STORE* get() const { return store_.get(); }
  [[nodiscard]] std::vector<X509Ptr> FindBySubject(const X509_NAME* subject) const;
  [[nodiscard]] std::size_t size() const { return size_; }
  // Of no other store that this process loads.
  [[nodiscard]] std::uint64_t generation() const { return generation_; }

 private:
  TrustStore(StorePtr store, std::size_t size);

  StorePtr store_;
  std::size_t size_;
  std::uint64_t generation_;
};

}  // namespace stapling
