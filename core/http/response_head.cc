#include "core/http/response_head.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "core/net/target_text.h"

namespace stapling {
namespace {

bool IsDigit(char character) { return std::isdigit(static_cast<unsigned char>(character)) != 0; }

// RFC 9110 section 5.6.2
bool IsTokenCharacter(char character) {
  return std::isalnum(static_cast<unsigned char>(character)) != 0 ||
         std::string_view("!#$%&'*+-.^_`|~").find(character) != std::string_view::npos;
}

// RFC 9110 section 5.5: visible ASCII, octets beyond it, space and tab.
bool IsTextCharacter(char character) {
  const auto octet = static_cast<unsigned char>(character);
  return (octet >= 0x20 && octet != 0x7F) || character == '\t';
}

std::string_view Trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// "HTTP/1.1 200 OK"; the reason phrase, and even its space, may be missing.
bool ParseStatusLine(std::string_view line, ResponseHead& head) {
  constexpr std::string_view kVersion = "HTTP/1.";
  constexpr std::size_t kStatusAt = kVersion.size() + 2;
  constexpr std::size_t kReasonAt = kStatusAt + 4;
  if (line.size() < kReasonAt - 1 || !line.starts_with(kVersion)) return false;
  const std::string_view status = line.substr(kStatusAt, 3);
  const bool well_formed = IsDigit(line[kVersion.size()]) && line[kStatusAt - 1] == ' ' &&
                           std::ranges::all_of(status, IsDigit) && status.front() >= '1' &&
                           status.front() <= '5' &&
                           (line.size() < kReasonAt || line[kReasonAt - 1] == ' ');
  if (!well_formed) return false;
  std::from_chars(status.data(), status.data() + status.size(), head.status);
  if (line.size() > kReasonAt) head.reason = line.substr(kReasonAt);
  return true;
}

bool ParseField(std::string_view line, ResponseHead& head) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view name = line.substr(0, colon);
  if (!std::ranges::all_of(name, IsTokenCharacter)) return false;
  head.fields.emplace_back(Lowered(name), Trimmed(line.substr(colon + 1)));
  return true;
}

// Digits alone, once or several times the same (RFC 9110 section 8.6).
Result<std::optional<std::uint64_t>> ContentLength(const ResponseHead& head) {
  std::optional<std::uint64_t> length;
  for (const auto& [name, value] : head.fields) {
    if (name != "content-length") continue;
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size()) {
      return Error{"its Content-Length is not a number"};
    }
    if (length && *length != number) return Error{"it has two lengths"};
    length = number;
  }
  return length;
}

}  // namespace

std::optional<std::string> ResponseHead::Find(std::string_view name) const {
  const auto found = std::ranges::find(fields, name, [](const auto& field) { return field.first; });
  if (found == fields.end()) return std::nullopt;
  return found->second;
}

Result<ResponseHead> ParseResponseHead(std::string_view text) {
  constexpr std::string_view kEnd = "\r\n";
  ResponseHead head;
  bool first = true;
  while (text != kEnd) {
    const std::size_t end = text.find(kEnd);
    if (end == std::string_view::npos) return Error{"its head has no end"};
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + kEnd.size());
    if (!std::ranges::all_of(line, IsTextCharacter)) {
      return Error{"its head holds a control character"};
    }
    if (first && !ParseStatusLine(line, head)) return Error{"it does not answer in HTTP/1"};
    if (!first && !ParseField(line, head)) return Error{"its head has a malformed line"};
    first = false;
  }
  if (first) return Error{"it does not answer in HTTP/1"};
  return head;
}

Result<BodyFraming> FramingOf(const ResponseHead& head) {
  const auto is = [](const std::optional<std::string>& value, std::string_view word) {
    return !value || Lowered(*value) == word;
  };
  BodyFraming framing;
  framing.chunked = head.Find("transfer-encoding").has_value();
  for (const auto& [name, value] : head.fields) {
    if (name == "transfer-encoding" && !is(value, "chunked")) {
      return Error{"its body has another transfer coding than chunked"};
    }
    if (name == "content-encoding" && !is(value, "identity")) {
      return Error{"its body has a content coding that was not asked for"};
    }
  }
  const auto length = ContentLength(head);
  if (!length) return Error{length.error()};
  if (framing.chunked && *length) return Error{"it is chunked and has a length, too"};
  framing.length = *length;
  return framing;
}

}  // namespace stapling
