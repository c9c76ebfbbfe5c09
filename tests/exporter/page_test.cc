#include "exporter/page.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "core/module.h"

namespace stapling::exporter {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr std::chrono::sys_seconds kNow{1'795'168'800s};  // 2026-11-20T10:00:00Z

HistoryEntry GoodEntry() {
  HistoryEntry entry;
  entry.id = "0123456789abcdef0123456789abcdef";
  entry.target = "leaf.test:8443";
  entry.module = "tls";
  entry.time = kNow - 1h;
  entry.success = true;
  entry.verdict = Verdict::kGood;
  entry.remaining = 25h;
  entry.reason = "It is good.";
  entry.log = "msg=\"probe started\"\n";
  entry.metrics = "probe_success 1\n";
  return entry;
}

HomePageContent Content(std::vector<HistoryEntry> entries = {}) {
  HomePageContent content{
      .modules = {"tls", "other"}, .default_module = "tls", .recent = {}, .now = kNow};
  for (HistoryEntry& entry : entries) {
    content.recent.push_back(std::make_shared<const HistoryEntry>(std::move(entry)));
  }
  return content;
}

std::string HeaderOf(const Response& response, const std::string& name) {
  const auto found = std::find_if(response.headers.begin(), response.headers.end(),
                                  [&](const auto& header) { return header.first == name; });
  return found == response.headers.end() ? "" : found->second;
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(HomePageTest, FormOffersTheModules) {
  const Response response = HomePage(Content());
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "text/html; charset=utf-8");
  EXPECT_TRUE(Contains(response.body, "<form action=\"probe\" method=\"get\">"));
  EXPECT_TRUE(Contains(response.body, "<option selected>tls</option><option>other</option>"));
  EXPECT_TRUE(Contains(response.body, "No probe was made yet."));
}

TEST(HomePageTest, WithoutADefaultNoModuleIsChosen) {
  HomePageContent content = Content();
  content.default_module.clear();
  EXPECT_TRUE(Contains(HomePage(content).body,
                       "<option value=\"\"></option><option>tls</option><option>other</option>"));
}

TEST(HomePageTest, RowSaysWhatMatters) {
  const std::string body = HomePage(Content({GoodEntry()})).body;
  EXPECT_TRUE(Contains(body,
                       "<tr><td>2026-11-20T09:00:00Z</td><td>leaf.test:8443</td><td>tls</td>"
                       "<td><span class=\"good\">OK</span></td><td>good</td><td>1 day</td>"
                       "<td>It is good.</td>"
                       "<td><a href=\"logs?id=0123456789abcdef0123456789abcdef\">log</a> "
                       "<a href=\"probe?target=leaf.test%3A8443&amp;module=tls&amp;debug=true\">"
                       "again</a></td></tr>"))
      << body;
}

TEST(HomePageTest, FailureWithoutAVerdictShowsPhaseAndReason) {
  HistoryEntry entry = GoodEntry();
  entry.success = false;
  entry.verdict = {};
  entry.remaining = {};
  entry.failure = Failure{Phase::kConnect, Reason::kRefused, ""};
  EXPECT_TRUE(Contains(HomePage(Content({entry})).body,
                       "<td><span class=\"bad\">FAILED</span></td><td>connect: refused</td>"
                       "<td>-</td>"));
}

TEST(HomePageTest, ExpiredStapleEndedAWhileAgo) {
  HistoryEntry entry = GoodEntry();
  entry.verdict = Verdict::kExpired;
  entry.remaining = -50h;
  EXPECT_TRUE(Contains(HomePage(Content({entry})).body,
                       "<td>expired</td><td>ended 2 days 3 hours ago</td>"));
}

TEST(HomePageTest, StrangersTextIsEscaped) {
  HistoryEntry entry = GoodEntry();
  entry.target = "https://a.test/\"><script>alert(1)</script>";
  entry.hostname = "b\"&c";
  entry.reason = "signed by CN=<img src=x>\x1b\xFF";
  const std::string body = HomePage(Content({entry})).body;
  EXPECT_FALSE(Contains(body, "<script"));
  EXPECT_FALSE(Contains(body, "<img"));
  EXPECT_FALSE(Contains(body, "\x1b"));
  EXPECT_FALSE(Contains(body, "\xFF"));
  EXPECT_TRUE(Contains(body, "&lt;script&gt;alert(1)&lt;/script&gt;"));
  EXPECT_TRUE(Contains(body,
                       "target=https%3A%2F%2Fa.test%2F%22%3E%3Cscript%3Ealert%281%29%3C%2Fscript%3E"
                       "&amp;module=tls&amp;hostname=b%22%26c&amp;debug=true"));
}

TEST(HomePageTest, LinksAreRelativeAndNothingIsLoaded) {
  const std::string body = HomePage(Content({GoodEntry()})).body;
  for (const char* absolute :
       {"href=\"/", "action=\"/", "href=\"http", "src=", "@import", "url("}) {
    EXPECT_FALSE(Contains(body, absolute)) << absolute;
  }
  EXPECT_TRUE(Contains(body, "href=\"metrics\""));
  EXPECT_TRUE(Contains(body, "href=\"config\""));
}

TEST(HomePageTest, BrowsersAreToldToBeStrict) {
  const Response response = HomePage(Content());
  const std::string policy = HeaderOf(response, "Content-Security-Policy");
  EXPECT_TRUE(policy.starts_with("default-src 'none'; style-src 'sha256-")) << policy;
  EXPECT_TRUE(Contains(policy, "='; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"))
      << policy;
  EXPECT_EQ(HeaderOf(response, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(HeaderOf(response, "X-Frame-Options"), "DENY");
  EXPECT_EQ(HeaderOf(response, "Referrer-Policy"), "no-referrer");
}

Request LogsRequest(std::vector<std::pair<std::string, std::string>> query) {
  Request request;
  request.query = std::move(query);
  return request;
}

TEST(LogsPageTest, ShowsTheProbe) {
  History history(10);
  history.Add(GoodEntry());
  const Response response = LogsPage(LogsRequest({{"id", history.Recent()[0]->id}}), history);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(HeaderOf(response, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(response.body,
            "Target:   leaf.test:8443\n"
            "Module:   tls\n"
            "Time:     2026-11-20T09:00:00Z\n"
            "Result:   success\n"
            "Verdict:  good\n"
            "Reason:   It is good.\n"
            "\n"
            "Logs for the probe:\n"
            "msg=\"probe started\"\n"
            "\n"
            "Metrics that were returned:\n"
            "probe_success 1\n");
}

TEST(LogsPageTest, UnknownId) {
  const History history(10);
  const Response response = LogsPage(LogsRequest({{"id", "<b>"}}), history);
  EXPECT_EQ(response.status, 404);
  EXPECT_TRUE(Contains(response.body, "not on this replica")) << response.body;
  EXPECT_FALSE(Contains(response.body, "<b>"));
}

TEST(LogsPageTest, IdMustBeGivenOnce) {
  const History history(10);
  EXPECT_EQ(LogsPage(LogsRequest({}), history).status, 400);
  EXPECT_EQ(LogsPage(LogsRequest({{"id", "a"}, {"id", "b"}}), history).status, 400);
}

TEST(ConfigPageTest, IsYaml) {
  const Response response = ConfigPage(BuiltInConfiguration());
  EXPECT_EQ(response.content_type, "text/plain; charset=utf-8");
  EXPECT_TRUE(Contains(response.body, "modules:\n")) << response.body;
}

}  // namespace
}  // namespace stapling::exporter
