#include "tests/integration/samples.h"

#include <array>
#include <charconv>
#include <sstream>

namespace stapling::testing {
namespace {

struct Line {
  std::string series;
  std::string value;
};

// Nothing for comments and empty lines. Labels may hold spaces, a value does not.
std::optional<Line> ParseLine(const std::string& line) {
  const std::size_t space = line.rfind(' ');
  if (line.empty() || line.front() == '#' || space == std::string::npos) return std::nullopt;
  return Line{line.substr(0, space), line.substr(space + 1)};
}

std::string_view NameOf(std::string_view series) { return series.substr(0, series.find('{')); }

// The value of a label, quotes left out; empty if there is none.
std::string_view Label(std::string_view series, const std::string& label) {
  for (const char before : {'{', ','}) {
    const std::string start = before + label + "=\"";
    const std::size_t at = series.find(start);
    if (at == std::string_view::npos) continue;
    const std::string_view rest = series.substr(at + start.size());
    return rest.substr(0, rest.find('"'));
  }
  return {};
}

bool IsVolatileValue(std::string_view name) {
  constexpr std::array<std::string_view, 5> kSuffixes = {
      "_timestamp_seconds", "_age_seconds", "_remaining_seconds", "_size_bytes", "_used_ratio"};
  constexpr std::array<std::string_view, 4> kNames = {
      "probe_duration_seconds", "probe_dns_lookup_time_seconds", "probe_phase_duration_seconds",
      "probe_ssl_earliest_cert_expiry"};
  for (const std::string_view suffix : kSuffixes) {
    if (name.ends_with(suffix)) return true;
  }
  for (const std::string_view each : kNames) {
    if (name == each) return true;
  }
  return false;
}

std::string MaskLabels(std::string series) {
  for (const char* label : {"fingerprint_sha256", "serialnumber", "serial"}) {
    const std::string_view value = Label(series, label);
    if (value.empty()) continue;
    const auto at = static_cast<std::size_t>(value.data() - series.data());
    series.replace(at, value.size(), "<any>");
  }
  return series;
}

}  // namespace

Samples::Samples(std::string_view text) {
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    const auto parsed = ParseLine(line);
    if (!parsed) continue;
    double value = 0;
    const std::string& digits = parsed->value;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    values_[parsed->series] = value;
  }
}

std::optional<double> Samples::Value(const std::string& series) const {
  const auto found = values_.find(series);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

bool Samples::Has(std::string_view name) const {
  for (const auto& [series, value] : values_) {
    if (NameOf(series) == name) return true;
  }
  return false;
}

std::string Samples::LabelOf(const std::string& name, const std::string& label) const {
  std::string found;
  int count = 0;
  for (const auto& [series, value] : values_) {
    if (NameOf(series) != name || value != 1) continue;
    found = Label(series, label);
    ++count;
  }
  return count == 1 ? found : "";
}

std::string FailureOf(const Samples& samples) {
  if (!samples.Has("probe_failure_info")) return {};
  return samples.LabelOf("probe_failure_info", "phase") + "/" +
         samples.LabelOf("probe_failure_info", "reason");
}

std::string VerdictOf(const Samples& samples, unsigned depth) {
  constexpr std::array<const char*, 17> kVerdicts = {"missing",
                                                     "malformed",
                                                     "responder_error",
                                                     "issuer_unknown",
                                                     "wrong_certificate",
                                                     "critical_extension",
                                                     "bad_signature",
                                                     "unauthorized_signer",
                                                     "signer_expired",
                                                     "not_yet_valid",
                                                     "expired",
                                                     "too_old",
                                                     "no_next_update",
                                                     "produced_at_out_of_range",
                                                     "revoked",
                                                     "unknown",
                                                     "good"};
  std::string found;
  for (const char* verdict : kVerdicts) {
    const auto value = samples.Value("ocsp_staple_verdict_info{depth=\"" + std::to_string(depth) +
                                     "\",verdict=\"" + verdict + "\"}");
    if (value) found += (found.empty() ? "" : " and ") + std::string(verdict);
  }
  return found;
}

std::string MaskVolatile(std::string_view text) {
  std::istringstream lines{std::string(text)};
  std::string masked;
  for (std::string line; std::getline(lines, line);) {
    const auto parsed = ParseLine(line);
    if (!parsed) {
      masked += line + "\n";
      continue;
    }
    const bool hide = IsVolatileValue(NameOf(parsed->series));
    masked += MaskLabels(parsed->series) + " " + (hide ? "<any>" : parsed->value) + "\n";
  }
  return masked;
}

}  // namespace stapling::testing
