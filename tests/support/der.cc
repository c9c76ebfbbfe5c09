#include "tests/support/der.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace stapling::testing::der {
namespace {

constexpr std::uint8_t kConstructed = 0x20;
constexpr std::uint8_t kContextSpecific = 0x80;
constexpr std::uint8_t kSequence = 0x10 | kConstructed;
constexpr std::uint8_t kSet = 0x11 | kConstructed;

void AppendLength(Bytes& to, std::size_t length) {
  if (length < 0x80) {
    to.push_back(static_cast<std::uint8_t>(length));
    return;
  }
  int octets = 0;
  for (std::size_t rest = length; rest != 0; rest >>= 8) ++octets;
  to.push_back(static_cast<std::uint8_t>(0x80 | octets));
  for (int i = octets - 1; i >= 0; --i) {
    to.push_back(static_cast<std::uint8_t>((length >> (8 * i)) & 0xff));
  }
}

void AppendBase128(Bytes& to, std::uint64_t arc) {
  int groups = 1;
  for (std::uint64_t rest = arc >> 7; rest != 0; rest >>= 7) ++groups;
  for (int i = groups - 1; i >= 0; --i) {
    const auto group = static_cast<std::uint8_t>((arc >> (7 * i)) & 0x7f);
    to.push_back(i == 0 ? group : static_cast<std::uint8_t>(group | 0x80));
  }
}

struct CalendarTime {
  int year;
  unsigned month, day;
  int hour, minute, second;
};

CalendarTime ToCalendar(std::chrono::sys_seconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count())};
}

std::string FormatTime(const CalendarTime& t, bool two_digit_year) {
  std::array<char, 64> text{};
  const int size = two_digit_year
                       ? std::snprintf(text.data(), text.size(), "%02d%02u%02u%02d%02d%02dZ",
                                       t.year % 100, t.month, t.day, t.hour, t.minute, t.second)
                       : std::snprintf(text.data(), text.size(), "%04d%02u%02u%02d%02d%02dZ",
                                       t.year, t.month, t.day, t.hour, t.minute, t.second);
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace

Bytes Element(std::uint8_t tag, const Bytes& content) {
  Bytes element{tag};
  AppendLength(element, content.size());
  Append(element, content);
  return element;
}

Bytes Sequence(std::initializer_list<Bytes> elements) { return SequenceOf(elements); }

Bytes SequenceOf(const std::vector<Bytes>& elements) {
  Bytes content;
  for (const Bytes& element : elements) Append(content, element);
  return Element(kSequence, content);
}

Bytes Set(std::initializer_list<Bytes> elements) {
  Bytes content;
  for (const Bytes& element : elements) Append(content, element);
  return Element(kSet, content);
}

Bytes Explicit(std::uint8_t number, const Bytes& element) {
  return Element(static_cast<std::uint8_t>(kContextSpecific | kConstructed | number), element);
}

Bytes Implicit(std::uint8_t number, const Bytes& content) {
  return Element(static_cast<std::uint8_t>(kContextSpecific | number), content);
}

Bytes Boolean(bool value) { return Element(0x01, {static_cast<std::uint8_t>(value ? 0xff : 0)}); }

Bytes Integer(std::int64_t value) {
  Bytes content;
  for (int shift = 56; shift >= 0; shift -= 8) {
    content.push_back(static_cast<std::uint8_t>((value >> shift) & 0xff));
  }
  // Two's complement without redundant leading octets.
  while (content.size() > 1 && ((content[0] == 0x00 && (content[1] & 0x80) == 0) ||
                                (content[0] == 0xff && (content[1] & 0x80) != 0))) {
    content.erase(content.begin());
  }
  return Element(0x02, content);
}

Bytes UnsignedInteger(const Bytes& magnitude) {
  Bytes content = magnitude;
  if (content.empty() || (content[0] & 0x80) != 0) content.insert(content.begin(), 0);
  return Element(0x02, content);
}

Bytes Enumerated(std::uint8_t value) {
  Bytes content{value};
  if ((value & 0x80) != 0) content.insert(content.begin(), 0);
  return Element(0x0a, content);
}

Bytes Null() { return Element(0x05, {}); }

Bytes Oid(std::string_view dotted) {
  std::vector<std::uint64_t> arcs;
  const char* at = dotted.data();
  const char* const end = dotted.data() + dotted.size();
  while (at < end) {
    std::uint64_t arc = 0;
    at = std::from_chars(at, end, arc).ptr + 1;
    arcs.push_back(arc);
  }
  Bytes content;
  if (arcs.size() >= 2) AppendBase128(content, (arcs[0] * 40) + arcs[1]);
  for (std::size_t i = 2; i < arcs.size(); ++i) AppendBase128(content, arcs[i]);
  return Element(0x06, content);
}

Bytes OctetString(const Bytes& content) { return Element(0x04, content); }

Bytes BitString(const Bytes& content, std::uint8_t unused_bits) {
  Bytes with_count{unused_bits};
  Append(with_count, content);
  return Element(0x03, with_count);
}

Bytes Text(std::uint8_t tag, std::string_view text) { return Element(tag, ToBytes(text)); }

Bytes GeneralizedTime(std::chrono::sys_seconds time) {
  return Text(kGeneralizedTime, FormatTime(ToCalendar(time), false));
}

Bytes CertificateTime(std::chrono::sys_seconds time) {
  const CalendarTime calendar = ToCalendar(time);
  if (calendar.year < 1950 || calendar.year > 2049) return GeneralizedTime(time);
  return Text(kUtcTime, FormatTime(calendar, true));
}

}  // namespace stapling::testing::der
