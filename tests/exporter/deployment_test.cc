// What deploy/ says of the program, the program says too: flags, port, and where the files are.
#include <gtest/gtest.h>

#include <fstream>
#include <ostream>
#include <regex>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "exporter/flags.h"

namespace stapling::exporter {
namespace {

constexpr const char* kInstalled = "/etc/ocsp_stapling_exporter/ocsp_stapling_exporter.yml";

std::string TextOf(const std::string& file) {
  std::ifstream stream(std::string(STAPLING_SOURCE "/") + file);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

// What the first group of the pattern found, everywhere.
std::vector<std::string> Find(const std::string& text, const std::string& pattern) {
  const std::regex expression(pattern);
  std::vector<std::string> found;
  for (std::sregex_iterator match(text.begin(), text.end(), expression), end; match != end;
       ++match) {
    found.push_back((*match)[1].str());
  }
  return found;
}

// The words between quotes in what follows CMD.
std::vector<std::string> ImageCommand() {
  const auto commands = Find(TextOf("deploy/container/Dockerfile"), "\nCMD (.*)");
  return commands.empty() ? commands : Find(commands.front(), "\"([^\"]*)\"");
}

struct CommandLineRow {
  std::string name;
  std::vector<std::string> words;
};
void PrintTo(const CommandLineRow& row, std::ostream* out) { *out << row.name; }

class DeployedCommandLine : public ::testing::TestWithParam<CommandLineRow> {};

TEST_P(DeployedCommandLine, ServesTheInstalledConfiguration) {
  ASSERT_FALSE(GetParam().words.empty());
  const Flags flags = ParseFlags(GetParam().words);
  const auto* options = std::get_if<ServeOptions>(&flags);
  ASSERT_NE(options, nullptr) << std::get<EarlyExit>(flags).error;
  EXPECT_EQ(options->config_file, kInstalled);
}

INSTANTIATE_TEST_SUITE_P(
    Table, DeployedCommandLine,
    ::testing::Values(
        CommandLineRow{.name = "Unit",
                       .words = Find(TextOf("deploy/systemd/ocsp_stapling_exporter.default"),
                                     "\nARGS=\"([^\"]*)\"")},
        CommandLineRow{.name = "Image", .words = ImageCommand()}),
    [](const auto& row) { return row.param.name; });

struct MentionRow {
  std::string name;
  std::string file;
  std::string text;
};
void PrintTo(const MentionRow& row, std::ostream* out) { *out << row.name; }

class DeployedFile : public ::testing::TestWithParam<MentionRow> {};

TEST_P(DeployedFile, SaysTheSame) {
  EXPECT_NE(TextOf(GetParam().file).find(GetParam().text), std::string::npos) << GetParam().text;
}

const std::string kPort = ServeOptions{}.web_listen_addresses.front().substr(1);

INSTANTIATE_TEST_SUITE_P(
    Table, DeployedFile,
    ::testing::Values(
        MentionRow{.name = "SocketPort",
                   .file = "deploy/systemd/ocsp_stapling_exporter.socket",
                   .text = "\nListenStream=" + kPort + "\n"},
        MentionRow{.name = "ImagePort",
                   .file = "deploy/container/Dockerfile",
                   .text = "\nEXPOSE " + kPort + "\n"},
        MentionRow{.name = "ImageHealthCheck",
                   .file = "deploy/container/Dockerfile",
                   .text = "/dev/tcp/127.0.0.1/" + kPort + " "},
        MentionRow{.name = "ImageUser",
                   .file = "deploy/container/Dockerfile",
                   .text = "\nUSER 65532:65532\n"},
        MentionRow{.name = "ImageProgram",
                   .file = "deploy/container/Dockerfile",
                   .text = "\nENTRYPOINT [\"/usr/bin/ocsp_stapling_exporter\"]\n"},
        MentionRow{.name = "UnitProgram",
                   .file = "deploy/systemd/ocsp_stapling_exporter.service",
                   .text = "\nExecStart=/usr/bin/ocsp_stapling_exporter serve $ARGS\n"},
        MentionRow{.name = "UnitFlags",
                   .file = "deploy/systemd/ocsp_stapling_exporter.service",
                   .text = "\nEnvironmentFile=-/etc/default/ocsp_stapling_exporter\n"},
        MentionRow{.name = "ConfigurationIsKept",
                   .file = "deploy/debian/conffiles",
                   .text = std::string(kInstalled) + "\n"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace stapling::exporter
