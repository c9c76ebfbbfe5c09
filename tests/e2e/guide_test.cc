// The operator's guide, followed to the letter, ends with a firing alert.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "deploy/demo/fleet_files.h"
#include "tests/support/private_network.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

namespace fs = std::filesystem;

constexpr auto kPatience = std::chrono::seconds(90);

std::string ReadGuide() {
  std::ifstream file(SOURCE_DIRECTORY "/deploy/GUIDE.md");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The commands of the section that begins with this heading, block by block.
std::vector<std::string> CommandsOf(const std::string& heading) {
  const std::string guide = ReadGuide();
  const std::size_t start = guide.find("\n" + heading);
  if (start == std::string::npos) return {};
  const std::string section = guide.substr(start, guide.find("\n## ", start + 1) - start);
  constexpr std::string_view kOpening = "\n```sh\n";
  std::vector<std::string> blocks;
  for (std::size_t at = section.find(kOpening); at != std::string::npos;
       at = section.find(kOpening, at)) {
    at += kOpening.size();
    blocks.push_back(section.substr(at, section.find("```", at) - at));
  }
  return blocks;
}

// What deploy/quickstart.sh starts, where it starts it.
class Quickstart {
 public:
  Quickstart() {
    fs::create_directories(root_.path() / "build/demo");
    fs::create_directory_symlink(SOURCE_DIRECTORY "/deploy", root_.path() / "deploy");
    const std::string demo = root_.Path("build/demo");
    fleet_ = Start({DEMO_FLEET_PROGRAM, "serve", "--directory", demo, "--rules",
                    SOURCE_DIRECTORY "/deploy/prometheus/ocsp_stapling.rules.yml"});
    if (!fleet_ || !fleet_->WaitForOutput("ready: ")) ADD_FAILURE() << "no fleet";
    exporter_ = Start({EXPORTER_PROGRAM, "--config.file", demo + "/" + demo::kExporterConfiguration,
                       "--web.listen-address", "127.0.0.1:6960"});
    if (!exporter_ || !exporter_->WaitForOutput("msg=\"listening\"")) {
      ADD_FAILURE() << "no exporter";
    }
  }

  // The second terminal, in the checkout.
  std::unique_ptr<Process> Start(std::vector<std::string> arguments) {
    auto started =
        Process::Start({.arguments = std::move(arguments), .directory = root_.path().string()});
    if (!started) {
      ADD_FAILURE() << started.error();
      return nullptr;
    }
    return std::move(started).value();
  }

  std::string Run(const std::string& commands) {
    const auto run =
        RunProcess({.arguments = {"bash", "-euc", commands}, .directory = root_.path().string()});
    return run ? run->output + run->errors : run.error();
  }

  std::string Read(const std::string& file) { return root_.Read(file); }

 private:
  TempDir root_;
  std::unique_ptr<Process> fleet_;
  std::unique_ptr<Process> exporter_;
};

TEST(Guide, FollowedToTheLetterEndsWithAFiringAlert) {
  const auto commands = CommandsOf("## 1. See an alert fire");
  ASSERT_EQ(commands.size(), 4U);
  // Tried by people and in a bare root: they install and build.
  EXPECT_EQ(commands[0], "deploy/quickstart.sh\n");
  EXPECT_EQ(commands[1], "deploy/packages.sh monitoring\n");

  // The guide's ports are fixed ones; here they are free.
  const auto network = EnterPrivateNetwork();
  ASSERT_TRUE(network.ok()) << network.error();
  Quickstart quickstart;
  const auto terminal = quickstart.Start({"bash", "-euc", commands[2] + "wait\n"});
  ASSERT_NE(terminal, nullptr);
  std::string answer;
  const auto fires = [&] {
    answer = quickstart.Run(commands[3]);
    return answer.find("The certificate of 127.0.0.1:16975 is revoked.") != std::string::npos &&
           answer.find("active") != std::string::npos;
  };
  EXPECT_TRUE(WaitUntil(fires, kPatience)) << answer << quickstart.Read("build/demo/prometheus.log")
                                           << quickstart.Read("build/demo/alertmanager.log");
}

}  // namespace
}  // namespace stapling::testing
