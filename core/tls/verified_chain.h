// That the certificates which a server sent lead to an anchor of a trust store, and which way.
//
// It holds from notBefore to notAfter of every certificate on that way, and at no other time.
// Immutable; safe from any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "core/x509/certificate_facts.h"
#include "core/x509/identified_certificate.h"

namespace stapling {

struct VerifiedChain {
  // One certificate of the way: one that was sent, by its place, or one of the trust store.
  struct Link {
    std::optional<std::size_t> presented;
    IdentifiedCertificate anchor;  // unless presented
  };

  std::vector<Link> links;  // leaf to anchor
  Validity validity;        // in which all of them are valid
  // What was read of the certificates that were sent, in their order.
  std::vector<CertificateFacts> facts;
  std::shared_ptr<const CertificateLabels> leaf;

  // OpenSSL takes the very second of notAfter for too late.
  [[nodiscard]] bool Holds(std::chrono::sys_seconds now) const {
    return validity.Contains(now) && now < *validity.not_after;
  }
  // In memory, but for the certificates of the trust store, which are there anyway.
  [[nodiscard]] std::size_t Bytes() const;
};

}  // namespace stapling
