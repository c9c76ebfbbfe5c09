// What a person sees: the page, the log of a probe, the configuration, and debug=true.

#include <gtest/gtest.h>

#include <string>

#include "tests/integration/scrape.h"
#include "tests/support/tls_server.h"

namespace stapling::testing {
namespace {

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The first id that the page links to.
std::string FirstId(const std::string& page) {
  constexpr std::string_view kLink = "href=\"logs?id=";
  const std::size_t start = page.find(kLink);
  if (start == std::string::npos) return {};
  return page.substr(start + kLink.size(),
                     page.find('"', start + kLink.size()) - start - kLink.size());
}

class PagesTest : public ::testing::Test {
 protected:
  PagesTest() {
    auto server =
        TlsServer::Start({.chain = site_.Chain(), .staples = {BuildOcspResponse(site_.Good())}});
    if (server) server_ = std::move(server).value();
    auto exporter = Exporter::Start(ModuleTrusting(site_.CaFile()));
    if (exporter) exporter_ = std::move(exporter).value();
  }
  void SetUp() override {
    ASSERT_NE(server_, nullptr);
    ASSERT_NE(exporter_, nullptr);
  }

  const Site site_;
  std::unique_ptr<TlsServer> server_;
  std::unique_ptr<Exporter> exporter_;
};

TEST_F(PagesTest, EachHasItsContentType) {
  constexpr const char* kPlain = "text/plain; charset=utf-8";
  constexpr const char* kMetrics = "text/plain; version=0.0.4; charset=utf-8";
  const std::string probe = "/probe?target=" + server_->Target();
  for (const auto& [path, type] :
       {std::pair<std::string, const char*>{"/", "text/html; charset=utf-8"},
        {"/metrics", kMetrics},
        {probe, kMetrics},
        {probe + "&debug=true", kPlain},
        {"/config", kPlain},
        {"/-/healthy", kPlain},
        {"/-/ready", kPlain}}) {
    const HttpResponse answer = exporter_->Get(path);
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_EQ(answer.headers.at("content-type"), type) << path;
  }
}

TEST_F(PagesTest, DebugTellsTheWholeStory) {
  const std::string text = exporter_->Probe({.target = server_->Target(), .debug = true}).body;
  SCOPED_TRACE(text);
  EXPECT_TRUE(text.starts_with("Logs for the probe:\n"));
  EXPECT_TRUE(Contains(text, "\nMetrics that would have been returned:\n"));
  EXPECT_TRUE(Contains(text, "\nprobe_success 1\n"));
  EXPECT_TRUE(Contains(text, "\nModule configuration:\n"));
  EXPECT_TRUE(Contains(text, "ca_file: \"" + site_.CaFile() + "\"\n"));
}

TEST_F(PagesTest, HomeListsProbesAndLeadsToTheirLogs) {
  EXPECT_TRUE(Contains(exporter_->Get("/").body, "No probe was made yet."));
  static_cast<void>(exporter_->Probe({.target = server_->Target()}));
  const std::string home = exporter_->Get("/").body;
  EXPECT_TRUE(Contains(home, "<th scope=\"row\">" + server_->Target() + "<small>by test</small>"))
      << home;
  EXPECT_TRUE(Contains(home, "</span> good</span>")) << home;
  const std::string id = FirstId(home);
  EXPECT_EQ(id.size(), 32) << home;
  const HttpResponse log = exporter_->Get("/logs?id=" + id);
  EXPECT_EQ(log.status, 200);
  EXPECT_TRUE(Contains(log.body, server_->Target())) << log.body;
  EXPECT_TRUE(Contains(log.body, "\nResult:   success\nVerdict:  good\n")) << log.body;
  EXPECT_TRUE(Contains(log.body, "\nprobe_success 1\n")) << log.body;
}

// What follows the host of a URL is kept as it was written.
TEST_F(PagesTest, TargetWithMarkupIsShownAsText) {
  const std::string target = "https://" + server_->Target() + "/<script>alert('1')</script>";
  const HttpResponse page = exporter_->Probe({.target = target});
  EXPECT_EQ(Samples(page.body).Value("probe_success"), 1) << page.body;
  const HttpResponse home = exporter_->Get("/");
  EXPECT_FALSE(Contains(home.body, "<script")) << home.body;
  EXPECT_TRUE(Contains(home.body, "/&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;<small>"))
      << home.body;
  EXPECT_TRUE(home.headers.at("content-security-policy").starts_with("default-src 'none';"));
  EXPECT_EQ(exporter_->Get("/logs?id=" + FirstId(home.body)).headers.at("content-type"),
            "text/plain; charset=utf-8");
}

TEST_F(PagesTest, ConfigCanBeReadBack) {
  const std::string printed = exporter_->Get("/config").body;
  EXPECT_TRUE(Contains(printed, "default_module: test\n")) << printed;
  const auto again = Exporter::Start(printed);
  ASSERT_TRUE(again) << again.error();
  EXPECT_EQ((*again)->Get("/config").body, printed);
}

TEST_F(PagesTest, HostnameParameterIsTheNameThatIsAskedFor) {
  const auto probe = [&](const std::string& hostname) {
    return Samples(exporter_->Probe({.target = server_->Target(), .hostname = hostname}).body);
  };
  const Samples right = probe("leaf.test");
  EXPECT_EQ(right.Value("probe_success"), 1);
  const Samples wrong = probe("other.test");
  EXPECT_EQ(FailureOf(wrong), "judge/hostname_mismatch");
  EXPECT_EQ(wrong.Value("probe_tls_hostname_valid"), 0);
  EXPECT_EQ(wrong.Value("probe_tls_chain_valid"), 1);
  EXPECT_EQ(VerdictOf(wrong), "good");
  ASSERT_TRUE(server_->WaitForFinished(2));
  EXPECT_EQ(server_->Connections()[0].hello.server_name, "leaf.test");
  EXPECT_EQ(server_->Connections()[1].hello.server_name, "other.test");
}

}  // namespace
}  // namespace stapling::testing
