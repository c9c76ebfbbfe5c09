#include "exporter/config/cross_check_keys.h"

#include <charconv>
#include <cstdint>

namespace stapling::exporter {
namespace {

constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20U;
constexpr std::uint64_t kMaxCrlBytes = 1024 * kMebibyte;

constexpr std::array<Choice<std::uint64_t>, 4> kUnits = {
    {{"GiB", kMebibyte << 10U}, {"MiB", kMebibyte}, {"KiB", 1024}, {"B", 1}}};

// A whole number and one of the units.
std::size_t ReadSize(const Value& value) {
  const std::string text = ReadText(value);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, text.data() + text.size());
  for (const auto& choice : kUnits) {
    if (error != std::errc() || unit != choice.word) continue;
    if (number == 0 || number > kMaxCrlBytes / choice.value) value.Fail("must be 1B to 1GiB");
    return number * choice.value;
  }
  value.Fail("must be a size such as 512KiB or 64MiB, not \"" + CleanText(text) + "\"");
}

// In the largest unit that leaves it whole.
std::string PrintSize(std::size_t size) {
  for (const auto& choice : kUnits) {
    if (size % choice.value == 0) {
      return std::to_string(size / choice.value) + std::string(choice.word);
    }
  }
  return {};  // the last unit is 1
}

void ReadMinInterval(const Value& value, Module& module) {
  module.cross_check.min_interval = ReadDuration(value);
  if (module.cross_check.min_interval < std::chrono::seconds(1)) value.Fail("must be at least 1s");
}

constexpr std::array<Key, 6> kCrossCheckKeys = {{
    {"responder", [](const Value& v, Module& m) { m.cross_check.responder = ReadBoolean(v); },
     [](const Module& m) { return Print(m.cross_check.responder); }},
    {"crl", [](const Value& v, Module& m) { m.cross_check.crl = ReadBoolean(v); },
     [](const Module& m) { return Print(m.cross_check.crl); }},
    {"chain", [](const Value& v, Module& m) { m.cross_check.chain = ReadBoolean(v); },
     [](const Module& m) { return Print(m.cross_check.chain); }},
    {"proxy_url", [](const Value& v, Module& m) { m.cross_check.proxy = ReadProxyUrl(v); },
     [](const Module& m) { return PrintProxy(m.cross_check.proxy); }},
    {"min_interval", ReadMinInterval,
     [](const Module& m) { return Print(m.cross_check.min_interval); }},
    {"max_crl_bytes", [](const Value& v, Module& m) { m.cross_check.max_crl_bytes = ReadSize(v); },
     [](const Module& m) { return PrintSize(m.cross_check.max_crl_bytes); }},
}};

}  // namespace

std::span<const Key> CrossCheckKeys() { return kCrossCheckKeys; }

}  // namespace stapling::exporter
