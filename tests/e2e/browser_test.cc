// The page in a real browser: somebody types a target, reads the verdict, and follows the links.
//
// The screenshots stay in the build directory, for people to look at.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/e2e/browser.h"
#include "tests/e2e/running_demo.h"

namespace stapling::testing {
namespace {

constexpr const char* kTarget = "//input[@name='target']";
constexpr const char* kHostname = "//input[@name='hostname']";
constexpr const char* kModule = "//select[@name='module']";
constexpr const char* kProbe = "//button[text()='Probe']";
constexpr const char* kTitle = "OCSP stapling exporter";

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The row of the i-th recent probe with this target, from 1.
std::string RowOf(const std::string& target, unsigned i = 1) {
  return "(//tbody/tr[th[contains(., '" + target + "')]])[" + std::to_string(i) + "]";
}

class BrowserTest : public ::testing::TestWithParam<Scripts> {
 protected:
  void SetUp() override {
    demo_ = RunningDemo::Start();
    ASSERT_NE(demo_, nullptr);
    browser_ = Browser::Start(GetParam());
    ASSERT_NE(browser_, nullptr);
  }

  void OpenHome() { browser_->Open("http://" + demo_->exporter() + "/"); }

  void Submit(const std::string& target, const std::string& hostname = {}) {
    OpenHome();
    browser_->Click(std::string(kModule) + "/option[.='demo']");
    browser_->Type(kTarget, target);
    if (!hostname.empty()) browser_->Type(kHostname, hostname);
    browser_->Click(kProbe);
  }

  void ExpectNoComplaints() { EXPECT_EQ(browser_->Complaints(), std::vector<std::string>{}); }

  std::unique_ptr<RunningDemo> demo_;
  std::unique_ptr<Browser> browser_;
};

// What makes the other tests of a browser without scripts mean something.
TEST_P(BrowserTest, RunsScriptsOnlyWhereTheyAreOn) {
  browser_->Open("data:text/html,<title>off</title><script>document.title = 'on'</script>");
  EXPECT_EQ(browser_->Title(), GetParam() == Scripts::kOn ? "on" : "off");
}

TEST_P(BrowserTest, LeadsFromTheFormToVerdictLogAndEvidence) {
  const std::string target = demo_->AddressOf("expired");
  Submit(target);
  const std::string result = browser_->Text();
  EXPECT_TRUE(Contains(result, "Logs for the probe:")) << result;
  EXPECT_TRUE(Contains(result, "verdict=expired")) << result;
  EXPECT_TRUE(Contains(result, "Reason: The response expired")) << result;
  EXPECT_TRUE(Contains(result, "\nprobe_success 0\n")) << result;

  browser_->Back();
  OpenHome();
  EXPECT_EQ(browser_->Text("//h2[@id='failed']"), "Recent probes that failed: 1");
  const std::string row = RowOf(target);
  EXPECT_TRUE(Contains(browser_->Text(row + "/td[@data-label='Verdict']"), "expired"));
  EXPECT_TRUE(Contains(browser_->Text(row + "/td[@data-label='Time left']"), "ended 1 day"));
  EXPECT_TRUE(Contains(browser_->Text(row + "/td[@data-label='Reason']"), "The response expired"));

  browser_->Click(row + "//a[.='log']");
  EXPECT_TRUE(Contains(browser_->Text(), "Verdict: expired")) << browser_->Text();
  browser_->Back();
  browser_->Click(row + "//a[.='evidence']");
  EXPECT_TRUE(Contains(browser_->Text(), "-----BEGIN OCSP RESPONSE-----")) << browser_->Text();
  browser_->Back();
  browser_->Click(row + "//a[.='again']");
  EXPECT_TRUE(Contains(browser_->Text(), "verdict=expired")) << browser_->Text();
  OpenHome();
  EXPECT_EQ(browser_->Count("//tbody/tr"), 2U);
  browser_->Click("//a[.='Metrics of the exporter']");
  EXPECT_TRUE(Contains(browser_->Text(), "ocsp_stapling_exporter_build_info")) << browser_->Text();
  ExpectNoComplaints();
}

struct Markup {
  const char* name;
  const char* path;  // of the target's URL: kept as it is written
};

constexpr Markup kMarkups[] = {
    {"script", "<script>document.title='owned'</script>"},
    {"image", "\"><img src=x onerror=document.title='owned'>"},
    {"single_quote", "' onfocus='document.title=1' autofocus='"},
    {"entity", "&lt;b&gt;&amp;"},
    {"end_of_table", "</th></tr></table><h1>owned</h1>"},
};

TEST_P(BrowserTest, MarkupInATargetStaysText) {
  for (const Markup& markup : kMarkups) {
    SCOPED_TRACE(markup.name);
    const std::string target = "https://" + demo_->AddressOf("revoked") + "/" + markup.path;
    Submit(target);
    EXPECT_TRUE(Contains(browser_->Text(), "verdict=revoked")) << browser_->Text();
    OpenHome();
    EXPECT_EQ(browser_->Text("(//tbody/tr)[1]/th"), target);
    EXPECT_EQ(browser_->Title(), kTitle);
    EXPECT_EQ(browser_->Count("//script | //img | //tbody//b | //tbody//h1 | //*[@onfocus]"), 0U);
    browser_->Click("(//tbody/tr)[1]//a[.='log']");
    EXPECT_TRUE(Contains(browser_->Text(), target)) << browser_->Text();
    EXPECT_EQ(browser_->Count("//script | //img"), 0U);
  }
  ExpectNoComplaints();
}

// It is no host name: the sentence that says so is text as well.
TEST_P(BrowserTest, MarkupInAHostnameStaysText) {
  Submit(demo_->AddressOf("good"), "\"><img src=x onerror=alert(1)>");
  EXPECT_TRUE(Contains(browser_->Text(), "The hostname \"?><img src=x onerror=alert(1)>\" is"))
      << browser_->Text();
  EXPECT_EQ(browser_->Count("//img"), 0U);
}

INSTANTIATE_TEST_SUITE_P(Scripts, BrowserTest, ::testing::Values(Scripts::kOn, Scripts::kOff),
                         [](const auto& row) { return row.param == Scripts::kOn ? "On" : "Off"; });

// The size that the header of a PNG states; the other test fails if it is none.
std::pair<std::uint32_t, std::uint32_t> SizeOfPng(const std::string& png) {
  const auto number = [&](std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = at; i < at + 4; ++i)
      value = value << 8U | static_cast<std::uint8_t>(png[i]);
    return value;
  };
  if (png.size() < 24 || !png.starts_with("\x89PNG\r\n\x1a\n")) return {0, 0};
  return {number(16), number(20)};
}

struct View {
  const char* name;
  Scheme scheme;
  unsigned width;
  unsigned height;
};

constexpr View kViews[] = {
    {"light", Scheme::kLight, 1400, 1200},
    {"dark", Scheme::kDark, 1400, 1200},
    {"phone", Scheme::kLight, 400, 1600},
    {"phone_dark", Scheme::kDark, 400, 1600},
};

TEST(BrowserViewTest, FitsIntoEveryWindow) {
  const auto demo = RunningDemo::Start();
  const auto browser = Browser::Start(Scripts::kOn);
  ASSERT_TRUE(demo != nullptr && browser != nullptr);
  const std::string exporter = "http://" + demo->exporter() + "/";
  for (const char* server : {"good", "missing", "good_chain", "expired", "unauthorized_signer",
                             "issuer_unknown", "revoked"}) {
    browser->Open(exporter + "probe?module=demo&target=" + demo->AddressOf(server));
  }
  browser->Open(exporter + "probe?module=demo&target=127.0.0.1:1");
  browser->Open(exporter + "probe?module=demo&hostname=other.example&target=https://" +
                demo->AddressOf("good") + "/" + std::string(120, 'x'));
  std::filesystem::create_directories(SCREENSHOT_DIRECTORY);
  for (const View& view : kViews) {
    SCOPED_TRACE(view.name);
    browser->Show(view.scheme, view.width, view.height);
    browser->Open(exporter);
    EXPECT_EQ(browser->Overflow(), 0);
    const std::string png = browser->Screenshot();
    EXPECT_EQ(SizeOfPng(png), (std::pair<std::uint32_t, std::uint32_t>(view.width, view.height)));
    EXPECT_GT(png.size(), 10'000U);
    std::ofstream(std::string(SCREENSHOT_DIRECTORY "/home_") + view.name + ".png", std::ios::binary)
        << png;
  }
  EXPECT_EQ(browser->Complaints(), std::vector<std::string>{});
}

}  // namespace
}  // namespace stapling::testing
