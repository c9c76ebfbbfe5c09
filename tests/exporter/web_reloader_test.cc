#include "exporter/web_reloader.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/exporter/web/hashes.h"
#include "tests/support/pki.h"
#include "tests/support/temp_dir.h"
#include "tests/support/wait_until.h"

namespace stapling::exporter {
namespace {

using stapling::testing::Certificate;
using stapling::testing::IssueCertificate;
using stapling::testing::TempDir;
using stapling::testing::WaitUntil;

constexpr const char* kTls = "tls_server_config: {cert_file: c.pem, key_file: c.key}\n";
constexpr const char* kFrames = "http_server_config: {headers: {X-Frame-Options: deny}}\n";
constexpr const char* kSeries = "ocsp_stapling_exporter_web_config_last_reload_successful";

class WebReloaderTest : public ::testing::Test {
 protected:
  WebReloaderTest() {
    const Certificate certificate = IssueCertificate({.subject = "a"});
    directory_.Write("c.pem", certificate.Pem());
    directory_.Write("c.key", certificate.KeyPem());
  }

  // Replaced, not rewritten: a reader never sees half a file.
  void Write(const std::string& text) const {
    directory_.Write("web.yml.new", text);
    std::filesystem::rename(directory_.Path("web.yml.new"), directory_.Path("web.yml"));
  }
  Result<std::unique_ptr<WebReloader>> Make(std::chrono::milliseconds check_interval) {
    return WebReloader::Make(directory_.Path("web.yml"), metrics_, logger_, check_interval);
  }
  [[nodiscard]] bool Shows(const std::string& value) const {
    return metrics_.Text().find(std::string("\n") + kSeries + " " + value + "\n") !=
           std::string::npos;
  }

  const TempDir directory_;
  FileDescriptor null_{open("/dev/null", O_WRONLY | O_CLOEXEC)};
  Logger logger_{{.descriptor = null_.get()}};
  SelfMetrics metrics_;
};

constexpr std::chrono::milliseconds kOften{10};
constexpr std::chrono::milliseconds kNever = std::chrono::hours(1);

TEST_F(WebReloaderTest, WithoutOneThereIsNoSeries) {
  EXPECT_EQ(metrics_.Text().find(kSeries), std::string::npos);
}

TEST_F(WebReloaderTest, TakesAChangedFileAndKeepsTheOldOneFromABrokenOne) {
  Write(kFrames);
  const auto reloader = Make(kOften);
  ASSERT_TRUE(reloader) << reloader.error();
  EXPECT_TRUE(Shows("1"));
  Write("headers: {}\n");
  EXPECT_TRUE(WaitUntil([&] { return Shows("0"); }));
  EXPECT_EQ((*reloader)->Current()->config.headers.size(), 1U);
  Write("{}\n");
  EXPECT_TRUE(WaitUntil([&] { return Shows("1"); }));
  EXPECT_TRUE((*reloader)->Current()->config.headers.empty());
}

TEST_F(WebReloaderTest, WatchesTheFilesThatItNames) {
  Write(kTls);
  const auto reloader = Make(kOften);
  ASSERT_TRUE(reloader) << reloader.error();
  const auto before = (*reloader)->Current();
  directory_.Write("c.key", "broken");
  EXPECT_TRUE(WaitUntil([&] { return Shows("0"); }));
  EXPECT_EQ((*reloader)->Current(), before);
}

TEST_F(WebReloaderTest, NeverTurnsTlsOnOrOff) {
  Write(kTls);
  const auto with = Make(kNever);
  ASSERT_TRUE(with) << with.error();
  Write("{}\n");
  const auto without = Make(kNever);
  ASSERT_TRUE(without) << without.error();
  const auto off = (*with)->Reload();
  ASSERT_TRUE(off);
  EXPECT_EQ(off->sentence, directory_.Path("web.yml") +
                               ": TLS cannot be turned off while the exporter runs; restart it");
  Write(kTls);
  const auto on = (*without)->Reload();
  ASSERT_TRUE(on);
  EXPECT_EQ(on->sentence, directory_.Path("web.yml") +
                              ": TLS cannot be turned on while the exporter runs; restart it");
  EXPECT_FALSE((*with)->Reload().has_value());
}

struct LooserRow {
  const char* name;
  std::string before;
  std::string after;
  const char* sentence;
};

const std::string kUsers = std::string("basic_auth_users: {alice: ") + kHash + "}\n";
const std::string kClients =
    "tls_server_config:\n  cert_file: c.pem\n  key_file: c.key\n"
    "  client_auth_type: RequireAnyClientCert\n";
const std::string kCa = "  client_ca_file: c.pem\n";
const std::string kLimit = "rate_limit: {interval: 1s, burst: 5}\n";
const std::string kNames = "  client_allowed_sans: [scraper.test]\n";

// What is left of a file that was cut off may demand less.
TEST_F(WebReloaderTest, NeverDemandsLessOfStrangers) {
  for (const LooserRow& row : {
           LooserRow{"cut to nothing", kUsers, "", "basic_auth_users cannot be emptied"},
           {"no users", kFrames + kUsers, kFrames, "basic_auth_users cannot be emptied"},
           {"users of nobody", kUsers, "basic_auth_users:\n", "basic_auth_users cannot be emptied"},
           {"no client certificates", kClients, kTls, "client_auth_type cannot be turned off"},
           {"no names", kClients + kNames, kClients, "client_allowed_sans cannot be taken away"},
           {"no CA", kClients + kCa, kClients, "client_ca cannot be taken away"},
           {"a CA of nobody", kClients + kCa, kClients + "  client_ca: ''\n",
            "client_ca cannot be taken away"},
           {"no limit", kFrames + kLimit, kFrames, "rate_limit cannot be taken away"},
           {"a limit of nothing", kLimit, "rate_limit: {burst: 5}\n",
            "rate_limit cannot be taken away"},
       }) {
    SCOPED_TRACE(row.name);
    Write(row.before);
    const auto reloader = Make(kNever);
    ASSERT_TRUE(reloader) << reloader.error();
    const auto before = (*reloader)->Current();
    Write(row.after);
    const auto refused = (*reloader)->Reload();
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->sentence, directory_.Path("web.yml") + ": " + row.sentence +
                                     " while the exporter runs; restart it");
    EXPECT_EQ((*reloader)->Current(), before);
    EXPECT_TRUE(Shows("0"));
  }
}

TEST_F(WebReloaderTest, MayDemandMoreAndOfOthers) {
  Write("");
  const auto plain = Make(kNever);
  ASSERT_TRUE(plain) << plain.error();
  Write(kUsers);
  EXPECT_FALSE((*plain)->Reload());
  Write(std::string("basic_auth_users: {bob: ") + kOtherHash + "}\n");
  EXPECT_FALSE((*plain)->Reload());
  Write(kTls);
  const auto tls = Make(kNever);
  ASSERT_TRUE(tls) << tls.error();
  Write(kClients);
  EXPECT_FALSE((*tls)->Reload());
  Write(kClients + kCa + kNames + kLimit);
  EXPECT_FALSE((*tls)->Reload());
}

TEST_F(WebReloaderTest, DoesNotStartOnABrokenFile) {
  Write("tls_server_config: {cert_file: none.pem, key_file: c.key}\n");
  const auto reloader = Make(kNever);
  ASSERT_FALSE(reloader);
  EXPECT_EQ(reloader.error(), directory_.Path("web.yml") +
                                  ": tls_server_config: cert_file: cannot read the file \"" +
                                  directory_.Path("none.pem") + "\": No such file or directory");
}

}  // namespace
}  // namespace stapling::exporter
