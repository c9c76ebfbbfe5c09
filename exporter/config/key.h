// One key of a module's configuration: how its value is read and how it is printed, and the readers
// that the tables of keys share.
//
// Readers throw YamlError with the line and the key. What is printed is read back as the same.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/module.h"
#include "core/proxy/proxy.h"
#include "core/x509/text.h"
#include "exporter/config/yaml_reader.h"

namespace stapling::exporter {

// The value of one key, with what its reader needs to know.
struct Value {
  const YamlNode& node;
  std::string_view key;
  const std::string& directory;

  [[noreturn]] void Fail(const std::string& why) const {
    throw YamlError(node.line, std::string(key) + " " + why);
  }
};

struct Key {
  std::string_view name;
  void (*read)(const Value& value, Module& module);
  std::string (*print)(const Module& module);
};

template <typename T>
struct Choice {
  std::string_view word;
  T value;
};

std::string ReadText(const Value& value);

template <typename T, std::size_t N>
std::string WordOf(const std::array<Choice<T>, N>& choices, T value) {
  for (const auto& choice : choices) {
    if (choice.value == value) return std::string(choice.word);
  }
  return {};
}

template <typename T, std::size_t N>
T ReadChoice(const Value& value, const std::array<Choice<T>, N>& choices) {
  const std::string text = ReadText(value);
  std::string words;
  for (const auto& choice : choices) {
    if (text == choice.word) return choice.value;
    words += words.empty() ? "" : " or ";
    words += choice.word;
  }
  value.Fail("must be " + words + ", not \"" + CleanText(text) + "\"");
}

// A list of different words.
template <typename T, std::size_t N>
std::vector<T> ReadChoices(const Value& value, const std::array<Choice<T>, N>& choices) {
  if (value.node.kind != YamlNode::Kind::kSequence) value.Fail("must be a list");
  std::vector<T> chosen;
  for (const YamlNode& item : value.node.items) {
    const T choice = ReadChoice({item, value.key, value.directory}, choices);
    if (std::ranges::find(chosen, choice) != chosen.end()) value.Fail("names one twice");
    chosen.push_back(choice);
  }
  return chosen;
}

template <typename T, std::size_t N>
std::string PrintChoices(const std::vector<T>& chosen, const std::array<Choice<T>, N>& choices) {
  std::string list;
  for (const T choice : chosen) list += (list.empty() ? "" : ", ") + WordOf(choices, choice);
  return "[" + list + "]";
}

bool ReadBoolean(const Value& value);
std::chrono::milliseconds ReadDuration(const Value& value);
std::chrono::seconds ReadWholeSeconds(const Value& value);
// From 1 to `largest`.
unsigned ReadCount(const Value& value, unsigned largest);
// Absolute, so that a printed configuration means the same wherever it is read.
std::string ReadFileName(const Value& value);
// Empty: none. No error quotes the value: it may hold a password.
std::optional<Proxy> ReadProxyUrl(const Value& value);

std::string Print(bool value);
std::string Print(std::chrono::milliseconds duration);
std::string Print(const std::string& text);
// With <secret> in place of a password.
std::string PrintProxy(const std::optional<Proxy>& proxy);

}  // namespace stapling::exporter
