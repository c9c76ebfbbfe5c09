// One TLS handshake with a status_request, and everything that was seen in it.
//
// Collect first, judge after: an invalid chain, a wrong name or a bad staple never ends the
// handshake and is never judged here, except that the chain's verification is recorded. What was
// collected before a failure stays in the value.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/failure.h"
#include "core/net/deadline.h"
#include "core/tls/chain_error.h"
#include "core/tls/library_opinion.h"
#include "core/tls/verified_chain.h"
#include "core/x509/certificate_facts.h"
#include "core/x509/openssl_ptr.h"
#include "core/x509/sha256.h"

namespace stapling {

template <typename Fact>
class FactCache;

// Certificates below this depth are neither judged nor reported: no honest chain is longer, and a
// server may send thousands.
inline constexpr unsigned kMaxReportedDepth = 8;
// More are not looked at: for each certificate of the way to an anchor all are searched, and a
// mebibyte has room for thousands that could each have issued the next.
inline constexpr std::size_t kMaxPresentedCertificates = 512;

struct PresentedCertificate {
  X509Ptr certificate;
  std::optional<Bytes> staple;  // absent: none was stapled; empty: an empty one was
  Sha256Digest sha256{};        // of the certificate's DER
  CertificateFacts facts = {};  // below kMaxReportedDepth no more than the validity
};

struct Handshake {
  std::string library;          // that made it: openssl, gnutls
  std::string library_version;  // at run time
  // As the server sent it, leaf first; once it was judged, kMaxPresentedCertificates at most.
  std::vector<PresentedCertificate> chain;
  // TLS 1.3 has a place for a staple beside each certificate (RFC 8446 section 4.4.2.1); TLS 1.2
  // has one for the leaf (RFC 6066 section 8).
  bool staples_for_chain = false;
  // Under TLS 1.2 the staple comes in a message of its own, behind the certificates, which a
  // handshake that ends early may not have come to: one that must be later came.
  bool past_staple = false;
  [[nodiscard]] bool leaf_staple_known() const {
    return !chain.empty() &&
           (!failure || staples_for_chain || past_staple || chain.front().staple.has_value());
  }
  // A certificate was seen and judged by the trust store: absent chain_error then means verified.
  bool chain_checked = false;
  std::optional<ChainError> chain_error;
  std::string chain_error_detail;                     // the library's sentence
  std::vector<IdentifiedCertificate> verified_chain;  // leaf to anchor; empty unless verified
  Validity verified_validity;                         // in which all of these are valid
  std::shared_ptr<const CertificateLabels> leaf;      // null until a leaf was seen
  [[nodiscard]] bool chain_verified() const { return chain_checked && !chain_error; }
  std::string version;  // TLS 1.2, TLS 1.3; empty until agreed
  std::string cipher;   // IANA name; empty until agreed
  std::string alpn;     // agreed protocol; empty: none
  bool client_certificate_requested = false;
  // Of the leaf's staple, from a library that has one; only after a completed handshake.
  std::optional<LibraryOpinion> opinion;
  std::optional<Failure> failure;  // absent: the handshake completed
};

struct HandshakeRequest {
  std::string server_name;       // SNI; empty: none is sent
  std::chrono::sys_seconds now;  // the time at which the chain is judged
  // Of chains that verified before; null: every one is verified anew.
  FactCache<VerifiedChain>* verified_chains = nullptr;
};

// One for each module; safe from any thread.
class TlsClient {
 public:
  virtual ~TlsClient() = default;

  // `socket` is connected and non-blocking; it stays the caller's. Ends with a close_notify. Throws
  // std::bad_alloc where memory lacks for what was seen.
  [[nodiscard]] virtual Handshake Perform(int socket, const HandshakeRequest& request,
                                          Deadline deadline) const = 0;
};

}  // namespace stapling
