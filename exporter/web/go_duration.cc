#include "exporter/web/go_duration.h"

#include <array>
#include <charconv>
#include <cstdint>

namespace stapling::exporter {
namespace {

struct Unit {
  std::string_view label;
  double nanoseconds;
};

constexpr std::array<Unit, 8> kUnits = {{{"ns", 1},
                                         {"us", 1e3},
                                         {"\u00b5s", 1e3},
                                         {"\u03bcs", 1e3},
                                         {"ms", 1e6},
                                         {"s", 1e9},
                                         {"m", 60e9},
                                         {"h", 3600e9}}};

constexpr double kMost = 9.2e18;

// "1.5h" off the front of `text`, in nanoseconds.
std::optional<double> TakePart(std::string_view& text) {
  const std::string_view digits = text.substr(0, text.find_first_not_of("0123456789."));
  double number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  text.remove_prefix(digits.size());
  const std::string_view label = text.substr(0, text.find_first_of("0123456789."));
  text.remove_prefix(label.size());
  for (const Unit& unit : kUnits) {
    if (unit.label == label) return number * unit.nanoseconds;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::chrono::nanoseconds> ParseGoDuration(std::string_view text) {
  if (text == "0") return std::chrono::nanoseconds(0);
  if (text.empty()) return std::nullopt;
  double total = 0;
  while (!text.empty()) {
    const auto part = TakePart(text);
    if (!part || (total += *part) > kMost) return std::nullopt;
  }
  return std::chrono::nanoseconds(static_cast<std::int64_t>(total));
}

}  // namespace stapling::exporter
