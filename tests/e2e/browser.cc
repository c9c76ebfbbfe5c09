#include "tests/e2e/browser.h"

#include <gtest/gtest.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "core/base64.h"
#include "tests/support/http_get.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

using Json = nlohmann::json;

constexpr std::chrono::seconds kPatience{30};
// The key under which WebDriver returns an element (section 11 of its specification).
constexpr const char* kElement = "element-6066-11e4-a52e-4f735466cecf";

Json Capabilities(const std::string& profile, Scripts scripts) {
  const Json arguments = {"--headless=new",
                          "--no-sandbox",
                          "--disable-gpu",
                          "--disable-quic",
                          "--disable-sync",
                          "--disable-dev-shm-usage",
                          "--disable-background-networking",
                          "--disable-component-update",
                          "--no-first-run",
                          "--user-data-dir=" + profile};
  Json options = {{"args", arguments}};
  if (scripts == Scripts::kOff) {
    constexpr int kBlocked = 2;
    options["prefs"] = {{"profile.managed_default_content_settings.javascript", kBlocked}};
  }
  return {{"capabilities",
           {{"alwaysMatch",
             {{"browserName", "chrome"},
              {"timeouts", {{"implicit", 10'000}, {"pageLoad", 20'000}, {"script", 5'000}}},
              {"goog:loggingPrefs", {{"browser", "ALL"}}},
              {"goog:chromeOptions", options}}}}}};
}

}  // namespace

std::unique_ptr<Browser> Browser::Start(Scripts scripts) {
  std::unique_ptr<Browser> browser(new Browser());
  if (!browser->StartDriver() || !browser->StartSession(scripts)) return nullptr;
  return browser;
}

// The driver takes a free port of IPv6 and wants the same of IPv4, which somebody else may have.
bool Browser::StartDriver() {
  constexpr int kAttempts = 5;
  for (int attempt = 1;; ++attempt) {
    const std::string failure = TryDriver();
    if (failure.empty()) return true;
    if (attempt == kAttempts || failure.find("Address already in use") == std::string::npos) {
      ADD_FAILURE() << failure;
      return false;
    }
  }
}

std::string Browser::TryDriver() {
  constexpr std::string_view kStarted = "started successfully on port ";
  auto started = Process::Start({.arguments = {"chromedriver", "--port=0"},
                                 .environment = {"HOME=" + directory_.path().string()}});
  if (!started) return started.error();
  driver_ = std::move(started).value();
  if (!driver_->WaitForOutput(std::string(kStarted), kPatience) ||
      !driver_->WaitForOutput(".\n", kPatience)) {
    return "chromedriver does not start: " + driver_->Output() + driver_->Errors();
  }
  const std::string output = driver_->Output();
  const std::size_t at = output.find(kStarted) + kStarted.size();
  std::from_chars(output.data() + at, output.data() + output.size(), port_);
  return port_ != 0 ? "" : "chromedriver does not say on which port: " + output;
}

bool Browser::StartSession(Scripts scripts) {
  const Json session = Send("POST", "/session", Capabilities(directory_.Path("profile"), scripts));
  session_ = session.value("sessionId", "");
  return !session_.empty();
}

// Chromium ends with its session; the driver does not wait for it.
Browser::~Browser() {
  if (!session_.empty()) Send("DELETE", "/session/" + session_, nullptr);
}

Json Browser::Send(const char* method, const std::string& path, const Json& body) {
  const auto response = SendHttp({.port = port_,
                                  .path = path,
                                  .method = method,
                                  .headers = {{"Content-Type", "application/json"}},
                                  .body = body.is_null() ? "" : body.dump(),
                                  .timeout = kPatience});
  const Json answer =
      response ? Json::parse(response->body, nullptr, /*allow_exceptions=*/false) : Json();
  if (!response || response->status != 200 || !answer.is_object()) {
    ADD_FAILURE() << method << " " << path << " " << body.dump() << ": "
                  << (response ? response->body : response.error());
    return {};
  }
  return answer.value("value", Json());
}

Json Browser::Command(const char* method, const std::string& path, const Json& body) {
  return Send(method, "/session/" + session_ + path, body);
}

std::string Browser::Find(const std::string& xpath) {
  const Json element = Command("POST", "/element", {{"using", "xpath"}, {"value", xpath}});
  return element.is_object() ? element.value(kElement, "") : "";
}

void Browser::Open(const std::string& url) { Command("POST", "/url", {{"url", url}}); }

void Browser::Back() { Command("POST", "/back", Json::object()); }

void Browser::Type(const std::string& xpath, const std::string& text) {
  const std::string element = "/element/" + Find(xpath);
  Command("POST", element + "/clear", Json::object());
  Command("POST", element + "/value", {{"text", text}});
}

void Browser::Click(const std::string& xpath) {
  Command("POST", "/element/" + Find(xpath) + "/click", Json::object());
}

// The driver does not always wait: it then finds an element of the page that is about to go.
void Browser::Follow(const std::string& xpath) {
  const std::string here = Url();
  Click(xpath);
  EXPECT_TRUE(WaitUntil([&] { return Url() != here; }, kPatience)) << xpath << " leads nowhere";
}

std::string Browser::Url() {
  const Json url = Command("GET", "/url", nullptr);
  return url.is_string() ? url.get<std::string>() : "";
}

std::string Browser::Title() {
  const Json title = Command("GET", "/title", nullptr);
  return title.is_string() ? title.get<std::string>() : "";
}

std::string Browser::Text(const std::string& xpath) {
  const Json text = Command("GET", "/element/" + Find(xpath) + "/text", nullptr);
  return text.is_string() ? text.get<std::string>() : "";
}

std::size_t Browser::Count(const std::string& xpath) {
  // An element that is not there is no reason to wait.
  Command("POST", "/timeouts", {{"implicit", 0}});
  const Json elements = Command("POST", "/elements", {{"using", "xpath"}, {"value", xpath}});
  Command("POST", "/timeouts", {{"implicit", 10'000}});
  return elements.is_array() ? elements.size() : 0;
}

std::vector<std::string> Browser::Complaints() {
  std::vector<std::string> complaints;
  for (const Json& line : Command("POST", "/se/log", {{"type", "browser"}})) {
    std::string message = line.value("message", line.dump());
    // Which a browser asks for unbidden, and we have none.
    if (message.find("/favicon.ico - ") == std::string::npos) complaints.push_back(message);
  }
  return complaints;
}

void Browser::Chrome(const std::string& command, const Json& parameters) {
  Command("POST", "/goog/cdp/execute", {{"cmd", command}, {"params", parameters}});
}

void Browser::Show(Scheme scheme, unsigned width, unsigned height) {
  const Json dark = {{"name", "prefers-color-scheme"},
                     {"value", scheme == Scheme::kDark ? "dark" : "light"}};
  Chrome("Emulation.setEmulatedMedia", {{"features", Json::array({dark})}});
  Chrome("Emulation.setDeviceMetricsOverride",
         {{"width", width}, {"height", height}, {"deviceScaleFactor", 1}, {"mobile", false}});
}

std::string Browser::Screenshot() {
  const Json image = Command("GET", "/screenshot", nullptr);
  const auto octets = image.is_string() ? DecodeBase64(image.get<std::string>()) : std::nullopt;
  return octets ? std::string(octets->begin(), octets->end()) : "";
}

int Browser::Overflow() {
  const Json pixels = Command(
      "POST", "/execute/sync",
      {{"script", "const e = document.documentElement; return e.scrollWidth - e.clientWidth;"},
       {"args", Json::array()}});
  return pixels.is_number_integer() ? pixels.get<int>() : -1;
}

}  // namespace stapling::testing
