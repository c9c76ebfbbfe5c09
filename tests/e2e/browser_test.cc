// The page in a real browser: somebody types a target, reads the verdict, and follows the links.
//
// The screenshots stay in the build directory, for people to look at.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>

#include "tests/e2e/browser.h"
#include "tests/e2e/running_demo.h"
#include "tests/support/http_get.h"

namespace stapling::testing {
namespace {

struct Markup {
  const char* name;
  const char* path;  // of the target's URL: kept as it is written
};

constexpr Markup kMarkups[] = {
    {"script", "<script>document.title='owned'</script>"},
    {"image", "\"><img/src=x/onerror=document.title='owned'>"},
    {"single_quote", "'/onfocus='document.title=1'/autofocus='"},
    {"entity", "&lt;b&gt;&amp;"},
    {"end_of_table", "</th></tr></table><h1>owned</h1>"},
};

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
    browser_->Click("//select[@name='module']/option[.='demo']");
    browser_->Type("//input[@name='target']", target);
    if (!hostname.empty()) browser_->Type("//input[@name='hostname']", hostname);
    browser_->Follow("//button[text()='Probe']");
  }

  // Of what the browser shows.
  void ExpectText(const std::string& part, const std::string& xpath = "//body") {
    const std::string text = browser_->Text(xpath);
    EXPECT_NE(text.find(part), std::string::npos) << part << " is not in " << text;
  }

  void FollowTheForm(const std::string& target);
  void FollowTheLinks(const std::string& target);
  void ShowMarkup();

  std::unique_ptr<RunningDemo> demo_;
  std::unique_ptr<Browser> browser_;
};

void BrowserTest::FollowTheForm(const std::string& target) {
  Submit(target);
  ExpectText("Logs for the probe:");
  ExpectText("verdict=expired");
  ExpectText("\nReason:   The response expired");
  ExpectText("\nprobe_success 0\n");
  browser_->Back();
  EXPECT_EQ(browser_->Count("//form"), 1U);
}

void BrowserTest::FollowTheLinks(const std::string& target) {
  OpenHome();
  ExpectText("Recent probes that failed: 1", "//h2[@id='failed']");
  const std::string row = "//tbody/tr[th[contains(., '" + target + "')]]";
  ExpectText("expired", row + "/td[@data-label='Verdict']");
  ExpectText("ended 1 day", row + "/td[@data-label='Time left']");
  ExpectText("The response expired", row + "/td[@data-label='Reason']");
  browser_->Follow(row + "//a[.='log']");
  ExpectText("\nVerdict:  expired\n");
  browser_->Back();
  browser_->Follow(row + "//a[.='evidence']");
  ExpectText("\n-----BEGIN OCSP RESPONSE-----\n");
  browser_->Back();
  browser_->Follow(row + "//a[.='again']");
  ExpectText("verdict=expired");
  OpenHome();
  EXPECT_EQ(browser_->Count("//tbody/tr"), 2U);
  browser_->Follow("//a[.='Metrics of the exporter']");
  ExpectText("ocsp_stapling_exporter_build_info");
}

void BrowserTest::ShowMarkup() {
  const std::string place = "https://" + demo_->AddressOf("revoked") + "/";
  Submit(place + kMarkups[0].path);
  ExpectText("verdict=revoked");
  for (const Markup& markup : std::span(kMarkups).subspan(1)) {
    browser_->Open("http://" + demo_->exporter() +
                   "/probe?module=demo&target=" + UrlEncode(place + markup.path));
  }
  OpenHome();
  std::size_t row = std::size(kMarkups);  // the newest first
  for (const Markup& markup : kMarkups) {
    EXPECT_EQ(browser_->Text("(//tbody/tr)[" + std::to_string(row--) + "]/th"),
              place + markup.path + "\nby demo")
        << markup.name;
  }
  EXPECT_EQ(browser_->Title(), "OCSP stapling exporter");
  EXPECT_EQ(browser_->Count("//script | //img | //tbody//b | //tbody//h1 | //*[@onfocus]"), 0U);
  browser_->Follow("(//tbody/tr)[" + std::to_string(std::size(kMarkups)) + "]//a[.='log']");
  ExpectText("Target:   " + place + kMarkups[0].path + "\n");
  EXPECT_EQ(browser_->Count("//script"), 0U);
}

TEST_P(BrowserTest, LeadsFromTheFormToVerdictLogAndEvidence) {
  // What makes a browser without scripts mean something.
  browser_->Open("data:text/html,<title>off</title><script>document.title = 'on'</script>");
  EXPECT_EQ(browser_->Title(), GetParam() == Scripts::kOn ? "on" : "off");
  const std::string target = demo_->AddressOf("expired");
  FollowTheForm(target);
  FollowTheLinks(target);
  ShowMarkup();
  EXPECT_EQ(browser_->Complaints(), std::vector<std::string>{});
  // It is no host name: the sentence that says so is text as well.
  Submit(demo_->AddressOf("good"), "\"><img src=x onerror=alert(1)>");
  ExpectText("The hostname \"?><img src=x onerror=alert(1)>\" is");
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
    {"light", Scheme::kLight, 1400, 1200},    {"dark", Scheme::kDark, 1400, 1200},
    {"tablet", Scheme::kLight, 960, 1200},    {"phone", Scheme::kLight, 400, 1600},
    {"phone_dark", Scheme::kDark, 400, 1600},
};

TEST(BrowserViewTest, FitsIntoEveryWindow) {
  const auto demo = RunningDemo::Start();
  const auto browser = Browser::Start(Scripts::kOn);
  ASSERT_TRUE(demo != nullptr && browser != nullptr);
  const std::string exporter = "http://" + demo->exporter() + "/";
  for (const char* server : {"good", "missing", "good_chain", "expired", "produced_at_out_of_range",
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
