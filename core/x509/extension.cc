#include "core/x509/extension.h"

namespace stapling {
namespace {

// Whole arcs, none with a leading zero.
bool IsDerOid(BytesView content) {
  bool starts_arc = true;
  for (const std::uint8_t octet : content) {
    if (starts_arc && octet == 0x80) return false;
    starts_arc = (octet & 0x80U) == 0;
  }
  return starts_arc && !content.empty();
}

IdCe Identify(BytesView oid) {
  if (oid.size() != 3 || oid[0] != 0x55 || oid[1] != 0x1D) return IdCe::kOther;
  switch (const auto id = static_cast<IdCe>(oid[2])) {
    case IdCe::kCrlNumber:
    case IdCe::kReasonCode:
    case IdCe::kInvalidityDate:
    case IdCe::kDeltaCrlIndicator:
    case IdCe::kIssuingDistributionPoint:
    case IdCe::kCertificateIssuer:
    case IdCe::kAuthorityKeyIdentifier:
      return id;
    default:
      return IdCe::kOther;
  }
}

}  // namespace

std::optional<ExtensionView> TakeExtension(DerReader& reader) {
  const auto extension = reader.Take(tag::kSequence);
  if (!extension) return std::nullopt;
  DerReader fields(extension->content);
  const auto oid = fields.Take(tag::kOid);
  const auto critical = TakeDefaultFalse(fields, tag::kBoolean);
  const auto value = fields.Take(tag::kOctetString);
  if (!oid || !IsDerOid(oid->content) || !critical || !value || !fields.done()) return std::nullopt;
  return ExtensionView{
      .id = Identify(oid->content), .critical = *critical, .value = value->content};
}

}  // namespace stapling
