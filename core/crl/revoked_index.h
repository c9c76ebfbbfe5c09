// The revokedCertificates of a CRL (RFC 5280 section 5.1.2.6) as a compact index: eight octets for
// each entry, found by serial number in a few steps.
//
// The index holds no octets of the list: each call gets the same view of them that the index was
// built from. Building reads every entry once and sorts, so that no choice of serial numbers makes
// it slow. Immutable; safe from any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/bytes.h"

namespace stapling {

struct RevokedCertificate {
  BytesView serial;  // the whole INTEGER
  std::chrono::sys_seconds revoked_at;
  std::optional<long> reason;               // CRLReason, if stated
  bool names_issuer = false;                // certificateIssuer: the list is indirect
  bool unknown_critical_extension = false;  // the whole list must not be used (section 5.3)
};

class RevokedIndex {
 public:
  RevokedIndex() = default;

  // `revoked` is the content of revokedCertificates. Entry extensions are of version 2 only.
  // nullopt if an entry is not DER, or the view is 4 GiB or more.
  static std::optional<RevokedIndex> Build(BytesView revoked, bool version2);

  // The first entry whose serial is this INTEGER, header included.
  [[nodiscard]] std::optional<RevokedCertificate> Find(BytesView revoked, BytesView serial) const;

  [[nodiscard]] bool names_issuer() const { return names_issuer_; }
  [[nodiscard]] bool unknown_critical_extension() const { return unknown_critical_extension_; }
  [[nodiscard]] std::size_t size() const { return slots_.size(); }
  [[nodiscard]] std::size_t memory_bytes() const { return slots_.capacity() * sizeof(Slot); }

 private:
  // The serial's hash above, the entry's offset below, sorted: equal hashes stay in list order.
  using Slot = std::uint64_t;

  std::vector<Slot> slots_;
  bool names_issuer_ = false;                // any entry
  bool unknown_critical_extension_ = false;  // any entry
};

}  // namespace stapling
