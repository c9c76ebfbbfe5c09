// The demo CA's word on its certificates, on loopback: an OCSP responder and a CRL.
//
// Both are signed anew for each request, with thisUpdate of that moment. Every answer speaks of all
// certificates that were added (RFC 6960 section 4.2.2.3 allows more answers than questions), so
// the request is not even read: whatever is asked by GET or POST, the CRL's path gives the CRL and
// every other the OCSP response. Safe from any thread.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/result.h"
#include "tests/support/http_peer.h"
#include "tests/support/ocsp_response.h"
#include "tests/support/pki.h"

namespace stapling::demo {

class RevocationService {
 public:
  // On any free port. Until a certificate is added it answers 503.
  static Result<std::unique_ptr<RevocationService>> Start();

  [[nodiscard]] std::string ResponderUrl() const;
  [[nodiscard]] std::string CrlUrl() const;

  // All certificates have the same issuer.
  void Add(const testing::Certificate& certificate, const testing::Certificate& issuer,
           testing::CertStatus status);

 private:
  struct Entry {
    testing::Certificate certificate;
    testing::Certificate issuer;
    testing::CertStatus status;
  };

  RevocationService() = default;
  testing::HttpPeerAnswer Answer(const testing::HttpPeerRequest& request) const;

  mutable std::mutex mutex_;
  std::vector<Entry> entries_;
  std::unique_ptr<testing::HttpPeer> server_;  // last: its threads use the entries
};

}  // namespace stapling::demo
