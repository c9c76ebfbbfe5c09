#include "exporter/page/probe_page.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "exporter/page/config_page.h"

namespace stapling::exporter {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr std::chrono::sys_seconds kTime{1'795'165'200s};  // 2026-11-20T09:00:00Z

HistoryEntry BadEntry() {
  HistoryEntry entry;
  entry.target = "leaf.test:8443";
  entry.module = "tls";
  entry.time = kTime;
  entry.verdict = Verdict::kExpired;
  entry.reason = "It expired.";
  entry.remedy = "Fetch a new one.";
  entry.log = "msg=\"probe started\"\n";
  entry.metrics = "probe_success 0\n";
  entry.evidence = "=== 1 of 1\n";
  return entry;
}

std::string HeaderOf(const Response& response, const std::string& name) {
  const auto found = std::ranges::find_if(response.headers,
                                          [&](const auto& header) { return header.first == name; });
  return found == response.headers.end() ? "" : found->second;
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

Request With(std::vector<std::pair<std::string, std::string>> query) {
  Request request;
  request.query = std::move(query);
  return request;
}

TEST(LogsPageTest, ShowsTheProbe) {
  History history(10);
  HistoryEntry entry = BadEntry();
  entry.success = true;
  entry.verdict = Verdict::kGood;
  entry.reason = "It is good.";
  entry.remedy = entry.evidence = "";
  const std::string id = history.Add(entry);
  const Response response = LogsPage(With({{"id", id}}), history);
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
            "probe_success 0\n");
}

TEST(LogsPageTest, LeadsToTheEvidence) {
  History history(10);
  const std::string id = history.Add(BadEntry());
  const Response response = LogsPage(With({{"id", id}}), history);
  EXPECT_TRUE(Contains(response.body,
                       "\nReason:   It expired.\nNext:     Fetch a new one.\nEvidence: staple?id=" +
                           id + "\n\nLogs"))
      << response.body;
}

TEST(StaplePageTest, IsTheHeadingAndTheEvidence) {
  History history(10);
  HistoryEntry entry = BadEntry();
  entry.target = "leaf.test:8443\n-----BEGIN";
  entry.hostname = "other.test";
  const std::string id = history.Add(entry);
  const Response response = StaplePage(With({{"id", id}}), history);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(HeaderOf(response, "Content-Disposition"), "inline; filename=\"evidence.txt\"");
  EXPECT_EQ(response.body,
            "Target:   leaf.test:8443\uFFFD-----BEGIN\n"
            "Hostname: other.test\n"
            "Module:   tls\n"
            "Time:     2026-11-20T09:00:00Z\n"
            "Result:   failure\n"
            "Verdict:  expired\n"
            "Reason:   It expired.\n"
            "Next:     Fetch a new one.\n"
            "\n"
            "=== 1 of 1\n");
}

struct NoneRow {
  const char* name;
  bool success;
  const char* sentence;
};

TEST(StaplePageTest, SaysWhyThereIsNone) {
  for (const NoneRow& row :
       {NoneRow{"good", true,
                "The probe found nothing but good staples, of which no evidence is kept.\n"},
        NoneRow{"unreachable", false,
                "The probe failed before it saw a certificate, so there is no evidence.\n"}}) {
    History history(10);
    HistoryEntry entry = BadEntry();
    entry.success = row.success;
    entry.evidence.clear();
    const Response response = StaplePage(With({{"id", history.Add(entry)}}), history);
    EXPECT_EQ(response.status, 404) << row.name;
    EXPECT_EQ(response.body, row.sentence) << row.name;
  }
}

struct PageRow {
  const char* name;
  Response (*page)(const Request&, const History&);
};

class ProbePageTest : public ::testing::TestWithParam<PageRow> {};

TEST_P(ProbePageTest, UnknownId) {
  const History history(10);
  const Response response = GetParam().page(With({{"id", "<b>"}}), history);
  EXPECT_EQ(response.status, 404);
  EXPECT_TRUE(Contains(response.body, "not on this replica")) << response.body;
  EXPECT_FALSE(Contains(response.body, "<b>"));
}

TEST_P(ProbePageTest, IdMustBeGivenOnce) {
  const History history(10);
  EXPECT_EQ(GetParam().page(With({}), history).status, 400);
  EXPECT_EQ(GetParam().page(With({{"id", "a"}, {"id", "b"}}), history).status, 400);
}

INSTANTIATE_TEST_SUITE_P(Both, ProbePageTest,
                         ::testing::Values(PageRow{"Logs", LogsPage},
                                           PageRow{"Staple", StaplePage}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(ConfigPageTest, IsYaml) {
  const Response response = ConfigPage(BuiltInConfiguration());
  EXPECT_EQ(response.content_type, "text/plain; charset=utf-8");
  EXPECT_TRUE(Contains(response.body, "modules:\n")) << response.body;
}

}  // namespace
}  // namespace stapling::exporter
