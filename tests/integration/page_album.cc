#include "tests/integration/page_album.h"

#include <cctype>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

namespace stapling::testing {
namespace {

// By a library that refuses to write anything else.
bool IsUtf8(std::string_view text) {
  try {
    static_cast<void>(nlohmann::json(text).dump());
    return true;
  } catch (const nlohmann::json::type_error&) {
    return false;
  }
}

std::string_view TakeLine(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(line.size() + 1);
  return line;
}

std::string_view TakeName(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() &&
         (std::isalnum(static_cast<unsigned char>(text[size])) != 0 || text[size] == '_')) {
    ++size;
  }
  const std::string_view name = text.substr(0, size);
  text.remove_prefix(size);
  return name;
}

bool Take(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

// Up to the closing quote, which is taken as well.
bool TakeLabelValue(std::string_view& text) {
  while (!text.empty() && text.front() != '"') {
    if (Take(text, "\\") &&
        (text.empty() || std::string_view("\\\"n").find(text.front()) == std::string_view::npos)) {
      return false;
    }
    text.remove_prefix(1);
  }
  return Take(text, "\"");
}

// The labels without their braces, empty for none; nothing if they are malformed.
std::optional<std::string_view> TakeLabels(std::string_view& text) {
  if (!Take(text, "{")) return std::string_view();
  const std::string_view start = text;
  do {
    if (TakeName(text).empty() || !Take(text, "=\"") || !TakeLabelValue(text)) return std::nullopt;
  } while (Take(text, ","));
  const std::string_view labels = start.substr(0, start.size() - text.size());
  return Take(text, "}") ? std::optional(labels) : std::nullopt;
}

bool IsNumber(const std::string& text) {
  char* end = nullptr;
  std::strtod(text.c_str(), &end);
  return !text.empty() && *end == '\0';
}

}  // namespace

std::string PageAlbum::Add(const std::string& name, std::string_view page) {
  if (!page.ends_with('\n')) return "the last line has no end";
  if (!IsUtf8(page)) return "not UTF-8";
  std::map<std::string, Family> families;
  std::string family;
  std::set<std::string_view> series;
  while (!page.empty()) {
    const std::string_view line = TakeLine(page);
    std::string_view rest = line;
    if (Take(rest, "# HELP ")) {
      family = TakeName(rest);
      if (families.contains(family)) return "a family twice: " + family;
      families[family].head = std::string(line) + "\n# TYPE " + family + " gauge\n";
      if (page.substr(0, page.find('\n')) != "# TYPE " + family + " gauge") {
        return "no gauge: " + family;
      }
      TakeLine(page);
      continue;
    }
    const bool belongs = !family.empty() && TakeName(rest) == family;
    const auto labels = TakeLabels(rest);
    const std::string_view spelt = line.substr(0, line.size() - rest.size());
    if (!belongs || !labels || !Take(rest, " ") || !IsNumber(std::string(rest))) {
      return "no sample: " + std::string(line);
    }
    if (!series.insert(spelt).second) return "a series twice: " + std::string(spelt);
    families[family].samples.push_back(family + "{page=\"" + name + "\"" +
                                       (labels->empty() ? "" : ",") + std::string(*labels) + "} " +
                                       std::string(rest) + "\n");
  }
  for (auto& [key, read] : families) {
    Family& kept = families_[key];
    kept.head = read.head;
    kept.samples.insert(kept.samples.end(), read.samples.begin(), read.samples.end());
  }
  return {};
}

std::string PageAlbum::Text() const {
  std::string text;
  for (const auto& [name, family] : families_) {
    text += family.head;
    for (const std::string& sample : family.samples) text += sample;
  }
  return text;
}

}  // namespace stapling::testing
