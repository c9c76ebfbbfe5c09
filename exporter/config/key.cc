#include "exporter/config/key.h"

#include <charconv>
#include <filesystem>

#include "exporter/config/duration.h"

namespace stapling::exporter {
namespace {

constexpr std::array<Choice<bool>, 2> kBooleans = {{{"true", true}, {"false", false}}};

}  // namespace

std::string ReadText(const Value& value) {
  if (value.node.kind == YamlNode::Kind::kNull) value.Fail("has no value");
  if (value.node.kind != YamlNode::Kind::kScalar) value.Fail("must be a single value");
  return value.node.scalar;
}

bool ReadBoolean(const Value& value) {
  if (value.node.quoted) value.Fail("must be true or false without quotes");
  return ReadChoice(value, kBooleans);
}

std::chrono::milliseconds ReadDuration(const Value& value) {
  const auto duration = ParseDuration(ReadText(value));
  if (!duration) value.Fail("is wrong: " + duration.error());
  return *duration;
}

std::chrono::seconds ReadWholeSeconds(const Value& value) {
  const std::chrono::milliseconds duration = ReadDuration(value);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(duration);
  if (seconds != duration) value.Fail("must be whole seconds");
  return seconds;
}

std::string ReadFileName(const Value& value) {
  const std::filesystem::path name = ReadText(value);
  if (name.empty()) return {};
  return std::filesystem::absolute(value.directory / name).lexically_normal().string();
}

std::string Print(bool value) { return WordOf(kBooleans, value); }
std::string Print(std::chrono::milliseconds duration) { return PrintDuration(duration); }
std::string Print(const std::string& text) { return QuoteYaml(text); }

unsigned ReadCount(const Value& value, unsigned largest) {
  const std::string text = ReadText(value);
  unsigned count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || count == 0 || count > largest) {
    value.Fail("must be a number from 1 to " + std::to_string(largest));
  }
  return count;
}

std::optional<Proxy> ReadProxyUrl(const Value& value) {
  const std::string url = ReadText(value);
  if (url.empty()) return std::nullopt;
  auto proxy = ParseProxyUrl(url);
  if (!proxy) value.Fail("is wrong: " + proxy.error());
  return std::move(proxy).value();
}

std::string PrintProxy(const std::optional<Proxy>& proxy) {
  return Print(proxy ? PrintProxyUrl(*proxy) : std::string());
}

}  // namespace stapling::exporter
