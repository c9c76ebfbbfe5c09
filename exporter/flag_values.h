// Readers of flag values: each checks a text and puts the value where it goes, or completes the
// sentence that begins with the flag's name.
//
// Targets must outlive the command line.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/command_line.h"
#include "exporter/config/duration.h"
#include "exporter/escape.h"

namespace stapling::exporter {

template <typename T>
struct Word {
  std::string_view text;
  T value;
};

// `words` must be static.
template <typename T, std::size_t N>
CommandLine::Read OneOf(const std::array<Word<T>, N>& words, T& target) {
  return [&words, &target](const std::string& value) -> std::optional<Error> {
    std::string known;
    for (const auto& word : words) {
      if (word.text == value) {
        target = word.value;
        return std::nullopt;
      }
      known += (known.empty() ? "" : ", ") + std::string(word.text);
    }
    return Error{"must be one of " + known + ", not " + Quote(value)};
  };
}

enum class Zero { kAllowed, kRefused };

// Counted in Span, which the value must be a whole number of.
template <typename Span, typename Target>
CommandLine::Read Duration(Target& target, Zero zero) {
  return [&target, zero](const std::string& value) -> std::optional<Error> {
    const auto duration = ParseDuration(value);
    if (!duration) return Error{"is wrong: " + duration.error()};
    if (zero == Zero::kRefused && duration->count() == 0) return Error{"must be more than 0s"};
    const auto whole = std::chrono::floor<Span>(*duration);
    if (whole != *duration) return Error{"must be whole seconds"};
    target = whole;
    return std::nullopt;
  };
}

CommandLine::Read Text(std::string& target);

// Decimal digits only; `smallest` to `largest`.
CommandLine::Read Count(std::size_t& target, std::size_t smallest, std::size_t largest);

// Finite and not negative.
CommandLine::Read Seconds(std::chrono::duration<double>& target);

// More than 0, at most 1.
CommandLine::Read Ratio(double& target);

CommandLine::Read Instant(std::optional<std::chrono::sys_seconds>& target);

// As "" or "/prefix".
CommandLine::Read RoutePrefix(std::optional<std::string>& target);

CommandLine::Read ExternalUrl(std::string& target);

// Replaces what `target` holds.
CommandLine::Read ListenAddresses(std::vector<std::string>& target);

// The path of http[s]://HOST[:PORT][/PATH], as a route prefix; nullopt for anything else.
std::optional<std::string> PathOfUrl(std::string_view url);

}  // namespace stapling::exporter
