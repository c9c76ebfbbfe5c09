#include "exporter/page.h"

#include <openssl/evp.h>

#include <array>
#include <string_view>
#include <utility>

#include "core/base64.h"
#include "core/x509/text.h"
#include "core/x509/time.h"
#include "exporter/duration_text.h"
#include "exporter/escape.h"

namespace stapling::exporter {
namespace {

using std::chrono::sys_seconds;

constexpr std::string_view kStyle = R"(
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; }
form, nav { margin: 1rem 0; }
form > label, nav > a { margin-right: 1rem; }
input[name=target] { width: 22rem; max-width: 100%; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #ccc; padding: .3rem .6rem; text-align: left; }
td { vertical-align: top; overflow-wrap: anywhere; }
.good { color: #06603a; font-weight: bold; }
.bad { color: #a3121f; font-weight: bold; }
)";

// The style may be used because its hash is known; nothing else may.
std::string StyleHash() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(kStyle.data(), kStyle.size(), digest.data(), &length, EVP_sha256(), nullptr) !=
      1) {
    return {};
  }
  return Base64({digest.data(), length});
}

void AddSecurityHeaders(Response& response) {
  static const std::string policy =
      "default-src 'none'; style-src 'sha256-" + StyleHash() +
      "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
  response.headers.emplace_back("Content-Security-Policy", policy);
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("X-Frame-Options", "DENY");
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  response.headers.emplace_back("Cache-Control", "no-store");
}

std::string Clean(std::string_view text) { return EscapeHtml(CleanText(text)); }

std::string Cell(const std::string& html) { return "<td>" + html + "</td>"; }

std::string Link(const std::string& reference, const std::string& html) {
  return "<a href=\"" + EscapeHtml(reference) + "\">" + html + "</a>";
}

std::string Form(const HomePageContent& content) {
  std::string options;
  if (content.default_module.empty()) options += "<option value=\"\"></option>";
  for (const std::string& module : content.modules) {
    options += std::string("<option") + (module == content.default_module ? " selected" : "") +
               ">" + Clean(module) + "</option>";
  }
  return "<form action=\"probe\" method=\"get\">\n"
         "<label>Target <input name=\"target\" placeholder=\"www.example.org:443\" required"
         " autofocus></label>\n"
         "<label>Module <select name=\"module\">" +
         options +
         "</select></label>\n"
         "<label><input type=\"checkbox\" name=\"debug\" value=\"true\" checked> with its log"
         "</label>\n"
         "<button>Probe</button>\n</form>\n";
}

std::string TimeLeft(const HistoryEntry& entry, sys_seconds now) {
  if (!entry.remaining) return "-";
  const sys_seconds end = entry.time + *entry.remaining;
  return end > now ? DurationText(end - now) : "ended " + RelativeText(end, now);
}

// Why there is no verdict stands in its place.
std::string VerdictText(const HistoryEntry& entry) {
  if (entry.verdict) return std::string(Describe(*entry.verdict).label);
  if (!entry.failure) return "-";
  return std::string(Describe(entry.failure->phase).label) + ": " +
         std::string(Describe(entry.failure->reason).label);
}

std::string ProbeAgain(const HistoryEntry& entry) {
  std::string reference =
      "probe?target=" + EscapeQuery(entry.target) + "&module=" + EscapeQuery(entry.module);
  if (!entry.hostname.empty()) reference += "&hostname=" + EscapeQuery(entry.hostname);
  return reference + "&debug=true";
}

std::string Row(const HistoryEntry& entry, sys_seconds now) {
  const std::string result =
      entry.success ? "<span class=\"good\">OK</span>" : "<span class=\"bad\">FAILED</span>";
  return "<tr>" + Cell(ToRfc3339(entry.time)) + Cell(Clean(entry.target)) +
         Cell(Clean(entry.module)) + Cell(result) + Cell(VerdictText(entry)) +
         Cell(TimeLeft(entry, now)) + Cell(Clean(entry.reason)) +
         Cell(Link("logs?id=" + EscapeQuery(entry.id), "log") + " " +
              Link(ProbeAgain(entry), "again")) +
         "</tr>\n";
}

std::string Table(const HomePageContent& content) {
  if (content.recent.empty()) return "<p>No probe was made yet.</p>\n";
  std::string rows;
  for (const auto& entry : content.recent) rows += Row(*entry, content.now);
  return "<table>\n<thead><tr><th>Time</th><th>Target</th><th>Module</th><th>Result</th>"
         "<th>Leaf's staple</th><th>Time "
         "left</th><th>Reason</th><th></th></tr></thead>\n<tbody>\n" +
         rows + "</tbody>\n</table>\n";
}

Response PlainText(std::string body) {
  Response response;
  response.body = std::move(body);
  AddSecurityHeaders(response);
  return response;
}

}  // namespace

Response HomePage(const HomePageContent& content) {
  Response response;
  response.content_type = "text/html; charset=utf-8";
  response.body =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>OCSP stapling exporter</title>\n<style>" +
      std::string(kStyle) +
      "</style>\n</head>\n<body>\n<h1>OCSP stapling exporter</h1>\n"
      "<p>Would a strict client accept the revocation proof that a TLS server staples, and for how "
      "much longer?</p>\n" +
      Form(content) +
      "<nav><a href=\"metrics\">Metrics of the exporter</a><a href=\"config\">Configuration</a>"
      "</nav>\n<h2>Recent probes</h2>\n" +
      Table(content) + "</body>\n</html>\n";
  AddSecurityHeaders(response);
  return response;
}

Response LogsPage(const Request& request, const History& history) {
  const auto ids = request.QueryValues("id");
  if (ids.size() != 1) return TextResponse(400, "The parameter id must be given once.");
  const auto entry = history.Find(std::string(ids.front()));
  if (!entry) {
    return TextResponse(404,
                        "There is no such probe: it is forgotten, or it was made elsewhere and is "
                        "not on this replica.");
  }
  return PlainText("Target:   " + CleanText(entry->target) + "\nModule:   " +
                   CleanText(entry->module) + "\nTime:     " + ToRfc3339(entry->time) +
                   "\nResult:   " + (entry->success ? "success" : "failure") +
                   "\nVerdict:  " + VerdictText(*entry) +
                   "\nReason:   " + CleanText(entry->reason) + "\n\nLogs for the probe:\n" +
                   CleanLines(entry->log) + "\nMetrics that were returned:\n" + entry->metrics);
}

Response ConfigPage(const Configuration& configuration) {
  return PlainText(PrintYaml(configuration));
}

}  // namespace stapling::exporter
