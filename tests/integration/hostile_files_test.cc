// Files that are everything but what they should be: an exporter that runs refuses each with a
// sentence, soon and in little memory, and goes on with what it had; one that starts does not.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "tests/integration/bad_place.h"
#include "tests/integration/ordeal.h"
#include "tests/integration/scrape.h"
#include "tests/integration/web_site.h"
#include "tests/support/sanitizer.h"
#include "tests/support/tls_server.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr std::size_t kMebibyte = std::size_t{1024} * 1024;
// A refusal takes some milliseconds; here, a bound for a busy machine.
constexpr auto kSoon = 10s;

// A file that the exporter is given, and what is in it when all is well.
struct File {
  const char* name;
  std::string path;
  std::string content;
};

// One sentence in one line.
bool IsSentence(const std::string& text) {
  return text.size() > 10 && text.size() < 2000 && text.find('\n') == text.size() - 1;
}

class HostileFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    auto server =
        TlsServer::Start({.chain = site_.Chain(), .staples = {BuildOcspResponse(site_.Good())}});
    ASSERT_TRUE(server) << server.error();
    server_ = std::move(*server);
    directory().Write("client.pem", site_.leaf.Pem());
    directory().Write("client.key", site_.leaf.KeyPem());
  }

  [[nodiscard]] const TempDir& directory() const { return site_.directory(); }
  [[nodiscard]] std::string Configuration() const {
    return ModuleTrusting(site_.CaFile(), "      cert_file: " + site_.Path("client.pem") +
                                              "\n      key_file: " + site_.Path("client.key") +
                                              "\n");
  }
  [[nodiscard]] std::vector<File> Files(const std::string& configuration_path) const {
    return {{"configuration", configuration_path, Configuration()},
            {"CA bundle", site_.CaFile(), site_.pki.root.Pem()},
            {"client certificate", site_.Path("client.pem"), site_.leaf.Pem()},
            {"client key", site_.Path("client.key"), site_.leaf.KeyPem()}};
  }
  [[nodiscard]] double Success(const Exporter& exporter) const {
    return Samples(exporter.Probe({.target = server_->Target()}).body)
        .Value("probe_success")
        .value_or(-1);
  }

  // Reloads, which must be refused soon; then with the file as it was, which must not.
  void Attack(const Exporter& exporter, const File& file) const {
    const HttpRequest reload{.path = "/-/reload", .method = "POST"};
    const HttpResponse refused = exporter.Send(reload);
    EXPECT_EQ(refused.status, 500) << refused.body;
    EXPECT_TRUE(IsSentence(refused.body)) << refused.body.substr(0, 2000);
    EXPECT_NE(refused.body.find(file.path), std::string::npos) << refused.body.substr(0, 2000);
    EXPECT_EQ(exporter.Metric("ocsp_stapling_exporter_config_last_reload_successful"), 0);
    EXPECT_EQ(Success(exporter), 1);
    Mend(file.path, file.content);
    const HttpResponse taken = exporter.Send(reload);
    EXPECT_EQ(taken.status, 200) << taken.body;
  }

  const Site site_;
  std::unique_ptr<TlsServer> server_;
};

TEST_F(HostileFiles, AreRefusedSoonAndTheOldOnesServe) {
  const auto exporter = Exporter::Start(Configuration(), {"--web.enable-lifecycle"});
  ASSERT_TRUE(exporter) << exporter.error();
  ASSERT_EQ(Success(**exporter), 1);
  Ordeal ordeal("files of a module", **exporter);
  for (const File& file : Files((*exporter)->ConfigPath())) {
    for (const BadPlace& place : BadPlaces()) {
      SCOPED_TRACE(std::string(file.name) + ": " + place.name);
      Spoil(file.path, place);
      ordeal.Try(place.name, [&] { Attack(**exporter, file); });
    }
  }
  EXPECT_TRUE(ordeal.AllSurvived());
  EXPECT_LT(ordeal.Worst(), kSoon);
  EXPECT_LT(ordeal.MostMemory(), MemoryBound(16 * kMebibyte));
  EXPECT_EQ(ordeal.Leaks(8 * kMebibyte), "");
}

// Written in two steps, and read between them.
TEST_F(HostileFiles, HalfWrittenOnesAreRefusedAndWholeOnesTaken) {
  const auto exporter = Exporter::Start(Configuration(), {"--web.enable-lifecycle"});
  ASSERT_TRUE(exporter) << exporter.error();
  Ordeal ordeal("halves of files", **exporter);
  for (const File& file : Files((*exporter)->ConfigPath())) {
    // A configuration that ends where a line does may be a good one: each ends within a key.
    const std::size_t whole = file.content.size();
    const std::size_t key = file.content.find("tls_config") + 4;
    const auto lengths = file.path == (*exporter)->ConfigPath()
                             ? std::vector<std::size_t>{1, 10, 25, key}
                             : std::vector<std::size_t>{1, whole / 4, whole / 2, whole - 30};
    for (const std::size_t length : lengths) {
      SCOPED_TRACE(std::string(file.name) + ": " + std::to_string(length) + " octets");
      Mend(file.path, file.content.substr(0, length));
      ordeal.Try(file.name, [&] { Attack(**exporter, file); });
    }
  }
  EXPECT_TRUE(ordeal.AllSurvived());
  EXPECT_LT(ordeal.Worst(), kSoon);
  EXPECT_EQ(ordeal.Leaks(8 * kMebibyte), "");
}

TEST_F(HostileFiles, KeepTheExporterFromStartingSoon) {
  std::size_t tried = 0;
  std::chrono::milliseconds worst{0};
  const std::string configuration = directory().Write("exporter.yml", Configuration());
  for (const File& file : Files(configuration)) {
    for (const BadPlace& place : BadPlaces()) {
      SCOPED_TRACE(std::string(file.name) + ": " + place.name);
      Spoil(file.path, place);
      const auto start = std::chrono::steady_clock::now();
      const ProcessResult check = RunExporter({"--config.check", "--config.file=" + configuration});
      worst = std::max(worst, std::chrono::ceil<std::chrono::milliseconds>(
                                  std::chrono::steady_clock::now() - start));
      ++tried;
      EXPECT_EQ(check.exit_status, 1);
      EXPECT_TRUE(IsSentence(check.errors)) << check.errors.substr(0, 2000);
      Mend(file.path, file.content);
    }
  }
  EXPECT_LT(worst, kSoon);
  std::cout << "[counts] files at the start: tried " << tried << ", worst " << worst.count()
            << " ms" << std::endl;
}

std::string Repeated(const std::string& text, std::size_t bytes) {
  std::string all;
  while (all.size() + text.size() <= bytes) all += text;
  return all;
}

// Each level holds the last one ten times.
std::string AliasBomb(int levels) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int level = 1; level < levels; ++level) {
    const std::string below = "*a" + std::to_string(level - 1);
    text += "a" + std::to_string(level) + ": &a" + std::to_string(level) + " [" + below;
    for (int i = 1; i < 10; ++i) text += ", " + below;
    text += "]\n";
  }
  return text + "modules: {test: *a" + std::to_string(levels - 1) + "}\n";
}

// As many names as a file may hold, each the value of the next.
std::string LongChainOfAliases(std::size_t bytes) {
  std::string text = "modules:\n  a0: &a0 {}\n";
  for (int i = 1; text.size() + 20 < bytes; ++i) {
    const std::string number = std::to_string(i);
    text += "  a" + number + ": &a" + number + " [*a" + std::to_string(i - 1) + "]\n";
  }
  return text;
}

std::string ManyKeys(std::size_t bytes) {
  std::string text = "modules:\n";
  for (int i = 0; text.size() + 20 < bytes; ++i) text += "  k" + std::to_string(i) + ": {}\n";
  return text + "  k0: {}\n";
}

TEST_F(HostileFiles, YamlThatGrowsIsRefusedSoon) {
  struct Bomb {
    const char* name;
    std::string text;
  };
  constexpr std::size_t kQuarter = 250'000;  // of what a file may hold
  const std::vector<Bomb> bombs = {
      {"aliases of aliases", AliasBomb(12)},
      {"a long chain of aliases", LongChainOfAliases(kQuarter)},
      {"deep lists", Repeated("[", kQuarter)},
      {"deep mappings", Repeated("{a: ", kQuarter)},
      {"deep block lists", Repeated("- ", kQuarter)},
      {"deep keys", Repeated("? ", kQuarter)},
      {"closed brackets", Repeated("]", kQuarter)},
      {"many documents", Repeated("--- a\n", kQuarter)},
      {"many commas", "modules: [" + Repeated(",", kQuarter)},
      {"many anchors", Repeated("&a ", kQuarter)},
      {"many tags", Repeated("!a ", kQuarter)},
      {"many directives", Repeated("%YAML 1.2\n", kQuarter)},
      {"many comments", Repeated("# modules\n", kQuarter)},
      {"many keys, one of them twice", ManyKeys(kQuarter)},
      {"one long key", "modules:\n  " + Repeated("k", kQuarter) + ": {}\n" + "x: y\n"},
      {"one long text without an end", "modules: \"" + Repeated("a", kQuarter)},
      {"one long folded text", "modules: >\n" + Repeated(" a\n\n", kQuarter)},
      {"many line breaks", Repeated("\n", kQuarter) + "modules"},
      {"tabs", Repeated("\t", kQuarter)},
  };
  const auto exporter = Exporter::Start(Configuration(), {"--web.enable-lifecycle"});
  ASSERT_TRUE(exporter) << exporter.error();
  Ordeal ordeal("bombs of YAML", **exporter);
  const File file{"configuration", (*exporter)->ConfigPath(), Configuration()};
  for (const Bomb& bomb : bombs) {
    SCOPED_TRACE(bomb.name);
    Mend(file.path, bomb.text);
    ordeal.Try(bomb.name, [&] { Attack(**exporter, file); });
  }
  EXPECT_TRUE(ordeal.AllSurvived());
  EXPECT_LT(ordeal.Worst(), kSoon);
  EXPECT_LT(ordeal.MostMemory(), MemoryBound(64 * kMebibyte));
  EXPECT_EQ(ordeal.Leaks(64 * kMebibyte), "");
}

TEST(WebHostileFiles, AreRefusedSoonAndTheOldOnesServe) {
  const WebSite site;
  const std::string configuration = WebSite::Tls(
      "  client_auth_type: VerifyClientCertIfGiven\n  client_ca_file: client_ca.pem\n");
  const auto exporter = site.Start(configuration, {"--web.enable-lifecycle"});
  ASSERT_TRUE(exporter) << exporter.error();
  const auto read = [&](const std::string& name) { return site.Read(name); };
  const std::vector<File> files = {
      {"web configuration", site.Path("web.yml"), configuration},
      {"certificate", site.Path("server.pem"), read("server.pem")},
      {"key", site.Path("server.key"), read("server.key")},
      {"client CA", site.Path("client_ca.pem"), read("client_ca.pem")}};
  const std::vector<std::string> reload = {"--request", "POST"};
  const auto get = [&](const char* path, const std::vector<std::string>& how = {}) {
    return site.Get(**exporter, path, WebSite::Client::kGood, how);
  };
  Ordeal ordeal("files of the web configuration", **exporter,
                [&] { return get("/-/healthy").status == 200; });
  for (const File& file : files) {
    for (const BadPlace& place : BadPlaces()) {
      SCOPED_TRACE(std::string(file.name) + ": " + place.name);
      Spoil(file.path, place);
      ordeal.Try(place.name, [&] {
        const CurlResult refused = get("/-/reload", reload);
        EXPECT_EQ(refused.status, 500) << refused.output << refused.errors;
        EXPECT_NE(refused.output.find(file.path), std::string::npos) << refused.output;
      });
      Mend(file.path, file.content);
    }
    const CurlResult taken = get("/-/reload", reload);
    EXPECT_EQ(taken.status, 200) << taken.output << taken.errors;
  }
  EXPECT_TRUE(ordeal.AllSurvived());
  EXPECT_LT(ordeal.Worst(), kSoon);
  EXPECT_LT(ordeal.MostMemory(), MemoryBound(16 * kMebibyte));
  EXPECT_EQ(ordeal.Leaks(8 * kMebibyte), "");
}

}  // namespace
}  // namespace stapling::testing
