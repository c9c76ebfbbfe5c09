#include "exporter/duration_text.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace stapling::exporter {
namespace {

struct Unit {
  std::int64_t seconds;
  std::string_view name;
};

constexpr std::array kUnits{Unit{86400, "day"}, Unit{3600, "hour"}, Unit{60, "minute"},
                            Unit{1, "second"}};

std::string Count(std::int64_t count, std::string_view name) {
  return std::to_string(count) + " " + std::string(name) + (count == 1 ? "" : "s");
}

}  // namespace

std::string DurationText(std::chrono::seconds span) {
  std::int64_t left = span.count() < 0 ? -span.count() : span.count();
  for (std::size_t index = 0; index < kUnits.size(); ++index) {
    const Unit& unit = kUnits.at(index);
    if (left < unit.seconds) continue;
    std::string text = Count(left / unit.seconds, unit.name);
    left %= unit.seconds;
    if (index + 1 < kUnits.size()) {
      const Unit& next = kUnits.at(index + 1);
      if (left >= next.seconds) text += " " + Count(left / next.seconds, next.name);
    }
    return text;
  }
  return "0 seconds";
}

std::string RelativeText(std::chrono::sys_seconds instant, std::chrono::sys_seconds now) {
  if (instant == now) return "now";
  return instant > now ? "in " + DurationText(instant - now) : DurationText(now - instant) + " ago";
}

}  // namespace stapling::exporter
