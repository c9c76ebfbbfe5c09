#include "exporter/page/home_page.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "exporter/version.h"

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
  HomePageContent content{.modules = {"tls", "other"},
                          .default_module = "tls",
                          .recent = {},
                          .now = kNow,
                          .started = kNow - 50h};
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
  EXPECT_TRUE(
      Contains(body,
               "<tr><th scope=\"row\">leaf.test:8443<small>by tls</small></th>"
               "<td data-label=\"Verdict\"><div><span class=\"good\">"
               "<span aria-hidden=\"true\">&#10003;</span> good</span></div></td>"
               "<td data-label=\"Time left\"><div>1 day</div></td>"
               "<td data-label=\"Reason\"><div>It is good.</div></td>"
               "<td data-label=\"Probed\"><div><time datetime=\"2026-11-20T09:00:00Z\">"
               "2026-11-20T09:00:00Z</time><small>1 hour ago</small></div></td>"
               "<td data-label=\"More\"><div>"
               "<a href=\"logs?id=0123456789abcdef0123456789abcdef\">log</a> "
               "<a href=\"probe?target=leaf.test%3A8443&amp;module=tls&amp;debug=true\">again</a>"
               "</div></td></tr>"))
      << body;
}

TEST(HomePageTest, FailedProbesComeFirstAndAreCounted) {
  HistoryEntry bad = GoodEntry();
  bad.success = false;
  const std::string body = HomePage(Content({GoodEntry(), bad, GoodEntry(), bad, bad})).body;
  const std::size_t failed = body.find(
      "<h2 id=\"failed\">Recent probes that failed: 3</h2>\n"
      "<table aria-labelledby=\"failed\">\n<thead><tr><th scope=\"col\">Target</th>");
  const std::size_t succeeded =
      body.find("<h2 id=\"succeeded\">Recent probes that succeeded: 2</h2>");
  EXPECT_NE(failed, std::string::npos) << body;
  EXPECT_LT(failed, succeeded);
  EXPECT_NE(succeeded, std::string::npos);
}

TEST(HomePageTest, TellsVersionAndUptime) {
  EXPECT_TRUE(
      Contains(HomePage(Content()).body, "Version " + Version() + ", running for 2 days 2 hours."));
}

TEST(HomePageTest, BadStapleLeadsToItsEvidenceAndTheNextStep) {
  HistoryEntry entry = GoodEntry();
  entry.success = false;
  entry.verdict = Verdict::kExpired;
  entry.remedy = "Fetch a new one.";
  entry.evidence = "PEM";
  const std::string body = HomePage(Content({entry})).body;
  EXPECT_TRUE(
      Contains(body, "<a href=\"staple?id=0123456789abcdef0123456789abcdef\">evidence</a>"));
  EXPECT_TRUE(Contains(body, "It is good.<small>Fetch a new one.</small>")) << body;
}

struct OutcomeRow {
  const char* name;
  bool success;
  std::optional<Verdict> verdict;
  std::optional<Failure> failure;
  const char* html;
  ExitStatus status = ExitStatus::kGood;
  const char* concern = "";
};

// What is wrong, at a glance and not by colour alone.
const OutcomeRow kOutcomes[] = {
    {"NoConnection",
     false,
     {},
     Failure{Phase::kConnect, Reason::kRefused, ""},
     "<span class=\"bad\"><span aria-hidden=\"true\">&#10007;</span> connect: refused</span>"},
    {"ABadChain",
     false,
     {},
     Failure{Phase::kJudge, Reason::kChainInvalid, ""},
     "<span class=\"bad\"><span aria-hidden=\"true\">&#10007;</span> judge: chain_invalid</span>"},
    {"BadStaple", false, Verdict::kRevoked, Failure{Phase::kJudge, Reason::kRevoked, ""},
     "<span class=\"bad\"><span aria-hidden=\"true\">&#10007;</span> revoked</span>"},
    {"Good",
     true,
     Verdict::kGood,
     {},
     "<span class=\"good\"><span aria-hidden=\"true\">&#10003;</span> good</span>"},
    {"AnotherCombinationLacksWhatIsExpected",
     true,
     Verdict::kGood,
     {},
     "<span class=\"warning\"><span aria-hidden=\"true\">!</span> missing</span>",
     ExitStatus::kWarning,
     "missing"},
    {"TheCaContradicts",
     true,
     Verdict::kGood,
     {},
     "<span class=\"bad\"><span aria-hidden=\"true\">&#10007;</span> schemes_disagree</span>",
     ExitStatus::kCritical,
     "schemes_disagree"},
    {"NoStapleAndNoneRequired", true, Verdict::kMissing, {}, "<div>missing</div>"},
};

TEST(HomePageTest, VerdictColumnSaysWhatIsWrong) {
  for (const OutcomeRow& row : kOutcomes) {
    HistoryEntry entry = GoodEntry();
    entry.success = row.success;
    entry.verdict = row.verdict;
    entry.failure = row.failure;
    entry.status = row.status;
    entry.concern = row.concern;
    const std::string body = HomePage(Content({entry})).body;
    EXPECT_TRUE(Contains(body, row.html)) << row.name << body;
  }
}

TEST(HomePageTest, ExpiredStapleEndedAWhileAgo) {
  HistoryEntry entry = GoodEntry();
  entry.verdict = Verdict::kExpired;
  entry.remaining = -50h;
  EXPECT_TRUE(Contains(HomePage(Content({entry})).body, "<div>ended 2 days 3 hours ago</div>"));
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
  EXPECT_TRUE(Contains(body, "<small>by tls as b&quot;&amp;c</small>"));
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

}  // namespace
}  // namespace stapling::exporter
