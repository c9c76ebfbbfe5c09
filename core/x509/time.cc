#include "core/x509/time.h"

#include <openssl/asn1.h>

#include <charconv>
#include <cstdio>
#include <string_view>

#include "core/x509/asn1_view.h"

namespace stapling {
namespace {

using std::chrono::sys_seconds;

// `count` decimal digits at `position`, which moves past them.
std::optional<int> Digits(std::string_view text, std::size_t& position, std::size_t count) {
  if (position + count > text.size()) return std::nullopt;
  int value = 0;
  for (const char digit : text.substr(position, count)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    value = value * 10 + (digit - '0');
  }
  position += count;
  return value;
}

std::optional<sys_seconds> Instant(int year, int month, int day, int hour, int minute, int second) {
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

// MMDDHHMMSS with `separators` between the parts, as "--T::" in RFC 3339 and "" in ASN.1.
std::optional<sys_seconds> RestOfInstant(int year, std::string_view text, std::size_t& position,
                                         bool separated) {
  const auto separator = [&](std::string_view allowed) {
    if (!separated) return true;
    return position < text.size() && allowed.find(text[position++]) != std::string_view::npos;
  };
  if (!separator("-")) return std::nullopt;
  const auto month = Digits(text, position, 2);
  if (!month || !separator("-")) return std::nullopt;
  const auto day = Digits(text, position, 2);
  if (!day || !separator("Tt ")) return std::nullopt;
  const auto hour = Digits(text, position, 2);
  if (!hour || !separator(":")) return std::nullopt;
  const auto minute = Digits(text, position, 2);
  if (!minute || !separator(":")) return std::nullopt;
  const auto second = Digits(text, position, 2);
  if (!second) return std::nullopt;
  return Instant(year, *month, *day, *hour, *minute, *second);
}

}  // namespace

std::optional<sys_seconds> ToInstant(const ASN1_TIME* time) {
  if (time == nullptr) return std::nullopt;
  return ToInstant(ViewOf(time), ASN1_STRING_type(time) == V_ASN1_GENERALIZEDTIME);
}

std::optional<sys_seconds> ToInstant(BytesView content, bool generalized) {
  const std::string_view text(reinterpret_cast<const char*>(content.data()), content.size());
  if (text.size() != (generalized ? 15 : 13) || text.back() != 'Z') return std::nullopt;
  std::size_t position = 0;
  auto year = Digits(text, position, generalized ? 4 : 2);
  if (!year) return std::nullopt;
  if (!generalized) *year += *year < 50 ? 2000 : 1900;  // RFC 5280 section 4.1.2.5.1
  return RestOfInstant(*year, text, position, false);
}

std::string ToRfc3339(sys_seconds instant) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(instant - day);
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

std::optional<sys_seconds> ParseInstant(const std::string& text) {
  std::int64_t unix_seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), unix_seconds);
  if (error == std::errc() && end == text.data() + text.size()) {
    constexpr std::int64_t kYear9999 = 253'402'300'799;
    if (unix_seconds < -kYear9999 || unix_seconds > kYear9999) return std::nullopt;
    return sys_seconds(std::chrono::seconds(unix_seconds));
  }

  std::size_t position = 0;
  const auto year = Digits(text, position, 4);
  if (!year) return std::nullopt;
  const auto local = RestOfInstant(*year, text, position, true);
  if (!local) return std::nullopt;
  if (position < text.size() && text[position] == '.') {  // fractions are cut off
    const std::size_t first = ++position;
    while (position < text.size() && text[position] >= '0' && text[position] <= '9') ++position;
    if (position == first) return std::nullopt;
  }
  const std::string_view zone = std::string_view(text).substr(position);
  if (zone == "Z" || zone == "z") return local;
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') {
    return std::nullopt;
  }
  std::size_t hour_at = 1;
  std::size_t minute_at = 4;
  const auto hours = Digits(zone, hour_at, 2);
  const auto minutes = Digits(zone, minute_at, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const auto offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return zone[0] == '+' ? *local - offset : *local + offset;
}

}  // namespace stapling
