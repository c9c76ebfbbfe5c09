#include "core/crl/issuing_distribution_point.h"

#include <utility>

#include "core/crl/distribution_points.h"
#include "core/x509/der_reader.h"

namespace stapling {

std::size_t IssuingDistributionPoint::memory_bytes() const {
  if (!names) return 0;
  std::size_t bytes = names->capacity() * sizeof(Bytes);
  for (const Bytes& name : *names) bytes += name.capacity();
  return bytes;
}

std::optional<IssuingDistributionPoint> ReadIssuingDistributionPoint(BytesView value) {
  DerReader extension(value);
  const auto sequence = extension.Take(tag::kSequence);
  if (!sequence || !extension.done()) return std::nullopt;
  IssuingDistributionPoint point;
  DerReader fields(sequence->content);
  if (fields.NextIs(tag::Constructed(0))) {
    const auto field = fields.Take();
    if (!field) return std::nullopt;
    DerReader inner(field->content);
    point.names = TakeDistributionPointName(inner);
    if (!point.names || !inner.done()) return std::nullopt;
  }
  const auto user = TakeDefaultFalse(fields, tag::Primitive(1));
  const auto ca = TakeDefaultFalse(fields, tag::Primitive(2));
  const auto some_reasons = TakeSomeReasons(fields, tag::Primitive(3));
  const auto indirect = TakeDefaultFalse(fields, tag::Primitive(4));
  const auto attribute = TakeDefaultFalse(fields, tag::Primitive(5));
  if (!user || !ca || !some_reasons || !indirect || !attribute || !fields.done()) {
    return std::nullopt;
  }
  point.only_user_certificates = *user;
  point.only_ca_certificates = *ca;
  point.some_reasons = *some_reasons;
  point.indirect = *indirect;
  point.only_attribute_certificates = *attribute;
  return point;
}

}  // namespace stapling
