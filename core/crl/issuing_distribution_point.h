// Which certificates a CRL is about: its IssuingDistributionPoint (RFC 5280 section 5.2.5).
#pragma once

#include <cstddef>
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

  [[nodiscard]] std::size_t memory_bytes() const;  // about what it holds beside itself
};

// Of the extension's value; nullopt if that is no IssuingDistributionPoint in DER, or has more than
// kMaxPointNames (distribution_points.h).
std::optional<IssuingDistributionPoint> ReadIssuingDistributionPoint(BytesView value);

}  // namespace stapling
