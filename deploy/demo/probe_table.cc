#include "deploy/demo/probe_table.h"

#include <iomanip>
#include <sstream>

#include "core/net/target.h"
#include "tests/support/http_get.h"

namespace stapling::demo {
namespace {

constexpr int kPortWidth = 6;
constexpr int kVerdictWidth = 25;
constexpr int kExpectedWidth = 9;
constexpr int kSuccessWidth = 17;

// The lines of one metric in the text format, without its name.
std::vector<std::string> SamplesOf(const std::string& text, const std::string& metric) {
  std::vector<std::string> samples;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(metric)) continue;
    const std::string rest = line.substr(metric.size());
    if (rest.starts_with('{') || rest.starts_with(' ')) samples.push_back(rest);
  }
  return samples;
}

// The label's value; the labels of interest hold plain words.
std::string LabelOf(const std::string& sample, const std::string& name) {
  const std::string opening = name + "=\"";
  const std::size_t start = sample.find(opening);
  if (start == std::string::npos) return {};
  const std::size_t from = start + opening.size();
  return sample.substr(from, sample.find('"', from) - from);
}

Probed ReadProbe(const std::string& text) {
  Probed probed;
  for (const std::string& sample : SamplesOf(text, "ocsp_staple_verdict_info")) {
    if (LabelOf(sample, "depth") == "0") probed.verdict = LabelOf(sample, "verdict");
  }
  for (const std::string& sample : SamplesOf(text, "probe_failure_info")) {
    probed.failure = LabelOf(sample, "reason");
  }
  for (const std::string& sample : SamplesOf(text, "probe_success")) {
    probed.success = sample.substr(sample.rfind(' ') + 1);
  }
  return probed;
}

std::string Cell(const std::string& text, int width) {
  std::ostringstream cell;
  cell << std::left << std::setw(width) << text;
  return cell.str();
}

std::string Coloured(const std::string& text, bool good, Style style) {
  if (style == Style::kPlain) return text;
  return (good ? "\033[32m" : "\033[31m") + text + "\033[0m";
}

std::string SuccessText(std::string_view success, std::string_view failure) {
  return std::string(success) + " " + std::string(failure);
}

void PrintHeading(std::ostream& out) {
  out << Cell("PORT", kPortWidth) << Cell("VERDICT", kVerdictWidth)
      << Cell("EXPECTED", kExpectedWidth) << Cell("PROBE_SUCCESS", kSuccessWidth)
      << "WHAT THE SERVER STAPLES\n";
}

void PrintRow(const std::string& address, const DemoServer& server, const Probed& probed,
              Style style, std::ostream& out) {
  const bool expected = IsAsExpected(probed, server);
  const std::string verdict = probed.verdict.empty() ? "(none)" : probed.verdict;
  out << Cell(address.substr(address.rfind(':') + 1), kPortWidth)
      << Coloured(Cell(verdict, kVerdictWidth), probed.success == "1", style)
      << Coloured(Cell(expected ? "yes" : "NO", kExpectedWidth), expected, style)
      << Cell(SuccessText(probed.success, probed.failure), kSuccessWidth) << server.story << "\n";
  if (!expected) {
    out << Cell("", kPortWidth) << "expected: " << server.verdict << ", probe_success "
        << SuccessText(server.failure.empty() ? "1" : "0", server.failure) << "\n";
  }
  out << std::flush;
}

}  // namespace

Result<Probed> ProbeThrough(const std::string& exporter, const std::string& target,
                            std::string_view module) {
  const Result<Target> server = ParseTarget(exporter);
  if (!server) return Error{server.error()};
  const std::string path =
      "/probe?target=" + testing::UrlEncode(target) + "&module=" + testing::UrlEncode(module);
  const auto response = testing::SendHttp(
      {.address = server->host, .port = server->port.value_or(6960), .path = path});
  if (!response) return Error{response.error()};
  if (response->status != 200) {
    return Error{exporter + " answered " + std::to_string(response->status) + ": " +
                 response->body};
  }
  return ReadProbe(response->body);
}

bool IsAsExpected(const Probed& probed, const DemoServer& server) {
  return probed.verdict == server.verdict && probed.failure == server.failure &&
         probed.success == (server.failure.empty() ? "1" : "0");
}

std::string ModuleFor(const DemoServer& server, Library library) {
  std::string module(server.module);
  if (library == Library::kGnutls) module += kGnutlsSuffix;
  return module;
}

Result<int> PrintProbeTable(const std::string& exporter, const std::vector<std::string>& addresses,
                            Library library, Style style, std::ostream& out) {
  PrintHeading(out);
  int surprises = 0;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const DemoServer& server = DemoServers()[i];
    const Result<Probed> probed = ProbeThrough(exporter, addresses[i], ModuleFor(server, library));
    if (!probed) return Error{probed.error()};
    if (!IsAsExpected(*probed, server)) ++surprises;
    PrintRow(addresses[i], server, *probed, style, out);
  }
  return surprises;
}

}  // namespace stapling::demo
