#include "exporter/config/duration.h"

#include <array>
#include <cstdint>
#include <optional>

#include "core/x509/text.h"

namespace stapling::exporter {
namespace {

struct Unit {
  std::string_view label;
  std::int64_t milliseconds;
  bool only_when_exact;  // 90d reads better than 12w6d
};

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kHour = 3600 * kSecond;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kLongest = std::int64_t{100} * 365 * kDay;
constexpr std::array<Unit, 7> kUnits = {{{"y", 365 * kDay, true},
                                         {"w", 7 * kDay, true},
                                         {"d", kDay, false},
                                         {"h", kHour, false},
                                         {"m", 60 * kSecond, false},
                                         {"s", kSecond, false},
                                         {"ms", 1, false}}};

// `number` * 10 + `digit`, unless that would not fit.
std::optional<std::int64_t> AppendDigit(std::int64_t number, char digit) {
  std::int64_t result = 0;
  if (__builtin_mul_overflow(number, 10, &result)) return std::nullopt;
  if (__builtin_add_overflow(result, digit - '0', &result)) return std::nullopt;
  return result;
}

std::optional<std::int64_t> TakeNumber(std::string_view& text) {
  std::optional<std::int64_t> number;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    number = AppendDigit(number.value_or(0), text.front());
    if (!number) return std::nullopt;
    text.remove_prefix(1);
  }
  return number;
}

// The index of the unit that `text` starts with; it is taken off.
std::optional<std::size_t> TakeUnit(std::string_view& text) {
  const std::string_view label = text.substr(0, text.find_first_of("0123456789"));
  for (std::size_t i = 0; i < kUnits.size(); ++i) {
    if (kUnits.at(i).label == label) {
      text.remove_prefix(label.size());
      return i;
    }
  }
  return std::nullopt;
}

std::optional<std::int64_t> ParseMilliseconds(std::string_view text) {
  if (text == "0") return 0;
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  std::size_t first_allowed = 0;
  while (!text.empty()) {
    const auto number = TakeNumber(text);
    if (!number) return std::nullopt;
    const auto unit = TakeUnit(text);
    if (!unit || *unit < first_allowed) return std::nullopt;
    first_allowed = *unit + 1;
    std::int64_t part = 0;
    if (__builtin_mul_overflow(*number, kUnits.at(*unit).milliseconds, &part)) return std::nullopt;
    if (__builtin_add_overflow(total, part, &total)) return std::nullopt;
  }
  if (total > kLongest) return std::nullopt;
  return total;
}

}  // namespace

Result<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  const auto milliseconds = ParseMilliseconds(text);
  if (!milliseconds) {
    return Error{"\"" + CleanText(text.substr(0, 40)) +
                 "\" is not a duration such as 10s, 5m or 1h30m"};
  }
  return std::chrono::milliseconds(*milliseconds);
}

std::string PrintDuration(std::chrono::milliseconds duration) {
  std::int64_t rest = duration.count();
  if (rest == 0) return "0s";
  std::string text;
  for (const Unit& unit : kUnits) {
    if (unit.only_when_exact && rest % unit.milliseconds != 0) continue;
    const std::int64_t count = rest / unit.milliseconds;
    if (count == 0) continue;
    text += std::to_string(count);
    text += unit.label;
    rest -= count * unit.milliseconds;
  }
  return text;
}

}  // namespace stapling::exporter
