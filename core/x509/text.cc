#include "core/x509/text.h"

#include <algorithm>

namespace stapling {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

unsigned char At(std::string_view text, std::size_t index) {
  return index < text.size() ? static_cast<unsigned char>(text[index]) : 0;
}

// Length of the well-formed UTF-8 sequence at `index` (Unicode table 3-7), or 0.
std::size_t SequenceLength(std::string_view text, std::size_t index) {
  const auto continues = [&](std::size_t offset, unsigned char low = 0x80,
                             unsigned char high = 0xBF) {
    const unsigned char octet = At(text, index + offset);
    return octet >= low && octet <= high;
  };
  const unsigned char lead = At(text, index);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned char low = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned char high = lead == 0xED ? 0x9F : 0xBF;  // no surrogates
    return continues(1, low, high) && continues(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned char low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = lead == 0xF4 ? 0x8F : 0xBF;
    return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

// C0, DEL, C1, the separators of lines and paragraphs (U+2028, U+2029), and what turns the writing
// direction round (U+202A to U+202E, U+2066 to U+2069): nothing that a terminal, a log or a page
// might obey.
bool IsControl(std::string_view character) {
  const unsigned char lead = At(character, 0);
  if (character.size() == 1) return lead < 0x20 || lead == 0x7F;
  if (character.size() == 2) return lead == 0xC2 && At(character, 1) < 0xA0;
  if (!character.starts_with("\xE2")) return false;
  const unsigned char last = At(character, 2);
  return (At(character, 1) == 0x80 && last >= 0xA8 && last <= 0xAE) ||
         (At(character, 1) == 0x81 && last >= 0xA6 && last <= 0xA9);
}

bool IsPrintableAscii(char character) { return character >= 0x20 && character < 0x7F; }

}  // namespace

std::string CleanText(std::string_view text) {
  // Nearly every text is clean.
  if (text.size() <= kMaxText && std::ranges::all_of(text, IsPrintableAscii)) {
    return std::string(text);
  }
  std::string clean;
  for (std::size_t index = 0; index < text.size();) {
    const std::size_t length = SequenceLength(text, index);
    std::string_view character = text.substr(index, length);
    index += length == 0 ? 1 : length;
    if (length == 0 || IsControl(character)) character = kReplacement;
    if (clean.size() + character.size() > kMaxText) break;
    clean += character;
  }
  return clean;
}

std::string ToHex(BytesView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const std::uint8_t octet : bytes) {
    hex += kDigits[octet >> 4U];
    hex += kDigits[octet & 0x0FU];
  }
  return hex;
}

}  // namespace stapling
