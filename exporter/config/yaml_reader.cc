#include "exporter/config/yaml_reader.h"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "core/regular_file.h"
#include "core/x509/text.h"

namespace stapling::exporter {
namespace {

// Marks count from 0; what stands at no place has -1.
int LineOf(const YAML::Mark& mark) { return std::max(mark.line, 0) + 1; }

std::string Quoted(std::string_view text) { return "\"" + CleanText(text) + "\""; }

// Neither control characters nor broken UTF-8: CleanText, which cuts, then gives a prefix of it.
bool IsClean(std::string_view text) {
  while (!text.empty()) {
    const std::string clean = CleanText(text);
    if (clean.empty() || !text.starts_with(clean)) return false;
    text.remove_prefix(clean.size());
  }
  return true;
}

void RequireText(const std::string& text, int line) {
  if (!IsClean(text)) {
    throw YamlError(line, "this text holds a control character");
  }
}

// YAML 1.2 section 5.1: printable characters only. yaml-cpp would guess and go on.
void RequirePrintable(const std::string& text) {
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    std::replace(line.begin(), line.end(), '\t', ' ');
    if (line.ends_with('\r')) line.pop_back();
    if (!IsClean(line)) throw YamlError(number, "not YAML: this line is not UTF-8 text");
  }
}

// yaml-cpp takes some 250 octets for each bracket before it looks at what the first one holds.
void RequireFewBrackets(const std::string& text) {
  const auto brackets =
      std::count_if(text.begin(), text.end(), [](char c) { return c == '[' || c == '{'; });
  if (brackets > kMaxYamlNodes) throw YamlError(1, "the file has too many values");
}

class Builder {
 public:
  explicit Builder(LineBreaks line_breaks) : line_breaks_(line_breaks) {}

  YamlNode Build(const YAML::Node& node, int depth) {
    YamlNode result;
    result.line = LineOf(node.Mark());
    if (depth > kMaxYamlDepth) throw YamlError(result.line, "the file is nested too deeply");
    if (++nodes_ > kMaxYamlNodes) throw YamlError(result.line, "the file has too many values");
    RequireNoTag(node, result.line);
    switch (node.Type()) {
      case YAML::NodeType::Undefined:
      case YAML::NodeType::Null:
        break;
      case YAML::NodeType::Scalar:
        result.kind = YamlNode::Kind::kScalar;
        result.scalar = node.Scalar();
        result.quoted = node.Tag() == "!";
        Count(result.scalar, result.line);
        RequireValue(result.scalar, result.line);
        break;
      case YAML::NodeType::Sequence:
        result.kind = YamlNode::Kind::kSequence;
        for (const YAML::Node& item : node) result.items.push_back(Build(item, depth + 1));
        break;
      case YAML::NodeType::Map:
        result.kind = YamlNode::Kind::kMapping;
        AddEntries(node, depth, result);
        break;
    }
    return result;
  }

 private:
  static void RequireNoTag(const YAML::Node& node, int line) {
    const std::string& tag = node.Tag();
    if (tag.empty() || tag == "?" || tag == "!") return;
    throw YamlError(line, "the tag " + Quoted(tag) + " has no meaning here");
  }

  void RequireValue(std::string text, int line) const {
    if (line_breaks_ == LineBreaks::kTaken) std::replace(text.begin(), text.end(), '\n', ' ');
    RequireText(text, line);
  }

  // An alias repeats all text of what it names.
  void Count(const std::string& text, int line) {
    octets_ += text.size();
    if (octets_ > kMaxYamlBytes) throw YamlError(line, "the file has too much text");
  }

  void AddEntries(const YAML::Node& node, int depth, YamlNode& mapping) {
    std::map<std::string, int> lines;
    for (const auto& entry : node) AddEntry(entry.first, entry.second, depth, lines, mapping);
  }

  // `lines` are those of the keys so far.
  void AddEntry(const YAML::Node& key, const YAML::Node& value, int depth,
                std::map<std::string, int>& lines, YamlNode& mapping) {
    const int line = LineOf(key.Mark());
    if (!key.IsScalar()) throw YamlError(line, "a key must be text");
    RequireNoTag(key, line);
    Count(key.Scalar(), line);
    RequireText(key.Scalar(), line);
    // yaml-cpp keeps both of two equal keys and finds the first.
    const auto [first, is_new] = lines.emplace(key.Scalar(), line);
    if (!is_new) {
      throw YamlError(line, "duplicate key " + Quoted(key.Scalar()) + ", first given at line " +
                                std::to_string(first->second));
    }
    mapping.entries.push_back({key.Scalar(), line, Build(value, depth + 1)});
    // An empty value has no place of its own.
    YamlNode& built = mapping.entries.back().value;
    if (built.kind == YamlNode::Kind::kNull) built.line = line;
  }

  const LineBreaks line_breaks_;
  int nodes_ = 0;
  std::size_t octets_ = 0;
};

// Knows where the last document began, and nothing else of it.
class DocumentLine final : public YAML::EventHandler {
 public:
  [[nodiscard]] int line() const { return line_; }

  void OnDocumentStart(const YAML::Mark& mark) override { line_ = LineOf(mark); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
  void OnAlias(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
  void OnScalar(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                const std::string& /*value*/) override {}
  void OnSequenceStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/,
                       YAML::anchor_t /*anchor*/, YAML::EmitterStyle::value /*style*/) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                  YAML::EmitterStyle::value /*style*/) override {}
  void OnMapEnd() override {}

 private:
  int line_ = 1;
};

// LoadAll would not return: what is left over after a document, such as a comma, yaml-cpp 0.7
// takes for an empty document, again and again, until the memory is used up.
void RequireOneDocument(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentLine document;
  if (!parser.HandleNextDocument(document)) throw YamlError(1, "the file is empty");
  if (parser.HandleNextDocument(document)) {
    throw YamlError(document.line(),
                    "something follows the end of the document; a second one is not allowed");
  }
}

YAML::Node Load(const std::string& text) {
  try {
    RequireOneDocument(text);
    return YAML::Load(text);
  } catch (const YAML::DeepRecursion& error) {
    throw YamlError(LineOf(error.mark), "the file is nested too deeply");
  } catch (const YAML::Exception& error) {
    throw YamlError(LineOf(error.mark), "not valid YAML: " + CleanText(error.msg));
  }
}

}  // namespace

const YamlNode* YamlNode::Find(std::string_view key) const {
  const auto entry = std::find_if(entries.begin(), entries.end(),
                                  [&](const YamlEntry& candidate) { return candidate.key == key; });
  return entry == entries.end() ? nullptr : &entry->value;
}

YamlNode ParseYaml(const std::string& text, LineBreaks line_breaks) {
  RequirePrintable(text);
  RequireFewBrackets(text);
  return Builder(line_breaks).Build(Load(text), 0);
}

Result<std::string> ReadFile(const std::string& file) {
  auto text = ReadRegularFile(file, kMaxYamlBytes);
  if (text) return text;
  return Error{"cannot read the file \"" + CleanText(file) + "\": " + text.error()};
}

std::string QuoteYaml(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace stapling::exporter
