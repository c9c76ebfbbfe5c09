#include <algorithm>
#include <array>
#include <charconv>

#include "exporter/web/bcrypt.h"
#include "exporter/web/go_duration.h"
#include "exporter/web/section.h"
#include "exporter/web/web_keys.h"

namespace stapling::exporter {
namespace {

// A header that may be set, and the values that it may have: none is any.
struct HeaderKey {
  std::string_view name;
  std::array<std::string_view, 2> values;
};

constexpr std::array<HeaderKey, 5> kHeaders = {{{"Content-Security-Policy", {}},
                                                {"Strict-Transport-Security", {}},
                                                {"X-Content-Type-Options", {"nosniff", ""}},
                                                {"X-Frame-Options", {"deny", "sameorigin"}},
                                                {"X-XSS-Protection", {}}}};

// A value that YAML folded over several lines goes over the wire as one.
std::string OneLine(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  const std::size_t end = text.find_last_not_of(' ');
  return text.substr(0, end == std::string::npos ? 0 : end + 1);
}

void ReadHeader(const YamlEntry& entry, HeaderList& headers) {
  const auto known = std::ranges::find(kHeaders, entry.key, &HeaderKey::name);
  if (known == kHeaders.end()) {
    std::vector<std::string_view> names;
    names.reserve(kHeaders.size());
    for (const HeaderKey& each : kHeaders) names.push_back(each.name);
    throw YamlError(entry.line, "the header \"" + CleanText(entry.key) + "\" cannot be configured" +
                                    Suggestion(entry.key, names));
  }
  if (entry.value.kind == YamlNode::Kind::kNull) return;
  const std::string no_directory;
  const Value value{entry.value, known->name, no_directory};
  const std::string text = OneLine(ReadText(value));
  const auto& [first, second] = known->values;
  if (!first.empty() && text != first && text != second) {
    value.Fail("must be " + std::string(first) + (second.empty() ? "" : " or ") +
               std::string(second) + ", not \"" + CleanText(text) + "\"");
  }
  if (!text.empty()) headers.emplace_back(known->name, text);
}

void ReadHeaders(const Value& value, WebConfig& config) {
  if (value.node.kind != YamlNode::Kind::kMapping) value.Fail("must be a mapping");
  for (const YamlEntry& entry : value.node.entries) ReadHeader(entry, config.headers);
}

constexpr std::array<SectionKey<WebConfig>, 2> kHttpKeys = {{
    {"http2", [](const Value& v, WebConfig& c) { c.http2_wanted = ReadSwitch(v); }},
    {"headers", ReadHeaders},
}};

void ReadInterval(const Value& value, RateLimit& limit) {
  const std::string text = ReadText(value);
  const auto interval = ParseGoDuration(text);
  if (!interval) {
    value.Fail("must be a duration such as 1s or 100ms, not \"" + CleanText(text) + "\"");
  }
  limit.interval = *interval;
}

void ReadBurst(const Value& value, RateLimit& limit) {
  const std::string text = ReadText(value);
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, limit.burst);
  if (error != std::errc() || stop != end) {
    value.Fail("must be a number that is not negative, not \"" + CleanText(text) + "\"");
  }
}

constexpr std::array<SectionKey<RateLimit>, 2> kRateKeys = {
    {{"interval", ReadInterval}, {"burst", ReadBurst}}};

}  // namespace

void ReadHttpServerConfig(const YamlEntry& section, WebConfig& config) {
  ReadSection<WebConfig>(section, {}, kHttpKeys, config);
}

// No error quotes a value: it may be a password that was not hashed.
void ReadBasicAuthUsers(const YamlEntry& section, WebConfig& config) {
  if (!IsGiven(section)) return;
  for (const YamlEntry& user : section.value.entries) {
    const std::string name = "the password of \"" + CleanText(user.key) + "\" in basic_auth_users";
    if (user.value.kind != YamlNode::Kind::kScalar || !IsBcryptHash(user.value.scalar)) {
      throw YamlError(user.line, name + " is not a bcrypt hash; htpasswd -B makes one");
    }
    config.users[user.key] = user.value.scalar;
  }
}

void ReadRateLimit(const YamlEntry& section, WebConfig& config) {
  ReadSection<RateLimit>(section, {}, kRateKeys, config.rate_limit);
}

}  // namespace stapling::exporter
