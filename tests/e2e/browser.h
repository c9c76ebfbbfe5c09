// Chromium as a person has it, without a window: driven through chromedriver by W3C WebDriver.
//
// Both come from PATH. The browser has a profile of its own, which goes with it, and calls nobody.
// Every command has a bound; one that fails fails the test and returns nothing. Elements are named
// by XPath, and an action waits up to ten seconds for its element.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace stapling::testing {

enum class Scripts { kOn, kOff };
enum class Scheme { kLight, kDark };

class Browser {
 public:
  // Null, and the test fails, if it does not start within thirty seconds.
  static std::unique_ptr<Browser> Start(Scripts scripts);
  ~Browser();
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;

  void Open(const std::string& url);
  void Back();
  void Type(const std::string& xpath, const std::string& text);
  void Click(const std::string& xpath);
  // Clicks what leads to another page, and waits for that page.
  void Follow(const std::string& xpath);

  [[nodiscard]] std::string Url();
  [[nodiscard]] std::string Title();
  // As it is shown; of the whole page by default.
  [[nodiscard]] std::string Text(const std::string& xpath = "//body");
  [[nodiscard]] std::size_t Count(const std::string& xpath);
  // Everything that the browser complained of since the last call, scripts and policies alike, but
  // for a missing icon.
  [[nodiscard]] std::vector<std::string> Complaints();

  void Show(Scheme scheme, unsigned width, unsigned height);
  // PNG, of the window as Show() has it.
  [[nodiscard]] std::string Screenshot();
  // How far the page is wider than the window.
  [[nodiscard]] int Overflow();

 private:
  Browser() = default;
  bool StartDriver();
  std::string TryDriver();  // what is wrong, or nothing
  bool StartSession(Scripts scripts);
  nlohmann::json Send(const char* method, const std::string& path, const nlohmann::json& body);
  nlohmann::json Command(const char* method, const std::string& path, const nlohmann::json& body);
  void Chrome(const std::string& command, const nlohmann::json& parameters);
  std::string Find(const std::string& xpath);

  TempDir directory_;
  std::unique_ptr<Process> driver_;
  std::uint16_t port_ = 0;
  std::string session_;
};

}  // namespace stapling::testing
