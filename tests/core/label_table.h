// What holds for every table of labels: unique words in snake_case, and whole sentences.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace stapling::testing {

template <typename Table>
std::vector<std::string> LabelsOf(const Table& table) {
  std::vector<std::string> labels;
  for (const auto& info : table) labels.emplace_back(info.label);
  return labels;
}

inline bool IsSnakeCase(std::string_view label) {
  return !label.empty() && label.front() != '_' && label.back() != '_' &&
         std::ranges::all_of(label, [](unsigned char character) {
           return std::islower(character) != 0 || std::isdigit(character) != 0 || character == '_';
         });
}

inline void ExpectUniqueSnakeCase(const std::vector<std::string>& labels) {
  EXPECT_EQ(std::set(labels.begin(), labels.end()).size(), labels.size());
  for (const std::string& label : labels) EXPECT_TRUE(IsSnakeCase(label)) << label;
}

inline void ExpectSentence(std::string_view text) {
  ASSERT_FALSE(text.empty());
  EXPECT_TRUE(std::isupper(static_cast<unsigned char>(text.front())) != 0) << text;
  EXPECT_EQ(text.back(), '.') << text;
  EXPECT_EQ(text.find('\n'), std::string_view::npos) << text;
}

}  // namespace stapling::testing
