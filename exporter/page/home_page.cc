#include "exporter/page/home_page.h"

#include <string_view>

#include "core/x509/time.h"
#include "exporter/duration_text.h"
#include "exporter/escape.h"
#include "exporter/page/failure_text.h"
#include "exporter/page/frame.h"
#include "exporter/version.h"

namespace stapling::exporter {
namespace {

using std::chrono::sys_seconds;

std::string Form(const HomePageContent& content) {
  std::string options;
  if (content.default_module.empty()) options += "<option value=\"\"></option>";
  for (const std::string& module : content.modules) {
    options += std::string("<option") + (module == content.default_module ? " selected" : "") +
               ">" + HtmlText(module) + "</option>";
  }
  const std::string plain = " autocapitalize=\"none\" autocomplete=\"off\" spellcheck=\"false\"";
  return "<form action=\"probe\" method=\"get\">\n"
         "<label>Target <input name=\"target\" placeholder=\"www.example.org:443\" required"
         " autofocus" +
         plain +
         "></label>\n"
         "<label>Module <select name=\"module\">" +
         options +
         "</select></label>\n"
         "<label>Server name, if another <input name=\"hostname\"" +
         plain +
         "></label>\n"
         "<label class=\"check\"><input type=\"checkbox\" name=\"debug\" value=\"true\" checked>"
         " with its log</label>\n"
         "<button>Probe</button>\n</form>\n";
}

// `label` stands before the cell where rows become cards.
std::string Cell(std::string_view label, const std::string& html) {
  return "<td data-label=\"" + std::string(label) + "\"><div>" + html + "</div></td>";
}

std::string Small(const std::string& html) {
  return html.empty() ? "" : "<small>" + html + "</small>";
}

// The verdict, or where there is none the phase that failed, and why.
std::string Outcome(const HistoryEntry& entry) {
  if (!entry.concern.empty()) return entry.concern;
  if (entry.verdict) return std::string(Describe(*entry.verdict).label);
  return FailureText(entry.failure);
}

// In words and a sign, not in colour alone. A staple may be missing where none is required.
std::string OutcomeHtml(const HistoryEntry& entry) {
  const std::string outcome = Outcome(entry);
  const auto marked = [&](std::string_view style, std::string_view sign) {
    return "<span class=\"" + std::string(style) + "\"><span aria-hidden=\"true\">" +
           std::string(sign) + "</span> " + outcome + "</span>";
  };
  if (!entry.success || entry.status >= ExitStatus::kCritical) return marked("bad", "&#10007;");
  if (entry.status != ExitStatus::kGood) return marked("warning", "!");
  return entry.verdict == Verdict::kGood ? marked("good", "&#10003;") : outcome;
}

std::string TimeLeft(const HistoryEntry& entry, sys_seconds now) {
  if (!entry.remaining) return "-";
  const sys_seconds end = entry.time + *entry.remaining;
  return end > now ? DurationText(end - now) : "ended " + RelativeText(end, now);
}

std::string ProbeAgain(const HistoryEntry& entry) {
  std::string reference =
      "probe?target=" + EscapeQuery(entry.target) + "&module=" + EscapeQuery(entry.module);
  if (!entry.hostname.empty()) reference += "&hostname=" + EscapeQuery(entry.hostname);
  return reference + "&debug=true";
}

std::string Links(const HistoryEntry& entry) {
  const std::string id = EscapeQuery(entry.id);
  std::string links = Link("logs?id=" + id, "log");
  if (!entry.evidence.empty()) links += " " + Link("staple?id=" + id, "evidence");
  return links + " " + Link(ProbeAgain(entry), "again");
}

std::string Row(const HistoryEntry& entry, sys_seconds now) {
  const std::string time = ToRfc3339(entry.time);
  const std::string asked_for = entry.hostname.empty() ? "" : " as " + HtmlText(entry.hostname);
  const std::string next_step = entry.success ? "" : Small(HtmlText(entry.remedy));
  return "<tr><th scope=\"row\">" + HtmlText(entry.target) +
         Small("by " + HtmlText(entry.module) + asked_for) + "</th>" +
         Cell("Verdict", OutcomeHtml(entry)) + Cell("Time left", TimeLeft(entry, now)) +
         Cell("Reason", HtmlText(entry.reason) + next_step) +
         Cell("Probed", "<time datetime=\"" + time + "\">" + time + "</time>" +
                            Small(RelativeText(entry.time, now))) +
         Cell("More", Links(entry)) + "</tr>\n";
}

std::string Section(std::string_view title, bool success, const HomePageContent& content) {
  std::string rows;
  std::size_t count = 0;
  for (const auto& entry : content.recent) {
    if (entry->success != success) continue;
    rows += Row(*entry, content.now);
    ++count;
  }
  if (count == 0) return {};
  std::string headings;
  for (const char* heading : {"Target", "Verdict", "Time left", "Reason", "Probed", "More"}) {
    headings += "<th scope=\"col\">" + std::string(heading) + "</th>";
  }
  const std::string id = success ? "succeeded" : "failed";
  return "<h2 id=\"" + id + "\">" + std::string(title) + ": " + std::to_string(count) +
         "</h2>\n<table aria-labelledby=\"" + id + "\">\n<thead><tr>" + headings +
         "</tr></thead>\n<tbody>\n" + rows + "</tbody>\n</table>\n";
}

std::string RecentProbes(const HomePageContent& content) {
  if (content.recent.empty()) return "<p>No probe was made yet.</p>\n";
  return Section("Recent probes that failed", false, content) +
         Section("Recent probes that succeeded", true, content);
}

}  // namespace

Response HomePage(const HomePageContent& content) {
  return HtmlPage(
      "<header>\n<h1>OCSP stapling exporter</h1>\n"
      "<p class=\"lead\">Would a strict client accept the revocation proof that a TLS server "
      "staples, and for how much longer?</p>\n</header>\n<main>\n" +
      Form(content) + RecentProbes(content) + "</main>\n<footer>\n<nav>" +
      Link("metrics", "Metrics of the exporter") + " " + Link("config", "Configuration") +
      "</nav>\n<p>Version " + HtmlText(Version()) + ", running for " +
      DurationText(content.now - content.started) + ".</p>\n</footer>\n");
}

}  // namespace stapling::exporter
