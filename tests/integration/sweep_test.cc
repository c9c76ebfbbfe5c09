// `check --targets` as a process: thousands of targets, some hung; Ctrl-C; standard input.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/integration/exporter.h"
#include "tests/integration/site.h"
#include "tests/support/free_port.h"
#include "tests/support/rude_server.h"
#include "tests/support/tls_server.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

// Servers that many targets share: what follows the authority of a URL does not count, so each
// target has a spelling of its own.
class SweepTest : public ::testing::Test {
 protected:
  void SetUp() override {
    good_ = Staple(site_.Good());
    expired_ = Staple(site_.Expired());
    revoked_ = Staple(site_.Revoked());
    auto missing = TlsServer::Start({.chain = site_.Chain()});
    ASSERT_TRUE(missing) << missing.error();
    missing_ = std::move(missing).value();
    auto hung = RudeServer::Start(Silent());
    ASSERT_TRUE(hung) << hung.error();
    hung_ = std::move(hung).value();
    ASSERT_TRUE(good_ && expired_ && revoked_);
  }

  std::unique_ptr<TlsServer> Staple(const OcspResponseSpec& spec) {
    auto server = TlsServer::Start({.chain = site_.Chain(), .staples = {BuildOcspResponse(spec)}});
    EXPECT_TRUE(server) << server.error();
    return server ? std::move(server).value() : nullptr;
  }

  std::string Configuration() {
    return ModuleTrusting(site_.CaFile()) + "  strict:\n    tls_library: " + LibraryUnderTest() +
           "\n    staple: {require: always}\n    tls_config: {ca_file: \"" + site_.CaFile() +
           "\"}\n";
  }

  ProcessOptions Sweep(const std::vector<std::string>& flags) {
    ProcessOptions options{
        .arguments = {ExporterPath(), "check",
                      "--config.file=" + site_.directory().Write("sweep.yml", Configuration())}};
    options.arguments.insert(options.arguments.end(), flags.begin(), flags.end());
    return options;
  }

  Site site_;
  std::unique_ptr<TlsServer> good_;
  std::unique_ptr<TlsServer> missing_;
  std::unique_ptr<TlsServer> expired_;
  std::unique_ptr<TlsServer> revoked_;
  std::unique_ptr<RudeServer> hung_;
};

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// "STATUS TARGET [module=M] [hostname=N] WORD", single-spaced.
std::string WithoutSentence(const std::string& line) {
  std::istringstream words(line);
  std::string text;
  for (std::string word; words >> word;) {
    text += (text.empty() ? "" : " ") + word;
    if (text.ends_with(':')) break;
  }
  return text.substr(0, text.find_last_not_of(':') + 1);
}

// One kind of target; a tenth of all each.
struct Kind {
  const char* status;
  std::string server;
  const char* settings;
  const char* word;
};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kMostTimeouts = 6;  // an instrumented program computes longer than it waits
#else
constexpr int kMostTimeouts = 3;
#endif

TEST_F(SweepTest, TwoThousandTargetsOfWhichATenthIsHung) {
  constexpr int kTargets = 2000;
  constexpr auto kTimeout = 8s;
  const std::string refused = "127.0.0.1:" + std::to_string(FreePort());
  const std::vector<Kind> kinds = {
      {"OK", good_->Target(), "", "good"},
      {"CRITICAL", hung_->Target(), "", "timeout"},
      {"OK", good_->Target(), " module=strict", "good"},
      {"WARNING", missing_->Target(), "", "missing"},
      {"CRITICAL", missing_->Target(), " module=strict", "missing"},
      {"CRITICAL", expired_->Target(), "", "expired"},
      {"CRITICAL", revoked_->Target(), "", "revoked"},
      {"CRITICAL", refused, "", "refused"},
      {"CRITICAL", good_->Target(), " hostname=other.test", "hostname_mismatch"},
      {"OK", good_->Target(), " hostname=leaf.test", "good"},
  };
  std::string list;
  std::vector<std::string> expected;
  for (int i = 0; i < kTargets; ++i) {
    const Kind& kind = kinds[static_cast<std::size_t>(i) % kinds.size()];
    const std::string target = "https://" + kind.server + "/" + std::to_string(i) + kind.settings;
    list += target + "\n";
    expected.push_back(std::string(kind.status) + " " + target + " " + kind.word);
  }

  const auto started = Clock::now();
  const auto result = RunProcess(Sweep({"--targets=" + site_.directory().Write("targets.txt", list),
                                        "--timeout=" + std::to_string(kTimeout.count()) + "s"}),
                                 60s);
  const auto duration = Clock::now() - started;
  ASSERT_TRUE(result) << result.error();
  EXPECT_LT(duration, kMostTimeouts * kTimeout);
  EXPECT_EQ(result->exit_status, 2);
  EXPECT_EQ(result->errors, "");

  const std::size_t end = result->output.find("\n\n");
  std::vector<std::string> lines = LinesOf(result->output.substr(0, end));
  std::ranges::transform(lines, lines.begin(), WithoutSentence);
  std::ranges::sort(lines);
  std::ranges::sort(expected);
  EXPECT_EQ(lines, expected);
  const std::string summary = result->output.substr(end);
  EXPECT_TRUE(summary.starts_with("\n\n2000 targets in ")) << summary;
  for (const char* count :
       {"\n  CRITICAL     200  expired\n", "\n  CRITICAL     200  hostname_mismatch\n",
        "\n  CRITICAL     200  missing\n", "\n  CRITICAL     200  refused\n",
        "\n  CRITICAL     200  revoked\n", "\n  CRITICAL     200  timeout\n",
        "\n  WARNING      200  missing\n  OK           600  good\n\nThe worst first:\n  CRITICAL  ",
        "\n  CRITICAL  and 180 more: timeout\n", "\n  WARNING   and 180 more: missing\n"}) {
    EXPECT_NE(summary.find(count), std::string::npos) << count << "is not in" << summary;
  }
}

class InterruptedSweepTest : public SweepTest {
 protected:
  static constexpr int kFinished = 10;
  static constexpr int kHung = 30;

  // SIGINT once the finished targets have their lines; the hung ones have a minute to go.
  void InterruptOnceLinesAreThere(const std::string& format) {
    std::string list;
    for (int i = 0; i < kHung; ++i) list += hung_->Target() + "\n";
    for (int i = 0; i < kFinished; ++i) list += expired_->Target() + "\n";
    // A shell's background job ignores it, and so would the child.
    std::signal(SIGINT, SIG_DFL);
    auto process =
        Process::Start(Sweep({"--targets=" + site_.directory().Write("targets.txt", list),
                              "--timeout=60s", "--format=" + format}));
    ASSERT_TRUE(process) << process.error();
    ASSERT_TRUE(WaitUntil(
        [&] { return LinesOf((*process)->Output()).size() == std::size_t{kFinished}; }, 30s))
        << (*process)->Output() << (*process)->Errors();
    (*process)->Signal(SIGINT);
    status_ = (*process)->Wait(20s);
    output_ = (*process)->Output();
    errors_ = (*process)->Errors();
  }

  std::optional<int> status_;
  std::string output_;
  std::string errors_;
};

TEST_F(InterruptedSweepTest, PrintsWhatThereIs) {
  InterruptOnceLinesAreThere("text");
  EXPECT_EQ(status_, 130);
  EXPECT_EQ(errors_, "");
  const std::vector<std::string> lines = LinesOf(output_);
  ASSERT_EQ(lines.size(), 25U) << output_;  // ten, a blank one, two, two more, the same ten
  EXPECT_EQ(lines[10], "");
  EXPECT_TRUE(lines[11].starts_with("Interrupted after ")) << lines[11];
  EXPECT_TRUE(lines[11].ends_with(" s: 10 of 40 targets")) << lines[11];
  EXPECT_EQ(lines[12], "  CRITICAL      10  expired");
  EXPECT_EQ(lines[14], "The worst first:");
}

TEST_F(InterruptedSweepTest, LeavesWholeLinesOfJson) {
  InterruptOnceLinesAreThere("json");
  EXPECT_EQ(status_, 130);
  EXPECT_EQ(errors_, "");
  const std::vector<std::string> lines = LinesOf(output_);
  ASSERT_EQ(lines.size(), 10U) << output_;
  for (const std::string& line : lines) {
    EXPECT_EQ(nlohmann::json::parse(line, nullptr, false)["target"], expired_->Target()) << line;
  }
}

TEST_F(SweepTest, ReadsStandardInput) {
  ProcessOptions options = Sweep({"--targets=-", "--format=json"});
  options.input = "# from a pipe\n" + good_->Target() + " hostname=leaf.test\n";
  const auto result = RunProcess(std::move(options));
  ASSERT_TRUE(result) << result.error();
  EXPECT_EQ(result->exit_status, 0);
  EXPECT_EQ(result->errors, "");
  const auto report = nlohmann::json::parse(result->output, nullptr, false);
  EXPECT_EQ(report["target"], good_->Target());
  EXPECT_EQ(report["hostname"], "leaf.test");
}

TEST_F(SweepTest, NamesABadLineOfStandardInputAndProbesNothing) {
  ProcessOptions options = Sweep({"--targets=-"});
  options.input = good_->Target() + "\n" + good_->Target() + " modul=strict\n";
  const auto result = RunProcess(std::move(options));
  ASSERT_TRUE(result) << result.error();
  EXPECT_EQ(result->exit_status, 3);
  EXPECT_EQ(result->output, "");
  EXPECT_EQ(result->errors,
            "standard input, line 2: \"modul=strict\" is unknown; a line is TARGET [module=M] "
            "[hostname=N]\n");
  EXPECT_EQ(good_->Accepted(), 0U);
}

// script(1) gives a terminal; standard output goes to a file.
TEST_F(SweepTest, ShowsOnATerminalHowFarItIs) {
  const std::string list =
      site_.directory().Write("targets.txt", good_->Target() + "\n" + expired_->Target() + "\n");
  std::string command;
  for (const std::string& word : Sweep({"--targets=" + list}).arguments) {
    command += "'" + word + "' ";
  }
  const std::string lines = site_.Path("lines.txt");
  const auto result =
      RunProcess({.arguments = {"script", "-qec", command + "> '" + lines + "'", "/dev/null"},
                  .environment = {"TERM=xterm", "SHELL=/bin/sh"}});
  ASSERT_TRUE(result) << result.error();
  EXPECT_EQ(result->exit_status, 2) << result->output;
  EXPECT_TRUE(
      result->output.starts_with("\r\x1b[K[........................] 0 of 2, 0 critical, "
                                 "0 warnings"))
      << result->output;
  EXPECT_NE(result->output.find("] 2 of 2, 1 critical, 0 warnings\r\x1b[K"), std::string::npos)
      << result->output;
  EXPECT_EQ(site_.directory().Read("lines.txt").find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace stapling::testing
