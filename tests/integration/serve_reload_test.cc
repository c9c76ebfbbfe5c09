// Configurations that change under a running exporter: good ones are taken, bad ones change nothing
// but the metric. The same bad ones keep it from starting.

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <optional>
#include <string>

#include "tests/integration/scrape.h"
#include "tests/support/tls_server.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

constexpr const char* kReloaded = "ocsp_stapling_exporter_config_last_reload_successful";
constexpr const char* kGood = "default_module: first\nmodules:\n  first: {}\n";
constexpr const char* kOther = "default_module: second\nmodules:\n  second: {timeout: 3s}\n";

HttpResponse PostReload(const Exporter& exporter) {
  return exporter.Send({.path = "/-/reload", .method = "POST"});
}

std::optional<double> LastReload(const Exporter& exporter) {
  return Samples(exporter.Metrics()).Value(kReloaded);
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Reload, ByHttpTakesTheNewFile) {
  const auto exporter = Exporter::Start(kGood, {"--web.enable-lifecycle"});
  ASSERT_TRUE(exporter) << exporter.error();
  (*exporter)->WriteConfiguration(kOther);
  for (const char* method : {"POST", "PUT"}) {
    const HttpResponse answer = (*exporter)->Send({.path = "/-/reload", .method = method});
    EXPECT_EQ(answer.status, 200) << method << answer.body;
  }
  EXPECT_EQ((*exporter)->Get("/-/reload").status, 405);
  EXPECT_TRUE(Contains((*exporter)->Get("/config").body, "  second:\n    timeout: 3s\n"));
  EXPECT_EQ((*exporter)->Probe({.target = "localhost:1", .module = "first"}).body,
            "There is no module \"first\"; the modules are second.\n");
  const Samples metrics((*exporter)->Metrics());
  EXPECT_EQ(metrics.Value(kReloaded), 1);
  const std::string total = "ocsp_stapling_exporter_probes_total{module=";
  EXPECT_EQ(metrics.Value(total + "\"second\",result=\"success\"}"), 0);
  EXPECT_FALSE(metrics.Value(total + "\"first\",result=\"success\"}").has_value());
}

TEST(Reload, ByHttpIsOffUnlessAllowed) {
  const auto exporter = Exporter::Start(kGood);
  ASSERT_TRUE(exporter) << exporter.error();
  (*exporter)->WriteConfiguration(kOther);
  const HttpResponse answer = PostReload(**exporter);
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.body, "Reloading by HTTP is off; --web.enable-lifecycle turns it on.\n");
  EXPECT_TRUE(Contains((*exporter)->Get("/config").body, "  first:\n"));
}

TEST(Reload, BySignalTakesGoodFilesAndKeepsThemFromBadOnes) {
  const auto exporter = Exporter::Start(kGood);
  ASSERT_TRUE(exporter) << exporter.error();
  const Process& process = (*exporter)->process();
  (*exporter)->WriteConfiguration(kOther);
  process.Signal(SIGHUP);
  EXPECT_TRUE(WaitUntil([&] { return Contains((*exporter)->Get("/config").body, "second:"); }));
  (*exporter)->WriteConfiguration("modules: 7\n");
  process.Signal(SIGHUP);
  EXPECT_TRUE(WaitUntil([&] { return LastReload(**exporter) == 0; }));
  EXPECT_TRUE(Contains((*exporter)->Get("/config").body, "second:"));
  (*exporter)->WriteConfiguration(kGood);
  process.Signal(SIGHUP);
  EXPECT_TRUE(WaitUntil([&] { return LastReload(**exporter) == 1; }));
  EXPECT_TRUE(Contains((*exporter)->Get("/config").body, "first:"));
}

TEST(Reload, TakesACaFileThatWasReplaced) {
  const Site site;
  const auto server =
      TlsServer::Start({.chain = site.Chain(), .staples = {BuildOcspResponse(site.Good())}});
  ASSERT_TRUE(server) << server.error();
  const std::string ca_file = site.directory().Write("changing.pem", site.pki.stranger_root.Pem());
  const auto exporter = Exporter::Start(ModuleTrusting(ca_file));
  ASSERT_TRUE(exporter) << exporter.error();
  const auto probe = [&] {
    return Samples((*exporter)->Probe({.target = (*server)->Target()}).body);
  };
  const Samples before = probe();
  EXPECT_EQ(FailureOf(before), "judge/chain_invalid");
  EXPECT_EQ(before.Value("probe_tls_chain_valid"), 0);

  site.directory().Write("changing.pem", site.pki.root.Pem());
  (*exporter)->process().Signal(SIGHUP);
  EXPECT_TRUE(WaitUntil([&] { return probe().Value("probe_success") == 1; }));
}

// $FILE stands for the configuration file, $DIR for its directory.
struct BadFileCase {
  const char* name;
  std::optional<std::string> text;  // nothing: there is no such file
  std::string sentence;
};

void PrintTo(const BadFileCase& row, std::ostream* out) { *out << row.name; }

std::string Expand(std::string text, const std::string& file) {
  const std::string directory = std::filesystem::path(file).parent_path().string();
  for (const auto& [name, value] : {std::pair{"$FILE", file}, {"$DIR", directory}}) {
    for (std::size_t at = 0; (at = text.find(name)) != std::string::npos;) {
      text.replace(at, std::string(name).size(), value);
    }
  }
  return text;
}

void Replace(const Exporter& exporter, const std::optional<std::string>& text) {
  if (text) {
    exporter.WriteConfiguration(*text);
  } else {
    std::filesystem::remove(exporter.ConfigPath());
  }
}

class BadFileTest : public ::testing::TestWithParam<BadFileCase> {};

TEST_P(BadFileTest, IsRefusedAndTheOldOneKept) {
  const auto exporter = Exporter::Start(kGood, {"--web.enable-lifecycle"});
  ASSERT_TRUE(exporter) << exporter.error();
  const std::string before = (*exporter)->Get("/config").body;
  Replace(**exporter, GetParam().text);
  const HttpResponse answer = PostReload(**exporter);
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body, Expand(GetParam().sentence, (*exporter)->ConfigPath()) + "\n");
  EXPECT_EQ(LastReload(**exporter), 0);
  EXPECT_EQ((*exporter)->Get("/config").body, before);
  EXPECT_EQ((*exporter)->Probe({.target = "127.0.0.1:1", .module = "first"}).status, 200);
}

TEST_P(BadFileTest, KeepsTheExporterFromStarting) {
  const TempDir directory;
  const std::string file = directory.Path("exporter.yml");
  if (GetParam().text) directory.Write("exporter.yml", *GetParam().text);
  const std::string sentence = Expand(GetParam().sentence, file);

  const ProcessResult check = RunExporter({"--config.check", "--config.file=" + file});
  EXPECT_EQ(check.exit_status, 1);
  EXPECT_EQ(check.output, "");
  EXPECT_EQ(check.errors, sentence + "\n");

  const ProcessResult serve =
      RunExporter({"--web.listen-address=127.0.0.1:0", "--config.file=" + file});
  EXPECT_EQ(serve.exit_status, 1);
  std::string quoted;
  for (const char c : sentence) quoted += c == '"' ? std::string("\\\"") : std::string(1, c);
  EXPECT_TRUE(Contains(serve.errors, "level=error msg=\"cannot start\" err=\"" + quoted + "\"\n"))
      << serve.errors;
}

INSTANTIATE_TEST_SUITE_P(
    Configuration, BadFileTest,
    ::testing::ValuesIn(std::vector<BadFileCase>{
        {.name = "MissingFile",
         .text = std::nullopt,
         .sentence = "cannot read the file \"$FILE\": No such file or directory"},
        {.name = "MissingCaFile",
         .text = "modules:\n  tls:\n    tls_config: {ca_file: missing.pem}\n",
         .sentence = "module \"tls\": cannot read CA file \"$DIR/missing.pem\": No such file or "
                     "directory"},
        {.name = "CaFileIsText",
         .text = "modules:\n  tls:\n    tls_config: {ca_file: exporter.yml}\n",
         .sentence = "module \"tls\": CA file \"$FILE\" holds no PEM certificate"},
        {.name = "UnknownKey",
         .text = "modules:\n  tls:\n    timeot: 5s\n",
         .sentence =
             "$FILE:3: unknown key \"timeot\" in module \"tls\"; did you mean \"timeout\"?"},
        {.name = "DuplicateModule",
         .text = "modules:\n  tls: {}\n  other: {}\n  tls: {}\n",
         .sentence = "$FILE:4: duplicate key \"tls\", first given at line 2"},
        {.name = "NotYaml",
         .text = "modules:\n  tls: {timeout: 5s\n",
         .sentence = "$FILE:3: not valid YAML: end of map flow not found"},
        {.name = "BinaryFile",
         .text = std::string("\x7f\x45LF\x01\x02\x00\x03", 8),
         .sentence = "$FILE:1: not YAML: this line is not UTF-8 text"},
        {.name = "PlainText",
         .text = "hello\n",
         .sentence = "$FILE:1: not a configuration: a mapping with the key modules is wanted"},
        {.name = "EmptyFile", .text = "", .sentence = "$FILE:1: the file is empty"},
        {.name = "UnknownDefaultModule",
         .text = "default_module: tsl\nmodules:\n  tls: {}\n",
         .sentence = "$FILE:1: default_module \"tsl\" is not a module of this file; did you mean "
                     "\"tls\"?"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace stapling::testing
