#include "tests/soak/outcome.h"

#include <string_view>

namespace stapling::testing {
namespace {

// The value of a label, quotes left out; empty if there is none. No value that is looked for here
// has a quote in it.
std::string_view Label(std::string_view series, std::string_view start) {
  const std::size_t at = series.find(start);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = series.substr(at + start.size());
  return rest.substr(0, rest.find('"'));
}

void Join(std::string& to, const std::string& more) {
  if (to.empty()) {
    to = more;
  } else if (to != more) {
    to += " and " + more;
  }
}

void ReadLine(std::string_view line, Outcome& outcome) {
  if (line.starts_with("probe_success ")) {
    outcome.success = line == "probe_success 1";
  } else if (line.starts_with("ocsp_staple_verdict_info{")) {
    if (Label(line, "depth=\"") != "0") return;
    Join(outcome.verdict, std::string(Label(line, "verdict=\"")));
  } else if (line.starts_with("probe_failure_info{")) {
    Join(outcome.failure,
         std::string(Label(line, "phase=\"")) + "/" + std::string(Label(line, "reason=\"")));
  }
}

}  // namespace

Outcome ReadOutcome(const HttpResponse& answer) {
  Outcome outcome{.status = answer.status};
  std::string_view rest = answer.body;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    ReadLine(rest.substr(0, end), outcome);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return outcome;
}

std::string Words(const Outcome& outcome) {
  std::string words = std::to_string(outcome.status);
  if (outcome.success) words += *outcome.success ? ", success 1" : ", success 0";
  if (!outcome.verdict.empty()) words += ", verdict " + outcome.verdict;
  if (!outcome.failure.empty()) words += ", failure " + outcome.failure;
  return words;
}

}  // namespace stapling::testing
