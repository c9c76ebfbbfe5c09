// Reads DER (X.690) element by element, strictly: one octet of tag, the shortest definite length.
//
// For what OpenSSL's decoders take too leniently, re-encode before they hash it, or would hold as
// an object for each of a million entries. Tags of 31 and above are refused. Nothing is copied:
// what is handed out points into the input.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/bytes.h"

namespace stapling {

// Identifier octets, class and constructed bit included.
namespace tag {
inline constexpr std::uint8_t kBoolean = 0x01;
inline constexpr std::uint8_t kInteger = 0x02;
inline constexpr std::uint8_t kBitString = 0x03;
inline constexpr std::uint8_t kOctetString = 0x04;
inline constexpr std::uint8_t kOid = 0x06;
inline constexpr std::uint8_t kEnumerated = 0x0A;
inline constexpr std::uint8_t kUtcTime = 0x17;
inline constexpr std::uint8_t kGeneralizedTime = 0x18;
inline constexpr std::uint8_t kSequence = 0x30;

constexpr std::uint8_t Primitive(unsigned number) {
  return static_cast<std::uint8_t>(0x80U | number);
}
constexpr std::uint8_t Constructed(unsigned number) {
  return static_cast<std::uint8_t>(0xA0U | number);
}
}  // namespace tag

struct DerElement {
  BytesView whole;  // header and content
  BytesView content;
};

class DerReader {
 public:
  explicit DerReader(BytesView der) : rest_(der) {}

  [[nodiscard]] bool done() const { return rest_.empty(); }
  [[nodiscard]] std::size_t size() const { return rest_.size(); }  // octets not yet read
  [[nodiscard]] bool NextIs(std::uint8_t tag) const {
    return !rest_.empty() && rest_.front() == tag;
  }

  // The next element, whatever it is; nullopt if there is none or it is not DER.
  std::optional<DerElement> Take();
  // The next element if it has this tag.
  std::optional<DerElement> Take(std::uint8_t tag);

 private:
  BytesView rest_;
};

// The content of an INTEGER in its one form: not empty, no octet more than needed.
bool IsDerInteger(BytesView content);

// UTCTime or GeneralizedTime as RFC 5280 section 4.1.2.5 has them.
std::optional<std::chrono::sys_seconds> TakeTime(DerReader& reader);

// BOOLEAN DEFAULT FALSE under this tag: false when absent; nullopt unless it is there as TRUE.
std::optional<bool> TakeDefaultFalse(DerReader& reader, std::uint8_t tag);

}  // namespace stapling
