#include "exporter/page/probe_page.h"

#include <memory>
#include <string>
#include <variant>

#include "core/x509/text.h"
#include "core/x509/time.h"
#include "exporter/escape.h"
#include "exporter/folded_text.h"
#include "exporter/page/failure_text.h"
#include "exporter/page/frame.h"

namespace stapling::exporter {
namespace {

using EntryPtr = std::shared_ptr<const HistoryEntry>;

std::variant<EntryPtr, Response> Find(const Request& request, const History& history) {
  const auto ids = request.QueryValues("id");
  if (ids.size() != 1) return TextResponse(400, "The parameter id must be given once.");
  if (auto entry = history.Find(std::string(ids.front()))) return entry;
  return TextResponse(404,
                      "There is no such probe: it is forgotten, or it was made elsewhere and is "
                      "not on this replica.");
}

// Why there is no verdict stands in its place.
std::string VerdictText(const HistoryEntry& entry) {
  if (entry.verdict) return std::string(Describe(*entry.verdict).label);
  return FailureText(entry.failure);
}

std::string Heading(const HistoryEntry& entry) {
  const std::string hostname =
      entry.hostname.empty() ? "" : "\nHostname: " + CleanText(entry.hostname);
  const std::string remedy = entry.remedy.empty() ? "" : "\nNext:     " + CleanText(entry.remedy);
  return FoldedText("Target:   " + CleanText(entry.target) + hostname + "\nModule:   " +
                    CleanText(entry.module) + "\nTime:     " + ToRfc3339(entry.time) +
                    "\nResult:   " + (entry.success ? "success" : "failure") + "\nVerdict:  " +
                    VerdictText(entry) + "\nReason:   " + CleanText(entry.reason) + remedy + "\n");
}

}  // namespace

Response LogsPage(const Request& request, const History& history) {
  const auto found = Find(request, history);
  if (const auto* refusal = std::get_if<Response>(&found)) return *refusal;
  const HistoryEntry& entry = *std::get<EntryPtr>(found);
  const std::string evidence =
      entry.evidence.empty() ? "" : "Evidence: staple?id=" + entry.id + "\n";
  return PlainPage(Heading(entry) + evidence + "\nLogs for the probe:\n" + CleanLines(entry.log) +
                   "\nMetrics that were returned:\n" + entry.metrics);
}

Response StaplePage(const Request& request, const History& history) {
  const auto found = Find(request, history);
  if (const auto* refusal = std::get_if<Response>(&found)) return *refusal;
  const HistoryEntry& entry = *std::get<EntryPtr>(found);
  if (entry.evidence.empty()) {
    return TextResponse(404, entry.success
                                 ? "The probe found nothing but good staples, of which no evidence "
                                   "is kept."
                                 : "The probe failed before it saw a certificate, so there is no "
                                   "evidence.");
  }
  Response response = PlainPage(Heading(entry) + "\n" + entry.evidence);
  // So that a browser saves it under the name that its command lines have.
  response.headers.emplace_back("Content-Disposition", "inline; filename=\"evidence.txt\"");
  return response;
}

}  // namespace stapling::exporter
