// Certificate revocation lists (RFC 5280 §5) with any single defect: start from GoodCrl(), change
// one field, build.
//
//   CrlSpec spec = GoodCrl(pki.intermediate, kNow);
//   spec.entries.push_back({.serial = pki.leaf.SerialContent(), .revoked_at = kNow - 2h});
//   Bytes crl = BuildCrl(spec);
//
// The bytes are written by hand (der.h), so that what a library would never write can be had. The
// certificates that a spec points to must outlive it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/bytes.h"
#include "tests/support/pki.h"
#include "tests/support/signing.h"

namespace stapling::testing {

struct CrlEntrySpec {
  Bytes serial = {};  // content octets of the INTEGER
  std::chrono::sys_seconds revoked_at = {};
  std::optional<int> reason = {};                   // CRLReason, as an extension
  std::vector<ExtensionSpec> extensions = {};       // after it
  std::optional<std::string> revoked_at_text = {};  // content of the UTCTime instead
  std::optional<Bytes> raw = {};                    // the whole entry instead, DER
};

struct CrlSpec {
  const Certificate* issuer = nullptr;  // whose name it bears
  const Certificate* signer = nullptr;  // whose key signs; default: the issuer's
  SignatureScheme scheme = {};
  std::chrono::sys_seconds this_update = {};
  std::optional<std::chrono::sys_seconds> next_update = {};
  std::vector<CrlEntrySpec> entries = {};      // none: the field is absent
  std::optional<int> number = {};              // CRLNumber, as an extension
  std::vector<ExtensionSpec> extensions = {};  // after it; none at all: the field is absent

  // What is written instead, to the octet.
  std::optional<Bytes> version = Bytes{1};    // content of the INTEGER; unset: absent, so 1
  std::optional<Bytes> issuer_name = {};      // Name, DER
  std::optional<Bytes> this_update_der = {};  // the whole element
  std::optional<Bytes> next_update_der = {};  // the whole element
  std::optional<Bytes> revoked = {};          // content of revokedCertificates, maybe empty
  std::optional<Bytes> extensions_der = {};   // the whole [0]
  std::optional<Bytes> inner_algorithm = {};  // AlgorithmIdentifier that is signed
  std::optional<Bytes> outer_algorithm = {};  // AlgorithmIdentifier beside the signature

  // Defects.
  bool corrupt_signature = false;          // flips one bit of the signature
  std::uint8_t signature_unused_bits = 0;  // of the BIT STRING
  bool non_der_boolean = false;            // TRUE of critical extensions as 0x01: BER, not DER
  Bytes trailing_signed = {};              // after the last field of tbsCertList
  Bytes trailing_inside = {};              // after the signature, within CertificateList
  Bytes trailing_outside = {};             // after CertificateList
};

Bytes BuildCrl(const CrlSpec& spec);
std::string PemCrl(const Bytes& der);

// Good in all respects: thisUpdate an hour before now, nextUpdate seven days after it, two entries
// that are nobody's, number 7.
CrlSpec GoodCrl(const Certificate& issuer, std::chrono::sys_seconds now);

// The content of revokedCertificates: `count` entries of 49 octets each, with a reason. Serials are
// of 16 octets, from Noise(); `last` is the last one's, as random serials of the PKI are.
Bytes ManyEntries(std::size_t count, const Bytes& last);

// IssuingDistributionPoint (RFC 5280 §5.2.5), critical.
struct ScopeSpec {
  std::vector<std::string> urls = {};  // none: no distributionPoint
  bool only_user_certificates = false;
  bool only_ca_certificates = false;
  std::optional<Bytes> only_some_reasons = {};  // content of the BIT STRING
  bool indirect = false;
  bool only_attribute_certificates = false;
  std::optional<Bytes> distribution_point = {};  // DistributionPointName, DER, instead
};
ExtensionSpec IssuingDistributionPointExtension(const ScopeSpec& spec);

// CRL Distribution Points (RFC 5280 §4.2.1.13) of DistributionPoints in DER.
ExtensionSpec DistributionPointsExtension(const std::vector<Bytes>& points);

// DistributionPointName: fullName of these URIs.
Bytes FullName(const std::vector<std::string>& urls);
// DistributionPointName: nameRelativeToCRLIssuer, one commonName.
Bytes RelativeName(const std::string& common_name);

// CRL Distribution Points, so many, each with a relative name and nothing else.
ExtensionSpec RelativePointsExtension(std::size_t count);

}  // namespace stapling::testing
