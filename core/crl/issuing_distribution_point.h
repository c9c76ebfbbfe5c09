// Which certificates a CRL is about: its IssuingDistributionPoint (RFC 5280 section 5.2.5).
#pragma once

#include <optional>
#include <vector>

#include "core/bytes.h"

namespace stapling {

struct IssuingDistributionPoint {
  std::optional<std::vector<Bytes>> names;  // as in DistributionPoint::names; absent: of any point
  bool only_user_certificates = false;
  bool only_ca_certificates = false;
  bool only_attribute_certificates = false;
  bool some_reasons = false;  // the list does not cover every reason
  bool indirect = false;      // the list speaks of other issuers' certificates too
};

// Of the extension's value; nullopt if that is no IssuingDistributionPoint in DER.
std::optional<IssuingDistributionPoint> ReadIssuingDistributionPoint(BytesView value);

}  // namespace stapling
