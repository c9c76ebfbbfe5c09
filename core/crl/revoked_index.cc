#include "core/crl/revoked_index.h"

#include <algorithm>
#include <limits>

#include "core/x509/der_reader.h"
#include "core/x509/extension.h"

namespace stapling {
namespace {

constexpr std::size_t kSmallestEntry = 20;  // a serial of one octet and a UTCTime
constexpr unsigned kHashShift = 32;

// FNV-1a over the octets.
std::uint64_t HashedSlot(BytesView serial) {
  std::uint32_t hash = 2166136261U;
  for (const std::uint8_t octet : serial) hash = (hash ^ octet) * 16777619U;
  return std::uint64_t{hash} << kHashShift;
}

std::optional<long> ReadReason(BytesView value) {
  DerReader reader(value);
  const auto code = reader.Take(tag::kEnumerated);
  if (!code || !reader.done() || code->content.size() != 1 || code->content[0] > 0x7F) {
    return std::nullopt;
  }
  return code->content[0];
}

// False if it is not DER, or says the same thing twice.
bool ReadEntryExtension(const ExtensionView& extension, RevokedCertificate& entry) {
  switch (extension.id) {
    case IdCe::kReasonCode:
      if (entry.reason) return false;
      entry.reason = ReadReason(extension.value);
      return entry.reason.has_value();
    case IdCe::kCertificateIssuer:
      entry.names_issuer = true;
      return true;
    case IdCe::kInvalidityDate:  // changes nothing: the certificate is revoked
      return true;
    default:
      entry.unknown_critical_extension |= extension.critical;
      return true;
  }
}

bool ReadEntryExtensions(BytesView content, RevokedCertificate& entry) {
  for (DerReader reader(content); !reader.done();) {
    const auto extension = TakeExtension(reader);
    if (!extension || !ReadEntryExtension(*extension, entry)) return false;
  }
  return true;
}

std::optional<RevokedCertificate> TakeEntry(DerReader& reader, bool version2) {
  const auto sequence = reader.Take(tag::kSequence);
  if (!sequence) return std::nullopt;
  DerReader fields(sequence->content);
  const auto serial = fields.Take(tag::kInteger);
  if (!serial || !IsDerInteger(serial->content)) return std::nullopt;
  const auto revoked_at = TakeTime(fields);
  if (!revoked_at) return std::nullopt;
  RevokedCertificate entry{.serial = serial->whole, .revoked_at = *revoked_at};
  if (fields.done()) return entry;
  const auto extensions = fields.Take(tag::kSequence);
  if (!version2 || !extensions || !fields.done() ||
      !ReadEntryExtensions(extensions->content, entry)) {
    return std::nullopt;
  }
  return entry;
}

std::size_t CountEntries(BytesView revoked) {
  std::size_t count = 0;
  for (DerReader reader(revoked); reader.Take();) ++count;
  return std::min(count, revoked.size() / kSmallestEntry);
}

}  // namespace

std::optional<RevokedIndex> RevokedIndex::Build(BytesView revoked, bool version2) {
  if (revoked.size() > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
  RevokedIndex index;
  index.slots_.reserve(CountEntries(revoked));
  for (DerReader reader(revoked); !reader.done();) {
    const std::size_t offset = revoked.size() - reader.size();
    const auto entry = TakeEntry(reader, version2);
    if (!entry) return std::nullopt;
    index.slots_.push_back(HashedSlot(entry->serial) | offset);
    index.names_issuer_ |= entry->names_issuer;
    index.unknown_critical_extension_ |= entry->unknown_critical_extension;
  }
  std::sort(index.slots_.begin(), index.slots_.end());
  return index;
}

std::optional<RevokedCertificate> RevokedIndex::Find(BytesView revoked, BytesView serial) const {
  const Slot wanted = HashedSlot(serial);
  for (auto slot = std::ranges::lower_bound(slots_, wanted);
       slot != slots_.end() && (*slot >> kHashShift) == (wanted >> kHashShift); ++slot) {
    DerReader reader(revoked.subspan(static_cast<std::uint32_t>(*slot)));
    const auto entry = TakeEntry(reader, true);
    if (entry && std::ranges::equal(entry->serial, serial)) return entry;
  }
  return std::nullopt;
}

}  // namespace stapling
