// A YAML document as a tree of plain values that know their lines, and errors that name them.
//
// Stricter than YAML: one document, UTF-8, keys are text and never repeated, no tags, no control
// characters (line breaks where the caller takes them), no merge keys. Aliases are expanded, within
// a bound on values, text and depth, so that a small file cannot become a large tree.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace stapling::exporter {

struct YamlEntry;

struct YamlNode {
  enum class Kind : std::uint8_t { kNull, kScalar, kSequence, kMapping };

  Kind kind = Kind::kNull;
  int line = 1;         // the first is 1
  std::string scalar;   // text, without quotes
  bool quoted = false;  // it was written in quotes: text, whatever it looks like
  std::vector<YamlNode> items;
  std::vector<YamlEntry> entries;

  // Of a mapping; null if there is no such key.
  [[nodiscard]] const YamlNode* Find(std::string_view key) const;
};

struct YamlEntry {
  std::string key;
  int line = 1;  // of the key
  YamlNode value;
};

// Stops the reading of a file; never leaves the functions that read one.
class YamlError : public std::runtime_error {
 public:
  YamlError(int line, const std::string& what) : std::runtime_error(what), line_(line) {}
  [[nodiscard]] int line() const { return line_; }

 private:
  int line_;
};

inline constexpr std::size_t kMaxYamlBytes = std::size_t{1024} * 1024;
inline constexpr int kMaxYamlDepth = 16;
inline constexpr int kMaxYamlNodes = 100'000;

enum class LineBreaks : std::uint8_t { kRefused, kTaken };  // in values

// Throws YamlError.
YamlNode ParseYaml(const std::string& text, LineBreaks line_breaks = LineBreaks::kRefused);

// The whole of a regular file of at most kMaxYamlBytes.
Result<std::string> ReadFile(const std::string& file);

// `text` in quotes, as a YAML (and JSON) string. Only for text without control characters.
std::string QuoteYaml(std::string_view text);

}  // namespace stapling::exporter
