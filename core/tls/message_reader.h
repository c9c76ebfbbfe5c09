// Takes the fields of a TLS message off its front (RFC 8446 section 3). Once one does not fit,
// nullopt; what is handed out points into the message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/bytes.h"

namespace stapling {

class MessageReader {
 public:
  explicit MessageReader(BytesView bytes) : rest_(bytes) {}

  [[nodiscard]] bool done() const { return rest_.empty(); }

  std::optional<std::size_t> Number(std::size_t octets) {
    if (rest_.size() < octets) return std::nullopt;
    std::size_t number = 0;
    for (const std::uint8_t octet : rest_.first(octets)) number = number << 8U | octet;
    rest_ = rest_.subspan(octets);
    return number;
  }

  std::optional<BytesView> Octets(std::size_t count) {
    if (rest_.size() < count) return std::nullopt;
    const BytesView content = rest_.first(count);
    rest_ = rest_.subspan(count);
    return content;
  }

  // With its length in front, as TLS writes opaque<..>.
  std::optional<BytesView> Vector(std::size_t length_octets) {
    const auto length = Number(length_octets);
    return length ? Octets(*length) : std::nullopt;
  }

 private:
  BytesView rest_;
};

}  // namespace stapling
