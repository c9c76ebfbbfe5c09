#include "exporter/escape.h"

#include <algorithm>
#include <cstddef>

#include "core/x509/text.h"

namespace stapling::exporter {
namespace {

constexpr std::size_t kMaxQuoted = 64;

bool IsAlphanumeric(char character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9');
}

bool IsAnyOf(char character, std::string_view set) {
  return set.find(character) != std::string_view::npos;
}

}  // namespace

std::string EscapeHtml(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char character : text) {
    switch (character) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += character;
    }
  }
  return escaped;
}

std::string EscapeQuery(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string escaped;
  for (const char character : text) {
    if (IsAlphanumeric(character) || IsAnyOf(character, "-._~")) {
      escaped += character;
      continue;
    }
    const auto octet = static_cast<unsigned char>(character);
    escaped += '%';
    escaped += kDigits[octet >> 4U];
    escaped += kDigits[octet & 0x0FU];
  }
  return escaped;
}

std::string EscapeShell(std::string_view text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char character) {
    return IsAlphanumeric(character) || IsAnyOf(character, "-._/:@%+=,");
  });
  if (plain) return std::string(text);
  std::string quoted = "'";
  for (const char character : text) {
    if (character == '\'') {
      quoted += R"('\'')";
    } else {
      quoted += character;
    }
  }
  return quoted + "'";
}

std::string Quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char character : text.substr(0, kMaxQuoted)) {
    const bool printable = character >= ' ' && character <= '~' && character != '"';
    quoted += printable ? character : '?';
  }
  if (text.size() > kMaxQuoted) quoted += "...";
  return quoted + "\"";
}

std::string CleanLines(std::string_view text) {
  std::string clean;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    clean += CleanText(text.substr(0, end));
    if (end < text.size()) clean += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return clean;
}

}  // namespace stapling::exporter
