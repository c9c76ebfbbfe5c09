// A certificate revocation list (RFC 5280 section 5), decoded once and then shared.
//
// Decoding believes nothing: no signature, name, scope or time is judged (judge_crl.h does that).
// It holds the octets as they came and eight octets for each entry, no object of OpenSSL's per
// entry: a list of a million entries costs little more than its own size. Immutable and safe from
// any thread.
//
// Strict where OpenSSL is not: DER throughout (but for the issuer's name, which OpenSSL reads),
// nothing left over, times in the one form of RFC 5280, extensions in version 2 only and none that
// matters twice, a scope of no more names than a point may have (distribution_points.h). Lenient in
// one thing: an empty revokedCertificates or Extensions is taken, which RFC 5280 wants left out.
#pragma once

#include <openssl/types.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/bytes.h"
#include "core/crl/issuing_distribution_point.h"
#include "core/crl/revoked_index.h"
#include "core/x509/der_reader.h"
#include "core/x509/extension.h"
#include "core/x509/openssl_ptr.h"

namespace stapling {

class Crl {
  struct Private {};

 public:
  struct Entry {
    std::chrono::sys_seconds revoked_at;
    std::optional<long> reason;  // CRLReason, if stated
  };

  // DER, or PEM with the label X509 CRL (RFC 7468), text before it allowed. Null if malformed.
  static std::shared_ptr<const Crl> Decode(Bytes octets);

  explicit Crl(Private /*only Decode makes one*/, Bytes der) : der_(std::move(der)) {}
  Crl(const Crl&) = delete;
  Crl& operator=(const Crl&) = delete;

  // As the list claims.
  [[nodiscard]] const X509_NAME* issuer() const { return issuer_.get(); }
  [[nodiscard]] std::chrono::sys_seconds this_update() const { return this_update_; }
  [[nodiscard]] std::optional<std::chrono::sys_seconds> next_update() const { return next_update_; }
  [[nodiscard]] const std::string& number() const { return number_; }  // hex; empty if unstated
  [[nodiscard]] const std::optional<IssuingDistributionPoint>& scope() const { return scope_; }
  [[nodiscard]] bool is_delta() const { return is_delta_; }
  // It may speak of other issuers' certificates: indirectCRL, or an entry with certificateIssuer.
  [[nodiscard]] bool is_indirect() const {
    return (scope_ && scope_->indirect) || index_.names_issuer();
  }
  // Of the list or of any entry: either forbids its use (sections 5.2 and 5.3).
  [[nodiscard]] bool unknown_critical_extension() const {
    return unknown_critical_extension_ || index_.unknown_critical_extension();
  }
  [[nodiscard]] std::string SignatureAlgorithmName() const;

  [[nodiscard]] std::size_t entry_count() const { return index_.size(); }
  [[nodiscard]] std::size_t size_bytes() const { return der_.size(); }  // of the DER
  [[nodiscard]] std::size_t memory_bytes() const;                       // about what it holds

  // The first entry with this serial number.
  [[nodiscard]] std::optional<Entry> Find(const ASN1_INTEGER* serial) const;

  // The issuer's key verifies the signature over tbsCertList exactly as received, by an acceptable
  // algorithm (x509/signature_algorithm.h) that is named alike inside and outside. Names and key
  // usage are not looked at. The answer is kept for the last few keys, so that a large list is
  // hashed once for each; whoever asks meanwhile waits.
  bool SignedBy(X509* issuer) const;

 private:
  // Each reads its part; false if it is malformed.
  bool Read();
  bool ReadToBeSigned(BytesView content, BytesView outer_algorithm);
  bool ReadTimes(DerReader& fields);
  bool ReadRevoked(DerReader& fields, bool version2);
  bool ReadExtensions(DerReader& fields, bool version2);
  bool ReadExtension(const ExtensionView& extension);
  bool ReadNumber(BytesView value);

  // The views below point into it.
  Bytes der_;
  BytesView to_be_signed_;
  BytesView revoked_;
  BytesView signature_;
  AlgorithmPtr algorithm_;
  bool algorithms_agree_ = false;
  NamePtr issuer_;
  std::chrono::sys_seconds this_update_;
  std::optional<std::chrono::sys_seconds> next_update_;
  std::string number_;
  std::optional<IssuingDistributionPoint> scope_;
  bool is_delta_ = false;
  bool unknown_critical_extension_ = false;
  RevokedIndex index_;

  mutable std::mutex mutex_;
  mutable std::vector<std::pair<Bytes, bool>> answers_;  // by SubjectPublicKeyInfo; guarded
};

}  // namespace stapling
