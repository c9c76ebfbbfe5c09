#include "tests/fuzz/readable.h"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/fuzz/fuzz.h"

namespace stapling::fuzz {
namespace {

// The code point at the front of `text`, which moves past it (RFC 3629 section 4).
char32_t TakeCharacter(std::string_view& text) {
  const auto octet = [&](std::size_t i) {
    Require(i < text.size(), "a UTF-8 sequence is complete");
    return static_cast<unsigned char>(text[i]);
  };
  const char32_t lead = octet(0);
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  Require(lead < 0x80 || (lead >= 0xC2 && lead <= 0xF4), "a UTF-8 sequence has a lead octet");
  char32_t character = length == 1 ? lead : lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    Require((octet(i) & 0xC0U) == 0x80, "a UTF-8 sequence continues");
    character = character << 6U | (octet(i) & 0x3FU);
  }
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  Require(character >= kLeast[length] && character <= 0x10FFFF, "a UTF-8 sequence is the shortest");
  Require(character < 0xD800 || character > 0xDFFF, "UTF-8 has no surrogates");
  text.remove_prefix(length);
  return character;
}

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

void TakeName(std::string_view& line) {
  const auto* const end = std::ranges::find_if_not(line, IsNameCharacter);
  Require(end != line.begin() && (line.front() < '0' || line.front() > '9'), "a name is a name");
  line.remove_prefix(static_cast<std::size_t>(end - line.begin()));
}

void Take(std::string_view& line, std::string_view expected) {
  Require(line.starts_with(expected), "the text format's punctuation is there");
  line.remove_prefix(expected.size());
}

// Up to the closing quote, which is taken as well.
void TakeLabelValue(std::string_view& line) {
  while (!line.starts_with('"')) {
    Require(!line.empty(), "a label's value has an end");
    if (line.starts_with('\\')) {
      line.remove_prefix(1);
      Require(!line.empty() && std::string_view("\\\"n").find(line.front()) != line.npos,
              "an escape is one of three");
    }
    line.remove_prefix(1);
  }
  line.remove_prefix(1);
}

void TakeLabels(std::string_view& line) {
  if (!line.starts_with('{')) return;
  do {
    line.remove_prefix(1);
    TakeName(line);
    Take(line, "=\"");
    TakeLabelValue(line);
  } while (line.starts_with(','));
  Take(line, "}");
}

// NAME{LABELS} VALUE; the series is handed out.
std::string RequireSample(std::string_view line) {
  std::string_view rest = line;
  TakeName(rest);
  TakeLabels(rest);
  const std::string_view series = line.substr(0, line.size() - rest.size());
  Take(rest, " ");
  const std::string value(rest);
  char* end = nullptr;
  std::strtod(value.c_str(), &end);
  Require(!value.empty() && *end == '\0', "a value is a number");
  return std::string(series);
}

}  // namespace

void RequireClean(std::string_view text) {
  while (!text.empty()) {
    const char32_t character = TakeCharacter(text);
    Require(character == '\n' || (character >= 0x20 && (character < 0x7F || character > 0x9F)),
            "text has no control characters");
  }
}

void RequireScrapeable(std::string_view text) {
  RequireClean(text);
  Require(text.ends_with('\n'), "the last line ends");
  std::set<std::string> series;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() + 1);
    if (line.starts_with("# HELP ") || line.starts_with("# TYPE ")) continue;
    Require(series.insert(RequireSample(line)).second, "a series comes once");
  }
}

void RequireJson(const std::string& text) {
  RequireClean(text);
  Require(nlohmann::json::accept(text), "JSON parses");
}

}  // namespace stapling::fuzz
