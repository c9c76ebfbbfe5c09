// One Extension of a certificate, a CRL, an entry of one or an OCSP response (RFC 5280 section
// 4.2), read from DER.
#pragma once

#include <cstdint>
#include <optional>

#include "core/bytes.h"
#include "core/x509/der_reader.h"

namespace stapling {

// The last arc of those OIDs below 2.5.29 that CRLs are about.
enum class IdCe : std::uint8_t {
  kOther = 0,  // any other OID, also beyond 2.5.29
  kCrlNumber = 20,
  kReasonCode = 21,
  kInvalidityDate = 24,
  kDeltaCrlIndicator = 27,
  kIssuingDistributionPoint = 28,
  kCertificateIssuer = 29,
  kAuthorityKeyIdentifier = 35,
};

struct ExtensionView {
  IdCe id = IdCe::kOther;
  bool critical = false;
  BytesView value;  // what the OCTET STRING wraps
};

// nullopt if the next element is no Extension in DER.
std::optional<ExtensionView> TakeExtension(DerReader& reader);

}  // namespace stapling
