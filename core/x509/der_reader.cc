#include "core/x509/der_reader.h"

#include "core/x509/time.h"

namespace stapling {
namespace {

constexpr std::uint8_t kHighTagNumber = 0x1F;
constexpr std::uint8_t kLongForm = 0x80;

}  // namespace

std::optional<DerElement> DerReader::Take() {
  if (rest_.size() < 2 || (rest_[0] & kHighTagNumber) == kHighTagNumber) return std::nullopt;
  std::size_t header = 2;
  std::size_t length = rest_[1];
  if (length >= kLongForm) {
    const std::size_t octets = length - kLongForm;
    if (octets == 0 || octets > sizeof length || octets > rest_.size() - header) {
      return std::nullopt;
    }
    length = 0;
    for (; header < 2 + octets; ++header) length = length << 8U | rest_[header];
    const std::size_t least = octets == 1 ? kLongForm : std::size_t{1} << (8 * (octets - 1));
    if (length < least) return std::nullopt;
  }
  if (length > rest_.size() - header) return std::nullopt;
  const DerElement element{.whole = rest_.first(header + length),
                           .content = rest_.subspan(header, length)};
  rest_ = rest_.subspan(header + length);
  return element;
}

std::optional<DerElement> DerReader::Take(std::uint8_t tag) {
  if (!NextIs(tag)) return std::nullopt;
  return Take();
}

bool IsDerInteger(BytesView content) {
  if (content.size() < 2) return !content.empty();
  const bool second_is_negative = (content[1] & 0x80U) != 0;
  return content[0] != (second_is_negative ? 0xFF : 0x00);
}

std::optional<std::chrono::sys_seconds> TakeTime(DerReader& reader) {
  const bool generalized = reader.NextIs(tag::kGeneralizedTime);
  const auto time = reader.Take(generalized ? tag::kGeneralizedTime : tag::kUtcTime);
  if (!time) return std::nullopt;
  return ToInstant(time->content, generalized);
}

std::optional<bool> TakeDefaultFalse(DerReader& reader, std::uint8_t tag) {
  if (!reader.NextIs(tag)) return false;
  const auto value = reader.Take(tag);
  if (!value || value->content.size() != 1 || value->content[0] != 0xFF) return std::nullopt;
  return true;
}

}  // namespace stapling
