#include "core/net/target_text.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace stapling {
namespace {

constexpr std::size_t kMaxQuoted = 80;

}  // namespace

std::optional<Authority> SplitBracketed(std::string_view text) {
  const std::size_t close = text.find(']');
  if (close == std::string_view::npos) return std::nullopt;
  Authority authority{.host = text.substr(1, close - 1), .port = {}, .bracketed = true};
  const std::string_view rest = text.substr(close + 1);
  if (rest.empty()) return authority;
  if (rest.front() != ':') return std::nullopt;
  authority.port = rest.substr(1);
  return authority;
}

Authority SplitPlain(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return {.host = text, .port = {}};
  return {.host = text.substr(0, colon), .port = text.substr(colon + 1)};
}

std::optional<std::uint16_t> ParsePort(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0 || port > 65535) {
    return std::nullopt;
  }
  return static_cast<std::uint16_t>(port);
}

bool IsPrintable(char character) { return character > 0x20 && character < 0x7F; }

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char character : text.substr(0, kMaxQuoted)) {
    quoted += IsPrintable(character) && character != '"' ? character : '?';
  }
  return quoted + (text.size() > kMaxQuoted ? "...\"" : "\"");
}

std::string Lowered(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(), [](unsigned char character) {
    return static_cast<char>(std::tolower(character));
  });
  return lowered;
}

}  // namespace stapling
