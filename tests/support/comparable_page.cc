#include "tests/support/comparable_page.h"

#include <algorithm>
#include <array>
#include <span>
#include <sstream>
#include <string_view>

namespace stapling::testing {
namespace {

constexpr std::array<std::string_view, 2> kOfLibrary = {"probe_tls_library_info",
                                                        "ocsp_staple_accepted_by_library"};
constexpr std::array<std::string_view, 9> kOfTheMoment = {
    "probe_duration_seconds",        "probe_dns_lookup_time_seconds",
    "probe_phase_duration_seconds",  "ocsp_staple_age_seconds",
    "ocsp_staple_remaining_seconds", "ocsp_staple_lifetime_used_ratio",
    "ocsp_staple_lag_seconds",       "ocsp_responder_cache_age_seconds",
    "ocsp_crl_cache_age_seconds"};
constexpr std::array<std::string_view, 6> kOfTheStaple = {
    "ocsp_staple_this_update_timestamp_seconds", "ocsp_staple_next_update_timestamp_seconds",
    "ocsp_staple_produced_at_timestamp_seconds", "ocsp_staple_effective_expiry_timestamp_seconds",
    "ocsp_staple_revoked_at_timestamp_seconds",  "ocsp_staple_size_bytes"};

bool Holds(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool IsComment(std::string_view line) { return line.starts_with("# "); }

// Of a sample, a HELP or a TYPE line.
std::string_view MetricOf(std::string_view line) {
  if (IsComment(line))
    line.remove_prefix(std::min(line.size(), std::string_view("# HELP ").size()));
  return line.substr(0, line.find_first_of("{ "));
}

}  // namespace

std::string WithoutLibrary(const std::string& page) {
  std::istringstream lines(page);
  std::string without;
  for (std::string line; std::getline(lines, line);) {
    if (!Holds(kOfLibrary, MetricOf(line))) without += line + "\n";
  }
  return without;
}

std::string ComparablePage(const std::string& page, ServerStaples staples) {
  std::istringstream lines(WithoutLibrary(page));
  std::string comparable;
  for (std::string line; std::getline(lines, line);) {
    const std::string_view metric = MetricOf(line);
    const bool any = Holds(kOfTheMoment, metric) ||
                     (staples == ServerStaples::kMadeAnew && Holds(kOfTheStaple, metric));
    if (any && !IsComment(line)) line.replace(line.rfind(' '), std::string::npos, " <any>");
    comparable += line + "\n";
  }
  return comparable;
}

}  // namespace stapling::testing
