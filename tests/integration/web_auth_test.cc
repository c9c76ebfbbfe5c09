// Passwords, rate limit, headers, and a web configuration that is broken or changes while the
// exporter runs.

#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <vector>

#include "tests/integration/samples.h"
#include "tests/integration/web_site.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

using Client = WebSite::Client;

constexpr const char* kReloaded = "ocsp_stapling_exporter_web_config_last_reload_successful";

TEST(WebAuth, AsksEveryPathForAPassword) {
  const WebSite site;
  const auto exporter = site.Start(WebSite::Tls() + WebSite::Users(), {"--log.level=debug"});
  ASSERT_TRUE(exporter) << exporter.error();
  for (const char* path : {"/", "/metrics", "/probe?target=127.0.0.1:1", "/config", "/-/healthy",
                           "/-/reload", "/nothing"}) {
    const CurlResult nobody = site.Get(**exporter, path);
    EXPECT_EQ(nobody.status, 401) << path << nobody.errors;
    EXPECT_NE(nobody.output.find(
                  "WWW-Authenticate: Basic realm=\"ocsp_stapling_exporter\", charset=\"UTF-8\""),
              std::string::npos);
  }
  for (const char* wrong : {"prometheus:U*U*", "mallory:U*U", "prometheus:", ":U*U"}) {
    EXPECT_EQ(site.Get(**exporter, "/metrics", Client::kNone, {"--user", wrong}).status, 401);
  }
  const CurlResult right = site.Get(**exporter, "/metrics", Client::kNone, {"--user", kWebUser});
  EXPECT_EQ(right.status, 200) << right.errors;
  EXPECT_EQ(site.Get(**exporter, "/nothing", Client::kNone, {"--user", kWebUser}).status, 404);

  // Secrets show nowhere.
  const std::string shown =
      (*exporter)->process().Errors() +
      site.Get(**exporter, "/config", Client::kNone, {"--user", kWebUser}).output +
      site.Get(**exporter, "/probe?target=127.0.0.1:1&debug=true", Client::kNone,
               {"--user", kWebUser})
          .output;
  for (const char* secret : {"$2a$", "U*U", "PRIVATE KEY", "Authorization", "Basic cHJv"}) {
    EXPECT_EQ(shown.find(secret), std::string::npos) << secret;
  }
}

TEST(WebAuth, WorksWithoutTls) {
  const WebSite site;
  const auto exporter = site.Start(WebSite::Users());
  ASSERT_TRUE(exporter) << exporter.error();
  EXPECT_EQ(WebSite::GetPlain(**exporter, "/metrics").status, 401);
  EXPECT_EQ(WebSite::GetPlain(**exporter, "/metrics", {"--user", kWebUser}).status, 200);
  EXPECT_TRUE((*exporter)->process().WaitForOutput(
      "web configuration: basic_auth_users without TLS: passwords cross the network"));
}

TEST(WebAuth, LimitsTheRateAndAddsHeadersToEveryResponse) {
  const WebSite site;
  const auto exporter = site.Start(
      "rate_limit: {interval: 1h, burst: 2}\n"
      "http_server_config:\n  headers:\n    X-Frame-Options: sameorigin\n"
      "    Strict-Transport-Security: max-age=7\n");
  ASSERT_TRUE(exporter) << exporter.error();
  const std::vector<int> expected = {200, 404, 429};
  const std::vector<std::string> paths = {"/", "/nothing", "/"};
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const HttpResponse response = (*exporter)->Get(paths[i]);
    EXPECT_EQ(response.status, expected[i]);
    EXPECT_EQ(response.headers.at("x-frame-options"), "sameorigin");
    EXPECT_EQ(response.headers.at("strict-transport-security"), "max-age=7");
  }
}

class WebReloadTest : public ::testing::Test {
 protected:
  void Start(const std::string& web_configuration) {
    auto exporter = site_.Start(web_configuration, {"--web.enable-lifecycle"});
    ASSERT_TRUE(exporter) << exporter.error();
    exporter_ = std::move(exporter).value();
  }
  // Over TLS, by the one who knows the password.
  [[nodiscard]] CurlResult Get(const std::string& path, std::vector<std::string> flags = {}) const {
    flags.insert(flags.end(), {"--user", kWebUser});
    return site_.Get(*exporter_, path, Client::kNone, std::move(flags));
  }
  [[nodiscard]] bool WaitForReload(double successful) const {
    return WaitUntil(
        [&] {
          const std::string page = Get("/metrics").output;
          return Samples(page.substr(page.find("\r\n\r\n") + 4)).Value(kReloaded) == successful;
        },
        std::chrono::seconds(30));
  }
  [[nodiscard]] std::string ServerSubject() const {
    const std::string said = Get("/-/healthy", {"--verbose"}).errors;
    const std::size_t start = said.find("subject: ");
    return start == std::string::npos ? said : said.substr(start, said.find('\n', start) - start);
  }

  const WebSite site_;
  std::unique_ptr<Exporter> exporter_;
};

TEST_F(WebReloadTest, TakesARotatedCertificate) {
  Start(WebSite::Tls() + WebSite::Users());
  EXPECT_EQ(ServerSubject(), "subject: CN=server");
  site_.Replace("server.pem", "renewed.pem");  // the key does not fit yet
  EXPECT_TRUE(WaitForReload(0));
  EXPECT_EQ(ServerSubject(), "subject: CN=server");
  site_.Replace("server.key", "renewed.key");
  EXPECT_TRUE(WaitForReload(1));
  EXPECT_EQ(ServerSubject(), "subject: CN=renewed");
  const std::string log = exporter_->process().Errors();
  const std::string complaint = "the web configuration changed but is no good";
  EXPECT_NE(log.find(complaint), std::string::npos);
  EXPECT_EQ(log.find(complaint), log.rfind(complaint));
}

TEST_F(WebReloadTest, ABrokenFileKeepsTheOldOneInUse) {
  Start(WebSite::Tls() + WebSite::Users());
  site_.Write("web.yml", "basic_auth_user: {}\n");
  const CurlResult refused = Get("/-/reload", {"--request", "POST"});
  EXPECT_EQ(refused.status, 500);
  EXPECT_NE(refused.output.find(site_.Path("web.yml") +
                                ":1: unknown key \"basic_auth_user\"; did you mean "
                                "\"basic_auth_users\"?\n"),
            std::string::npos)
      << refused.output;
  EXPECT_TRUE(WaitForReload(0));
  EXPECT_EQ(site_.Get(*exporter_, "/metrics").status, 401);
  site_.Write("web.yml", WebSite::Tls() + WebSite::Users() +
                             "http_server_config: {headers: {X-Frame-Options: deny}}\n");
  exporter_->process().Signal(SIGHUP);
  EXPECT_TRUE(WaitUntil([&] {
    return Get("/-/healthy", {"--verbose"}).errors.find("X-Frame-Options: deny") !=
           std::string::npos;
  }));
  EXPECT_TRUE(WaitForReload(1));
}

// What a write onto a full disk leaves.
TEST_F(WebReloadTest, AFileThatWasCutOffLetsNobodyIn) {
  Start(WebSite::Tls() + WebSite::Users());
  for (const std::string& left : {std::string(), WebSite::Tls()}) {
    site_.Write("web.yml", left);
    EXPECT_EQ(Get("/-/reload", {"--request", "POST"}).status, 500);
    EXPECT_TRUE(WaitForReload(0));
    EXPECT_EQ(site_.Get(*exporter_, "/metrics").status, 401);
  }
}

TEST_F(WebReloadTest, DoesNotTurnTlsOff) {
  Start(WebSite::Tls() + WebSite::Users());
  site_.Write("web.yml", WebSite::Users());
  const CurlResult refused = Get("/-/reload", {"--request", "POST"});
  EXPECT_EQ(refused.status, 500);
  EXPECT_NE(refused.output.find("TLS cannot be turned off while the exporter runs; restart it"),
            std::string::npos)
      << refused.output;
  EXPECT_EQ(Get("/metrics").status, 200);
}

struct BadStart {
  const char* name;
  std::string yaml;
  std::string sentence;  // after the file's name
};

TEST(WebStart, RefusesABrokenFile) {
  const WebSite site;
  const BadStart rows[] = {
      {"unknown_key", "tls: {}\n", ":1: unknown key \"tls\""},
      {"missing_certificate", "tls_server_config: {cert_file: none.pem, key_file: server.key}\n",
       ": tls_server_config: cert_file: cannot read the file \"" + site.Path("none.pem") +
           "\": No such file or directory"},
      {"key_of_another", "tls_server_config: {cert_file: server.pem, key_file: client.key}\n",
       ": tls_server_config: key_file \"" + site.Path("client.key") +
           "\" does not belong to cert_file \"" + site.Path("server.pem") + "\""},
  };
  for (const BadStart& row : rows) {
    site.Write("web.yml", row.yaml);
    const std::string flag = "--web.config.file=" + site.Path("web.yml");
    const ProcessResult check = RunExporter({"--config.check", flag});
    EXPECT_EQ(check.exit_status, 1) << row.name;
    EXPECT_EQ(check.output, "") << row.name;
    EXPECT_EQ(check.errors, site.Path("web.yml") + row.sentence + "\n") << row.name;
    const ProcessResult serve = RunExporter({"--web.listen-address=127.0.0.1:0", flag});
    EXPECT_EQ(serve.exit_status, 1) << row.name;
    EXPECT_NE(serve.errors.find("msg=\"cannot start\" err=\"" + site.Path("web.yml")),
              std::string::npos)
        << serve.errors;
  }
  site.Write("web.yml", WebSite::Tls() + WebSite::Users());
  EXPECT_EQ(
      RunExporter({"--config.check", "--web.config.file=" + site.Path("web.yml")}).exit_status, 0);
}

}  // namespace
}  // namespace stapling::testing
