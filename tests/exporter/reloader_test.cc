#include "exporter/reloader.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/net/file_descriptor.h"
#include "tests/support/descriptor_hog.h"
#include "tests/support/pki.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wait_until.h"

namespace stapling::exporter {
namespace {

using stapling::testing::Certificate;
using stapling::testing::DescriptorHog;
using stapling::testing::IssueCertificate;
using stapling::testing::TempDir;
using stapling::testing::WaitUntil;
using std::chrono::milliseconds;

const Certificate& Ca() {
  static const Certificate ca = IssueCertificate({.subject = "Test CA", .is_ca = true});
  return ca;
}

std::string Yaml(const std::string& module, const std::string& ca_file) {
  return "modules: {" + module + ": {tls_config: {ca_file: " + ca_file + "}}}\n";
}

class ReloaderTest : public ::testing::Test {
 protected:
  ReloaderTest() {
    directory_.Write("ca.pem", Ca().Pem());
    directory_.Write("exporter.yml", Yaml("one", "ca.pem"));
  }

  // Replaced, not rewritten: a reader never sees half a file.
  void Replace(const std::string& name, const std::string& content) const {
    directory_.Write(name + ".new", content);
    std::filesystem::rename(directory_.Path(name + ".new"), directory_.Path(name));
  }

  Result<std::unique_ptr<Reloader>> Make(ReloaderOptions options = {}) {
    options.config_file = directory_.Path("exporter.yml");
    return Reloader::Make(std::move(options), metrics_, logger_);
  }

  [[nodiscard]] bool HasLine(const std::string& line) const {
    return metrics_.Text().find("\nocsp_stapling_exporter_" + line + "\n") != std::string::npos;
  }

  TempDir directory_;
  FileDescriptor null_{open("/dev/null", O_WRONLY | O_CLOEXEC)};
  Logger logger_{{.descriptor = null_.get()}};
  SelfMetrics metrics_;
};

TEST_F(ReloaderTest, LoadsAtOnce) {
  const auto reloader = Make();
  ASSERT_TRUE(reloader) << reloader.error();
  EXPECT_NE((*reloader)->Current()->Find("one"), nullptr);
  EXPECT_TRUE(HasLine("config_last_reload_successful 1"));
  EXPECT_TRUE(HasLine("tls_files_last_reload_successful 1"));
  EXPECT_TRUE(HasLine(R"(probes_total{module="one",result="success"} 0)"));
}

TEST_F(ReloaderTest, DoesNotStartOnABrokenFile) {
  directory_.Write("exporter.yml", "modules: {one: {timout: 1s}}");
  const auto reloader = Make();
  ASSERT_FALSE(reloader);
  EXPECT_EQ(reloader.error(), directory_.Path("exporter.yml") +
                                  ":1: unknown key \"timout\" in module \"one\"; did you mean "
                                  "\"timeout\"?");
}

TEST_F(ReloaderTest, DoesNotStartOnAMissingCaFile) {
  directory_.Write("exporter.yml", Yaml("one", "gone.pem"));
  const auto reloader = Make();
  ASSERT_FALSE(reloader);
  EXPECT_EQ(reloader.error(), "module \"one\": cannot read CA file \"" +
                                  directory_.Path("gone.pem") + "\": No such file or directory");
}

TEST_F(ReloaderTest, ReloadReplacesEverything) {
  const auto reloader = Make();
  ASSERT_TRUE(reloader) << reloader.error();
  const auto before = (*reloader)->Current();
  Replace("exporter.yml", Yaml("two", "ca.pem"));
  EXPECT_EQ((*reloader)->Reload(), std::nullopt);
  EXPECT_EQ((*reloader)->Current()->Find("one"), nullptr);
  EXPECT_NE((*reloader)->Current()->Find("two"), nullptr);
  EXPECT_NE(before->Find("one"), nullptr) << "a running probe keeps what it took";
}

struct BadReload {
  std::string name;
  std::string yaml;
  std::string sentence;  // $D is the directory
};

// What a trust store vouched for is of no use without it; a response needs none.
TEST_F(ReloaderTest, ForgetsTheChainsOfTrustStoresThatAreGone) {
  const auto verifications = std::make_shared<VerificationCache>();
  const auto reloader = Make(
      {.tls_files_check_interval = milliseconds(5), .caches = {.verifications = verifications}});
  ASSERT_TRUE(reloader) << reloader.error();
  const auto keep = [&] {
    verifications->chains.Keep({}, std::make_shared<const VerifiedChain>(), 1);
    verifications->responses.Keep({}, std::make_shared<const Examination>(), 1);
  };
  keep();
  EXPECT_EQ((*reloader)->Reload(), std::nullopt);
  EXPECT_EQ(verifications->chains.stats().entries, 0U);
  EXPECT_EQ(verifications->responses.stats().entries, 1U);

  directory_.Write("exporter.yml", "modules: {one: {timout: 1s}}");
  keep();
  EXPECT_TRUE((*reloader)->Reload());
  EXPECT_EQ(verifications->chains.stats().entries, 1U);

  Replace("ca.pem", Ca().Pem() + Ca().Pem());
  EXPECT_TRUE(WaitUntil([&] { return verifications->chains.stats().entries == 0; }));
}

class ReloaderBadFile : public ReloaderTest, public ::testing::WithParamInterface<BadReload> {};

TEST_P(ReloaderBadFile, KeepsTheOldConfiguration) {
  const auto reloader = Make();
  ASSERT_TRUE(reloader) << reloader.error();
  const auto before = (*reloader)->Current();
  Replace("exporter.yml", GetParam().yaml);
  const auto error = (*reloader)->Reload();
  ASSERT_TRUE(error);
  std::string expected = GetParam().sentence;
  for (std::size_t at = 0; (at = expected.find("$D")) != std::string::npos;) {
    expected.replace(at, 2, directory_.path().string());
  }
  EXPECT_EQ(error->sentence, expected);
  EXPECT_EQ((*reloader)->Current(), before);
  EXPECT_TRUE(HasLine("config_last_reload_successful 0"));

  Replace("exporter.yml", Yaml("three", "ca.pem"));
  EXPECT_EQ((*reloader)->Reload(), std::nullopt);
  EXPECT_TRUE(HasLine("config_last_reload_successful 1"));
}

INSTANTIATE_TEST_SUITE_P(
    Table, ReloaderBadFile,
    ::testing::Values(
        BadReload{.name = "not_yaml",
                  .yaml = "modules: [",
                  .sentence = "$D/exporter.yml:1: not valid YAML: end of sequence flow not found"},
        BadReload{.name = "duplicate_module",
                  .yaml = "modules:\n  a: {}\n  a: {}\n",
                  .sentence = "$D/exporter.yml:3: duplicate key \"a\", first given at line 2"},
        BadReload{.name = "missing_ca_file",
                  .yaml = Yaml("a", "gone.pem"),
                  .sentence = "module \"a\": cannot read CA file \"$D/gone.pem\": No such file or "
                              "directory"},
        BadReload{.name = "one_of_two_modules_broken",
                  .yaml = "modules:\n  a: {}\n  b: {tls_config: {ca_file: exporter.yml}}\n",
                  .sentence = "module \"b\": CA file \"$D/exporter.yml\" holds no PEM "
                              "certificate"}),
    [](const auto& row) { return row.param.name; });

TEST_F(ReloaderTest, AMissingFileKeepsTheOldConfiguration) {
  const auto reloader = Make();
  ASSERT_TRUE(reloader) << reloader.error();
  const auto before = (*reloader)->Current();
  std::filesystem::remove(directory_.Path("exporter.yml"));
  const auto error = (*reloader)->Reload();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->sentence, "cannot read the file \"" + directory_.Path("exporter.yml") +
                                 "\": No such file or directory");
  EXPECT_EQ((*reloader)->Current(), before);
}

TEST_F(ReloaderTest, AChangedConfigurationIsReloadedWhereAskedFor) {
  const auto reloader = Make({.config_check_interval = milliseconds(5)});
  ASSERT_TRUE(reloader) << reloader.error();
  Replace("exporter.yml", "modules: {");
  EXPECT_TRUE(WaitUntil([&] { return HasLine("config_last_reload_successful 0"); }));
  EXPECT_NE((*reloader)->Current()->Find("one"), nullptr);
  Replace("exporter.yml", Yaml("two", "ca.pem"));
  EXPECT_TRUE(WaitUntil([&] { return (*reloader)->Current()->Find("two") != nullptr; }));
  EXPECT_TRUE(HasLine("config_last_reload_successful 1"));
}

TEST_F(ReloaderTest, ChangedTlsFilesAreRebuiltAndBrokenOnesAreNot) {
  const auto reloader = Make({.tls_files_check_interval = milliseconds(5)});
  ASSERT_TRUE(reloader) << reloader.error();
  const auto before = (*reloader)->Current()->Find("one");

  Replace("ca.pem", "not a certificate");
  EXPECT_TRUE(WaitUntil([&] { return HasLine("tls_files_last_reload_successful 0"); }));
  EXPECT_EQ((*reloader)->Current()->Find("one"), before);
  EXPECT_TRUE(HasLine("config_last_reload_successful 1"));

  Replace("ca.pem", Ca().Pem());
  EXPECT_TRUE(WaitUntil([&] { return HasLine("tls_files_last_reload_successful 1"); }));
  EXPECT_NE((*reloader)->Current()->Find("one"), before);
}

// The configuration itself does not change once more.
TEST_F(ReloaderTest, AConfigurationThatLacksAFileIsTakenWhenTheFileIsThere) {
  const auto reloader = Make({.config_check_interval = milliseconds(5)});
  ASSERT_TRUE(reloader) << reloader.error();
  Replace("exporter.yml", Yaml("two", "late.pem"));
  ASSERT_TRUE(WaitUntil([&] { return HasLine("config_last_reload_successful 0"); }));
  Replace("late.pem", Ca().Pem());
  EXPECT_TRUE(WaitUntil([&] { return (*reloader)->Current()->Find("two") != nullptr; }));
  EXPECT_TRUE(WaitUntil([&] { return HasLine("config_last_reload_successful 1"); }));
}

#ifndef __SANITIZE_ADDRESS__  // see DescriptorHog

TEST_F(ReloaderTest, FilesThatChangedWhileNoDescriptorWasLeftAreTakenAfterwards) {
  const auto reloader =
      Make({.config_check_interval = milliseconds(5), .tls_files_check_interval = milliseconds(5)});
  ASSERT_TRUE(reloader) << reloader.error();
  const auto before = (*reloader)->Current()->Find("one");
  directory_.Write("ca.pem.new", Ca().Pem());
  {
    const DescriptorHog hog(0);
    std::filesystem::rename(directory_.Path("ca.pem.new"), directory_.Path("ca.pem"));
    ASSERT_TRUE(WaitUntil([&] { return HasLine("tls_files_last_reload_successful 0"); }));
  }
  EXPECT_TRUE(WaitUntil([&] { return HasLine("tls_files_last_reload_successful 1"); }));
  EXPECT_NE((*reloader)->Current()->Find("one"), before);
}

#endif

TEST_F(ReloaderTest, AGoodModuleDoesNotHideABrokenOne) {
  directory_.Write("other.pem", Ca().Pem());
  directory_.Write("exporter.yml",
                   "modules:\n"
                   "  one: {tls_config: {ca_file: ca.pem}}\n"
                   "  two: {tls_config: {ca_file: other.pem}}\n");
  const auto reloader = Make({.tls_files_check_interval = milliseconds(5)});
  ASSERT_TRUE(reloader) << reloader.error();
  const auto two = (*reloader)->Current()->Find("two");
  Replace("ca.pem", "not a certificate");
  ASSERT_TRUE(WaitUntil([&] { return HasLine("tls_files_last_reload_successful 0"); }));
  Replace("other.pem", Ca().Pem());
  ASSERT_TRUE(WaitUntil([&] { return (*reloader)->Current()->Find("two") != two; }));
  EXPECT_TRUE(HasLine("tls_files_last_reload_successful 0"));
}

TEST_F(ReloaderTest, ReloadsUnderReadersNeverShowHalfAConfiguration) {
  const auto reloader = Make({.tls_files_check_interval = milliseconds(1)});
  ASSERT_TRUE(reloader) << reloader.error();
  std::atomic<bool> done = false;
  std::atomic<int> missing = 0;
  std::vector<std::thread> readers;
  readers.reserve(4);
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        const auto runtime = (*reloader)->Current();
        if (runtime->Find("one") == nullptr) ++missing;
        metrics_.ProbeStarted();
        metrics_.ProbeEnded("one", true, std::chrono::duration<double>(0.001));
      }
    });
  }
  for (int i = 0; i < 50; ++i) EXPECT_EQ((*reloader)->Reload(), std::nullopt);
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(missing, 0);
}

TEST_F(ReloaderTest, WithoutAFileTheBuiltInsServe) {
  const auto reloader = Reloader::Make({}, metrics_, logger_);
  ASSERT_TRUE(reloader) << reloader.error();
  EXPECT_NE((*reloader)->Current()->Find("tls"), nullptr);
  EXPECT_EQ((*reloader)->Reload(), std::nullopt);
}

}  // namespace
}  // namespace stapling::exporter
