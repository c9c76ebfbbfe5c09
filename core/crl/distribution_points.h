// What a certificate's CRL Distribution Points extension (RFC 5280 section 4.2.1.13) offers.
//
// Reading only; nothing is fetched. The extension is the word of the certificate's issuer, so it is
// to be followed only once the certificate's chain verified. Even so what is read of it is bounded:
// a name of two octets would be held as an object of many.
#pragma once

#include <openssl/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/x509/der_reader.h"

namespace stapling {

// No honest certificate has as many points, nor a point or a list as many names.
inline constexpr std::size_t kMaxDistributionPoints = 64;
inline constexpr std::size_t kMaxPointNames = 64;

struct DistributionPoint {
  std::vector<std::string> urls;  // of fullName; http and https only, in order
  // Every name of the point as it is encoded: GeneralNames, or the one nameRelativeToCRLIssuer.
  // RFC 5280 section 5.2.5 wants them encoded identically in the list, so octets are compared.
  std::vector<Bytes> names;
  bool indirect = false;      // its list is issued by another than the certificate's issuer
  bool some_reasons = false;  // its list does not cover every reason
};

// In order; none if the extension is absent, is there twice, is not DER or has more points or names
// than the bounds. A URL that is longer than kMaxText (x509/text.h) or holds anything but
// well-formed text is left out.
std::vector<DistributionPoint> DistributionPointsOf(X509* certificate);

// The names of a DistributionPointName, as in DistributionPoint::names; nullopt if it is none or
// has more than kMaxPointNames.
std::optional<std::vector<Bytes>> TakeDistributionPointName(DerReader& reader);

// ReasonFlags under this tag leave out a reason: false when absent; nullopt if not DER.
std::optional<bool> TakeSomeReasons(DerReader& reader, std::uint8_t tag);

}  // namespace stapling
