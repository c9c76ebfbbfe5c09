#include "exporter/web/section.h"

#include <algorithm>
#include <array>

namespace stapling::exporter {

bool ReadSwitch(const Value& value) {
  constexpr std::array<std::string_view, 4> kOn = {"true", "yes", "on", "y"};
  constexpr std::array<std::string_view, 4> kOff = {"false", "no", "off", "n"};
  std::string text = ReadText(value);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const bool on = std::ranges::find(kOn, text) != kOn.end();
  if (value.node.quoted || (!on && std::ranges::find(kOff, text) == kOff.end())) {
    value.Fail("must be true or false");
  }
  return on;
}

}  // namespace stapling::exporter
