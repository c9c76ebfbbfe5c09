// The program as it is started: what it says, answers and returns.

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/http_get.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace stapling::exporter {
namespace {

using stapling::testing::HttpGet;
using stapling::testing::HttpResponse;
using stapling::testing::Process;
using stapling::testing::RunProcess;
using stapling::testing::SendHttp;
using stapling::testing::TempDir;
using std::chrono::seconds;
using Arguments = std::vector<std::string>;

constexpr const char* kGood = "modules: {one: {timeout: 2s}}\n";

class Exporter {
 public:
  explicit Exporter(const Arguments& flags) {
    Arguments arguments = {STAPLING_EXPORTER, "--web.listen-address=127.0.0.1:0"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    auto started = Process::Start({.arguments = std::move(arguments)});
    if (!started) return;
    process_ = std::move(*started);
    const std::string before = "msg=\"listening\" address=127.0.0.1:";
    if (!process_->WaitForOutput(before)) return;
    // The line was written at once, port and all.
    const std::string log = process_->Errors();
    port_ = static_cast<std::uint16_t>(std::stoul(log.substr(log.find(before) + before.size())));
  }

  [[nodiscard]] HttpResponse Get(const std::string& path) const {
    const auto response = HttpGet(port_, path);
    return response ? *response : HttpResponse{.body = response.error()};
  }
  using Headers = std::vector<std::pair<std::string, std::string>>;
  [[nodiscard]] HttpResponse Send(const std::string& method, const std::string& path,
                                  Headers headers = {}) const {
    const auto response =
        SendHttp({.port = port_, .path = path, .method = method, .headers = std::move(headers)});
    return response ? *response : HttpResponse{.body = response.error()};
  }
  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] Process& process() const { return *process_; }
  [[nodiscard]] bool started() const { return port_ != 0; }

 private:
  std::unique_ptr<Process> process_;
  std::uint16_t port_ = 0;
};

#define START_OR_FAIL(exporter) ASSERT_TRUE((exporter).started()) << (exporter).process().Errors()

TEST(Serve, AnswersEveryPath) {
  const Exporter exporter({});
  START_OR_FAIL(exporter);
  struct Row {
    std::string path;
    int status;
    std::string type;
    std::string part;
  };
  const std::string text = "text/plain; charset=utf-8";
  const std::string html = "text/html; charset=utf-8";
  const std::string metrics = "text/plain; version=0.0.4; charset=utf-8";
  for (const Row& row : std::vector<Row>{
           {"/", 200, html, "<form"},
           {"/metrics", 200, metrics, "ocsp_stapling_exporter_build_info{"},
           {"/metrics", 200, metrics, "ocsp_stapling_exporter_http_workers "},
           {"/config", 200, text, "default_module: tls"},
           {"/-/healthy", 200, text, "Healthy."},
           {"/-/ready", 200, text, "Ready."},
           {"/probe?target=127.0.0.1:1", 200, metrics, "probe_success 0"},
           {"/probe", 400, text, "target"},
           {"/logs?id=x", 404, text, ""},
           {"/staple?id=x", 404, text, "not on this replica"},
           {"/nothing", 404, text, ""},
           {"/-/reload", 405, text, ""},
       }) {
    const HttpResponse response = exporter.Get(row.path);
    EXPECT_EQ(response.status, row.status) << row.path;
    EXPECT_NE(response.body.find(row.part), std::string::npos) << row.path << response.body;
    if (row.status == 200) {
      EXPECT_EQ(response.headers.at("content-type"), row.type) << row.path;
    }
  }
}

TEST(Serve, PutsThePrefixBeforeEveryPath) {
  const Exporter exporter({"--web.external-url=https://example.org/a/b/"});
  START_OR_FAIL(exporter);
  EXPECT_EQ(exporter.Get("/a/b/metrics").status, 200);
  EXPECT_EQ(exporter.Get("/a/b/").status, 200);
  EXPECT_EQ(exporter.Get("/metrics").status, 404);
  const HttpResponse root = exporter.Get("/");
  EXPECT_EQ(root.status, 302);
  EXPECT_EQ(root.headers.at("location"), "a/b/");
  const HttpResponse without_slash = exporter.Get("/a/b");
  EXPECT_EQ(without_slash.status, 302);
  EXPECT_EQ(without_slash.headers.at("location"), "b/");
}

TEST(Serve, ReloadsByHttpOnlyWhereAllowed) {
  const Exporter exporter({});
  START_OR_FAIL(exporter);
  for (const std::string method : {"POST", "PUT"}) {
    const HttpResponse refused = exporter.Send(method, "/-/reload");
    EXPECT_EQ(refused.status, 403);
    EXPECT_NE(refused.body.find("--web.enable-lifecycle"), std::string::npos);
  }
}

TEST(Serve, ReloadsForNoPageOfAnotherSite) {
  const Exporter exporter({"--web.enable-lifecycle"});
  START_OR_FAIL(exporter);
  for (const char* site : {"cross-site", "same-site"}) {
    EXPECT_EQ(exporter.Send("POST", "/-/reload", {{"Sec-Fetch-Site", site}}).status, 403) << site;
  }
  for (const char* site : {"same-origin", "none"}) {
    EXPECT_EQ(exporter.Send("POST", "/-/reload", {{"Sec-Fetch-Site", site}}).status, 200) << site;
  }
  // Over plain HTTP browsers tell no more than where the page came from.
  const std::string own = exporter.address();
  for (const char* origin : {"http://evil.test", "http://127.0.0.1", "null", "file://", ""}) {
    EXPECT_EQ(exporter.Send("POST", "/-/reload", {{"Origin", origin}}).status, 403) << origin;
  }
  EXPECT_EQ(exporter.Send("POST", "/-/reload", {{"Origin", "http://" + own + ".test"}}).status,
            403);
  for (const std::string& origin : {"http://" + own, "https://" + own}) {
    EXPECT_EQ(exporter.Send("POST", "/-/reload", {{"Origin", origin}}).status, 200) << origin;
  }
}

// Of two files one may be taken and the other not: what is said is so.
TEST(Serve, SaysWhichConfigurationStaysTheOldOne) {
  const TempDir directory;
  const std::string web = directory.Write("web.yml", "{}\n");
  const std::string main = directory.Write("main.yml", kGood);
  const Exporter exporter(
      {"--web.enable-lifecycle", "--web.config.file=" + web, "--config.file=" + main});
  START_OR_FAIL(exporter);
  directory.Write("web.yml", "frames: 1\n");
  directory.Write("main.yml", std::string(kGood) + "targets: {allow: [127.0.0.0/8]}\n");
  EXPECT_EQ(exporter.Send("POST", "/-/reload").status, 500);
  EXPECT_NE(exporter.Get("/config").body.find("127.0.0.0/8"), std::string::npos);
  EXPECT_TRUE(exporter.process().WaitForOutput(
      "the web configuration is no good; the old one stays in use, beside a configuration that was "
      "reloaded"))
      << exporter.process().Errors();
  EXPECT_EQ(exporter.process().Errors().find("reload failed"), std::string::npos);
  directory.Write("main.yml", "target: {}\n");
  EXPECT_EQ(exporter.Send("POST", "/-/reload").status, 500);
  EXPECT_TRUE(
      exporter.process().WaitForOutput("reload failed; the old configuration stays in use"));
}

// However many ask, somebody is left to say how the exporter is.
TEST(Serve, ReloadsOneAtATime) {
  const Exporter exporter({"--web.enable-lifecycle"});
  START_OR_FAIL(exporter);
  std::array<std::atomic<int>, 600> counts{};
  std::vector<std::thread> askers;
  askers.reserve(64);
  for (int i = 0; i < 64; ++i) {
    askers.emplace_back([&] {
      for (int j = 0; j < 5; ++j) {
        ++counts.at(static_cast<std::size_t>(exporter.Send("POST", "/-/reload").status));
      }
    });
  }
  EXPECT_EQ(exporter.Get("/-/healthy").status, 200);
  for (std::thread& asker : askers) asker.join();
  EXPECT_GT(counts[200], 0);
  EXPECT_GT(counts[503], 0);
  EXPECT_EQ(counts[200] + counts[503], 320);
}

TEST(Serve, ReloadByHttpKeepsTheOldConfigurationOnAMistake) {
  const TempDir directory;
  const std::string file = directory.Write("exporter.yml", kGood);
  const Exporter exporter({"--web.enable-lifecycle", "--config.file=" + file});
  START_OR_FAIL(exporter);
  directory.Write("exporter.yml", "modules: {two: {}}\n");
  EXPECT_EQ(exporter.Send("POST", "/-/reload").status, 200);
  EXPECT_NE(exporter.Get("/config").body.find("two:"), std::string::npos);

  directory.Write("exporter.yml", "modules: {three: {x: 1}}\n");
  const HttpResponse failed = exporter.Send("PUT", "/-/reload");
  EXPECT_EQ(failed.status, 500);
  EXPECT_EQ(failed.body, file + ":1: unknown key \"x\" in module \"three\"\n");
  EXPECT_NE(exporter.Get("/config").body.find("two:"), std::string::npos);
  EXPECT_NE(exporter.Get("/metrics")
                .body.find("\nocsp_stapling_exporter_config_last_reload_successful 0\n"),
            std::string::npos);
}

TEST(Serve, HangUpReloadsAlways) {
  const TempDir directory;
  const std::string file = directory.Write("exporter.yml", kGood);
  const Exporter exporter({"--config.file=" + file});
  START_OR_FAIL(exporter);
  directory.Write("exporter.yml", "modules: {two: {}}\n");
  exporter.process().Signal(SIGHUP);
  EXPECT_TRUE(exporter.process().WaitForOutput("msg=\"configuration reloaded\" modules=two"));
  EXPECT_NE(exporter.Get("/config").body.find("two:"), std::string::npos);
}

class ServeEnd : public ::testing::TestWithParam<int> {};

TEST_P(ServeEnd, IsOrderly) {
  const Exporter exporter({});
  START_OR_FAIL(exporter);
  EXPECT_EQ(exporter.Get("/-/healthy").status, 200);
  exporter.process().Signal(GetParam());
  EXPECT_EQ(exporter.process().Wait(seconds(10)), 0);
  EXPECT_NE(exporter.process().Errors().find("msg=\"stopped\""), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Signals, ServeEnd, ::testing::Values(SIGTERM, SIGINT));

TEST(Serve, DoesNotStartOnATakenPort) {
  const Exporter first({});
  START_OR_FAIL(first);
  const std::string log = first.process().Errors();
  const std::string address = "127.0.0.1:" + log.substr(log.rfind(':') + 1, log.size());
  const auto second = RunProcess({.arguments = {STAPLING_EXPORTER, "--web.listen-address",
                                                address.substr(0, address.find('\n'))}});
  ASSERT_TRUE(second) << second.error();
  EXPECT_EQ(second->exit_status, 1);
  EXPECT_NE(second->errors.find("level=error msg=\"cannot start\""), std::string::npos)
      << second->errors;
}

TEST(Serve, DoesNotStartOnAMissingFile) {
  const auto result =
      RunProcess({.arguments = {STAPLING_EXPORTER, "--config.file=/nowhere/exporter.yml"}});
  ASSERT_TRUE(result) << result.error();
  EXPECT_EQ(result->exit_status, 1);
  EXPECT_NE(result->errors.find("No such file or directory"), std::string::npos);
}

TEST(Serve, ChecksAConfigurationAndExits) {
  const TempDir directory;
  const std::string good = directory.Write("good.yml", kGood);
  const auto checked =
      RunProcess({.arguments = {STAPLING_EXPORTER, "--config.check", "--config.file", good}});
  ASSERT_TRUE(checked) << checked.error();
  EXPECT_EQ(checked->exit_status, 0);
  EXPECT_EQ(checked->output, "The configuration is good; its modules are one.\n");

  const std::string bad = directory.Write("bad.yml", "modules: {one: {timeout: never}}\n");
  const auto refused =
      RunProcess({.arguments = {STAPLING_EXPORTER, "--config.check", "--config.file", bad}});
  ASSERT_TRUE(refused) << refused.error();
  EXPECT_EQ(refused->exit_status, 1);
  EXPECT_EQ(refused->output, "");
  EXPECT_EQ(refused->errors,
            bad + ":1: timeout is wrong: \"never\" is not a duration such as 10s, 5m or 1h30m\n");
}

TEST(Serve, WarnsOfWhatIsAllowedButUnlikelyToBeMeant) {
  const TempDir directory;
  const std::string file = directory.Write(
      "exporter.yml",
      "modules: {one: {proxy_url: \"http://p.test:3128\"}}\ntargets: {deny: [10.0.0.0/8]}\n");
  const auto checked =
      RunProcess({.arguments = {STAPLING_EXPORTER, "--config.check", "--config.file", file}});
  ASSERT_TRUE(checked) << checked.error();
  EXPECT_EQ(checked->exit_status, 0);
  EXPECT_EQ(checked->errors.rfind("warning: module \"one\" goes through a proxy", 0), 0U)
      << checked->errors;

  const std::string web = directory.Write("web.yml", "basic_auth_users: {}\n");
  const auto both = RunProcess({.arguments = {STAPLING_EXPORTER, "--config.check", "--config.file",
                                              file, "--web.config.file", web}});
  ASSERT_TRUE(both) << both.error();
  EXPECT_NE(both->errors.find("warning: basic_auth_users names nobody: everybody is let in\n"),
            std::string::npos)
      << both->errors;

  const auto serving =
      Process::Start({.arguments = {STAPLING_EXPORTER, "--web.listen-address=127.0.0.1:0",
                                    "--config.file=" + file}});
  ASSERT_TRUE(serving) << serving.error();
  EXPECT_TRUE((*serving)->WaitForOutput("level=warn msg=\"module \\\"one\\\" goes through a proxy"))
      << (*serving)->Errors();
}

TEST(Serve, PrintsDefaultsThatItAccepts) {
  const auto printed = RunProcess({.arguments = {STAPLING_EXPORTER, "--config.print-defaults"}});
  ASSERT_TRUE(printed) << printed.error();
  EXPECT_EQ(printed->exit_status, 0);
  const TempDir directory;
  const std::string file = directory.Write("defaults.yml", printed->output);
  const auto checked =
      RunProcess({.arguments = {STAPLING_EXPORTER, "--config.check", "--config.file", file}});
  ASSERT_TRUE(checked) << checked.error();
  EXPECT_EQ(checked->exit_status, 0) << checked->errors;
}

}  // namespace
}  // namespace stapling::exporter
