#include "exporter/target_list.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/net/ip_address.h"
#include "core/x509/text.h"
#include "exporter/escape.h"
#include "exporter/input_file.h"

namespace stapling::exporter {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t\r";

// Up to the first word that begins a comment.
std::vector<std::string_view> WordsOf(std::string_view line) {
  std::vector<std::string_view> words;
  for (;;) {
    line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
    if (line.empty() || line.front() == '#') return words;
    const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
    words.push_back(word);
    line.remove_prefix(word.size());
  }
}

// One of the words that may follow the target.
std::optional<Error> Take(std::string_view word, ListedTarget& listed) {
  for (const auto& [key, into] :
       {std::pair<std::string_view, std::string*>{"module=", &listed.module},
        {"hostname=", &listed.hostname}}) {
    if (!word.starts_with(key)) continue;
    const std::string name(key.substr(0, key.size() - 1));
    if (!into->empty()) return Error{name + " is given more than once"};
    *into = word.substr(key.size());
    if (into->empty()) return Error{name + " has no value"};
    return std::nullopt;
  }
  return Error{Quote(word) + " is unknown; a line is TARGET [module=M] [hostname=N]"};
}

Result<ListedTarget> ParseLine(const std::vector<std::string_view>& words) {
  auto target = ParseTarget(words.front());
  if (!target) return Error{target.error()};
  ListedTarget listed{.target = std::move(target).value()};
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (auto error = Take(words[i], listed)) return std::move(*error);
  }
  const std::string& hostname = listed.hostname;
  if (!hostname.empty() && !IsHostName(hostname) && !IpAddress::Parse(hostname)) {
    return Error{Quote(hostname) + " is neither a host name nor an IP address"};
  }
  return listed;
}

}  // namespace

std::string ListedTarget::Text() const {
  std::string text = target.text;
  if (!module.empty()) text += " module=" + module;
  if (!hostname.empty()) text += " hostname=" + hostname;
  return text;
}

Result<std::vector<ListedTarget>> ParseTargetList(std::string_view text, const std::string& name) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<ListedTarget> list;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto words = WordsOf(line);
    if (words.empty()) continue;
    auto listed = ParseLine(words);
    if (!listed) return TargetListError(name, number, listed.error());
    listed->line = number;
    list.push_back(std::move(listed).value());
  }
  if (list.empty()) return Error{name + " names no target."};
  return list;
}

Result<std::vector<ListedTarget>> ReadTargetList(const std::string& path) {
  const auto content = path == "-" ? ReadStandardInput() : ReadInputFile(path);
  if (!content) return Error{content.error()};
  return ParseTargetList({reinterpret_cast<const char*>(content->data()), content->size()},
                         TargetListName(path));
}

std::string TargetListName(const std::string& path) {
  return path == "-" ? "standard input" : CleanText(path);
}

Error TargetListError(const std::string& name, std::size_t line, const std::string& sentence) {
  return {name + ", line " + std::to_string(line) + ": " + sentence};
}

}  // namespace stapling::exporter
