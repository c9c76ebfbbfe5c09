#include "exporter/flag_values.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/x509/time.h"
#include "exporter/http/listen_address.h"

namespace stapling::exporter {
namespace {

std::optional<double> ParseNumber(const std::string& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (!std::isfinite(number)) return std::nullopt;
  return number;
}

// What can stand in the path of a URL as it is.
bool IsPath(std::string_view text) {
  constexpr std::string_view kPunctuation = "/-._~!$&'()*+,;=:@";
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kPunctuation.find(c) != std::string_view::npos;
  });
}

// "" or "/a/b".
std::string TrimSlashes(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  return path.empty() ? std::string() : "/" + std::string(path);
}

}  // namespace

CommandLine::Read Text(std::string& target) {
  return [&target](const std::string& value) -> std::optional<Error> {
    target = value;
    return std::nullopt;
  };
}

CommandLine::Read Count(std::size_t& target, std::size_t smallest, std::size_t largest) {
  return [&target, smallest, largest](const std::string& value) -> std::optional<Error> {
    std::size_t count = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), count);
    if (error == std::errc() && end == value.data() + value.size() && count >= smallest &&
        count <= largest) {
      target = count;
      return std::nullopt;
    }
    return Error{"must be a number from " + std::to_string(smallest) + " to " +
                 std::to_string(largest) + ", not " + Quote(value)};
  };
}

CommandLine::Read Seconds(std::chrono::duration<double>& target) {
  return [&target](const std::string& value) -> std::optional<Error> {
    const auto seconds = ParseNumber(value);
    if (!seconds || *seconds < 0) {
      return Error{"must be a number of seconds that is not negative, not " + Quote(value)};
    }
    target = std::chrono::duration<double>(*seconds);
    return std::nullopt;
  };
}

CommandLine::Read Ratio(double& target) {
  return [&target](const std::string& value) -> std::optional<Error> {
    const auto ratio = ParseNumber(value);
    if (!ratio || *ratio <= 0 || *ratio > 1) {
      return Error{"must be more than 0 and at most 1, not " + Quote(value)};
    }
    target = *ratio;
    return std::nullopt;
  };
}

CommandLine::Read Instant(std::optional<std::chrono::sys_seconds>& target) {
  return [&target](const std::string& value) -> std::optional<Error> {
    target = ParseInstant(value);
    if (target) return std::nullopt;
    return Error{"must be Unix seconds or a time such as 2026-01-31T12:00:00Z, not " +
                 Quote(value)};
  };
}

CommandLine::Read RoutePrefix(std::optional<std::string>& target) {
  return [&target](const std::string& value) -> std::optional<Error> {
    if (!IsPath(value)) return Error{"must be a path such as /stapling, not " + Quote(value)};
    target = TrimSlashes(value);
    return std::nullopt;
  };
}

std::optional<std::string> PathOfUrl(std::string_view url) {
  const std::size_t scheme = url.starts_with("https://") ? 8 : 7;
  if (scheme == 7 && !url.starts_with("http://")) return std::nullopt;
  url.remove_prefix(scheme);
  const std::string_view authority = url.substr(0, url.find('/'));
  const std::string_view path = url.substr(authority.size());
  const bool readable = authority.find_first_of("?#@\\ \"<>") == std::string_view::npos;
  if (authority.empty() || !readable || !IsPath(path)) return std::nullopt;
  return TrimSlashes(path);
}

CommandLine::Read ExternalUrl(std::string& target) {
  return [&target](const std::string& value) -> std::optional<Error> {
    if (!value.empty() && !PathOfUrl(value)) {
      return Error{"must be a URL such as https://example.org/stapling, not " + Quote(value)};
    }
    target = value;
    return std::nullopt;
  };
}

CommandLine::Read ListenAddresses(std::vector<std::string>& target) {
  return [&target, first = true](const std::string& value) mutable -> std::optional<Error> {
    const auto address = ParseListenAddress(value);
    if (!address) return Error{"is wrong: " + address.error()};
    if (first) target.clear();
    first = false;
    target.push_back(value);
    return std::nullopt;
  };
}

}  // namespace stapling::exporter
