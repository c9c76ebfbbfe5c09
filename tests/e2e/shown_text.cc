#include "tests/e2e/shown_text.h"

#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>

namespace stapling::testing {

namespace {

void ReplaceMatches(std::string& text, const std::string& pattern, const std::string& to) {
  const std::regex regex(pattern);
  ASSERT_TRUE(std::regex_search(text, regex)) << pattern << " is not in\n" << text;
  text = std::regex_replace(text, regex, to);
}

}  // namespace

std::string ReadShown(const std::string& name) {
  std::ifstream file(SOURCE_DIRECTORY "/" + name);
  EXPECT_TRUE(file) << "cannot read " << name;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void ReplaceAll(std::string& text, const std::string& from, const std::string& to) {
  ASSERT_NE(text.find(from), std::string::npos) << from << " is not in\n" << text;
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

void SetEach(std::string& text, const std::string& key, const std::string& value) {
  ReplaceMatches(text, "(\n[ -]*" + key + ": ).*", "$01" + value);  // not $1: a digit may follow
}

void MakeMinutesSeconds(std::string& rules) {
  ReplaceMatches(rules, "(\\[|for: |offset )([0-9]+)m", "$1$2s");
}

std::string CodeBlock(const std::string& markdown, const std::string& language) {
  const std::string opening = "```" + language + "\n";
  const std::size_t start = markdown.find(opening);
  if (start == std::string::npos) return {};
  const std::size_t from = start + opening.size();
  return markdown.substr(from, markdown.find("```", from) - from);
}

}  // namespace stapling::testing
