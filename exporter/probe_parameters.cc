#include "exporter/probe_parameters.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "core/net/ip_address.h"
#include "exporter/escape.h"

namespace stapling::exporter {
namespace {

using Seconds = std::chrono::duration<double>;

struct Parameter {
  std::string_view name;
  Rejection rejection;
};

constexpr Parameter kTarget{"target", Rejection::kBadTarget};
constexpr Parameter kModule{"module", Rejection::kUnknownModule};
constexpr Parameter kHostname{"hostname", Rejection::kBadTarget};
constexpr Parameter kDebug{"debug", Rejection::kBadTarget};

// The value, empty if there is none. Which of two would count is anybody's guess, so it is asked.
std::variant<std::string, ProbeRefusal> Only(const Request& request, const Parameter& parameter) {
  const auto values = request.QueryValues(parameter.name);
  if (values.size() > 1) {
    return ProbeRefusal{parameter.rejection, "The parameter " + std::string(parameter.name) +
                                                 " is given more than once."};
  }
  return values.empty() ? std::string() : std::string(values.front());
}

// Fills `into`, or returns what is wrong.
std::optional<ProbeRefusal> Take(const Request& request, const Parameter& parameter,
                                 std::string& into) {
  auto value = Only(request, parameter);
  if (auto* refusal = std::get_if<ProbeRefusal>(&value)) return std::move(*refusal);
  into = std::get<std::string>(std::move(value));
  return std::nullopt;
}

std::optional<double> ParsePositive(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  // A half of what is not normal may be 0.
  if (!whole || !std::isnormal(value) || value < 0) return std::nullopt;
  return value;
}

}  // namespace

std::variant<ProbeParameters, ProbeRefusal> ParseProbeParameters(const Request& request) {
  ProbeParameters parameters;
  std::string target;
  std::string debug;
  for (auto [parameter, into] : {std::pair{&kTarget, &target},
                                 {&kModule, &parameters.module},
                                 {&kHostname, &parameters.hostname},
                                 {&kDebug, &debug}}) {
    if (auto refusal = Take(request, *parameter, *into)) return std::move(*refusal);
  }
  if (target.empty()) {
    return ProbeRefusal{Rejection::kBadTarget, "The parameter target is missing."};
  }
  auto parsed = ParseTarget(target);
  if (!parsed) return ProbeRefusal{Rejection::kBadTarget, parsed.error()};
  parameters.target = std::move(parsed).value();
  const std::string& hostname = parameters.hostname;
  if (!hostname.empty() && !IsHostName(hostname) && !IpAddress::Parse(hostname)) {
    return ProbeRefusal{Rejection::kBadTarget, "The hostname " + Quote(hostname) +
                                                   " is neither a host name nor an IP address."};
  }
  parameters.debug = debug == "true";
  return parameters;
}

std::variant<Seconds, ProbeRefusal> ProbeTimeout(const Request& request,
                                                 std::chrono::milliseconds module_timeout,
                                                 Seconds offset) {
  constexpr std::string_view kHeader = "X-Prometheus-Scrape-Timeout-Seconds";
  const auto header = request.Header(kHeader);
  if (!header) return Seconds(module_timeout);
  const auto granted = ParsePositive(*header);
  if (!granted) {
    return ProbeRefusal{Rejection::kBadTimeout, "The header " + std::string(kHeader) + " is " +
                                                    Quote(*header) +
                                                    ", not a positive finite number of seconds."};
  }
  const Seconds usable(*granted > offset.count() ? *granted - offset.count() : *granted / 2);
  return std::min(usable, Seconds(module_timeout));
}

}  // namespace stapling::exporter
