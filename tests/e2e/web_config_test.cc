// A real Prometheus scrapes an exporter that wants a client certificate and a password, and one
// that has neither is kept out.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/e2e/prometheus_server.h"
#include "tests/support/pki.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"
#include "tests/support/tls_server.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

constexpr auto kPatience = std::chrono::seconds(60);

// A CA, and what it gave the exporter and Prometheus, as files.
class WebConfigTest : public ::testing::Test {
 protected:
  WebConfigTest() {
    directory_.Write("ca.pem", ca_.Pem());
    Add("exporter", {"localhost"});
    Add("prometheus", {"prometheus.test"});
    // The password is U*U, of a test vector of crypt_blowfish.
    directory_.Write("web.yml",
                     "tls_server_config:\n"
                     "  cert_file: exporter.pem\n"
                     "  key_file: exporter.key\n"
                     "  client_auth_type: RequireAndVerifyClientCert\n"
                     "  client_ca_file: ca.pem\n"
                     "  client_allowed_sans: [prometheus.test]\n"
                     "basic_auth_users:\n"
                     "  prometheus: $2a$05$CCCCCCCCCCCCCCCCCCCCC."
                     "E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW\n");
  }

  // localhost:PORT, where the log says that it listens; the test fails if it does not.
  void StartExporter() {
    auto started =
        Process::Start({.arguments = {EXPORTER_PROGRAM, "--web.listen-address=127.0.0.1:0",
                                      "--web.config.file=" + directory_.Path("web.yml")}});
    ASSERT_TRUE(started) << started.error();
    exporter_ = std::move(started).value();
    const std::string address = "address=127.0.0.1:";
    ASSERT_TRUE(WaitUntil(
        [&] {
          const std::string log = exporter_->Errors();
          const std::size_t start = log.find(address);
          const std::size_t end = log.find('\n', start);
          if (start == std::string::npos || end == std::string::npos) return false;
          const std::size_t port = start + address.size();
          address_ = "localhost:" + log.substr(port, end - port);
          return true;
        },
        kPatience))
        << exporter_->Errors();
  }

  [[nodiscard]] std::string Job(const std::string& name, const std::string& more) const {
    return "  - job_name: " + name + "\n    scheme: https\n    static_configs: [{targets: [\"" +
           address_ + "\"]}]\n    tls_config:\n      ca_file: " + directory_.Path("ca.pem") + "\n" +
           more;
  }
  [[nodiscard]] std::string ClientCertificate() const {
    return "      cert_file: " + directory_.Path("prometheus.pem") +
           "\n      key_file: " + directory_.Path("prometheus.key") + "\n";
  }

  const TempDir directory_;
  const Certificate ca_ = IssueCertificate({.subject = "Test CA", .is_ca = true});
  std::unique_ptr<Process> exporter_;
  std::string address_;

 private:
  void Add(const std::string& name, const std::vector<std::string>& dns_names) const {
    const Certificate certificate =
        IssueCertificate({.subject = name, .issuer = &ca_, .dns_names = dns_names});
    directory_.Write(name + ".pem", certificate.Pem());
    directory_.Write(name + ".key", certificate.KeyPem());
  }
};

constexpr const char* kPassword = "    basic_auth: {username: prometheus, password: \"U*U\"}\n";

TEST_F(WebConfigTest, PrometheusScrapesWithCertificateAndPassword) {
  const Certificate leaf = IssueCertificate({.subject = "target.test", .issuer = &ca_});
  const auto target = TlsServer::Start({.chain = {leaf, ca_}});
  ASSERT_TRUE(target) << target.error();
  ASSERT_NO_FATAL_FAILURE(StartExporter());
  const auto prometheus = PrometheusServer::Start(
      "global:\n  scrape_interval: 1s\nscrape_configs:\n" +
      Job("metrics", ClientCertificate() + kPassword) +
      Job("probe", ClientCertificate() + kPassword + "    metrics_path: /probe\n    params:\n" +
                       "      target: [\"" + (*target)->Target() + "\"]\n") +
      Job("no_password", ClientCertificate()) + Job("no_certificate", kPassword));
  ASSERT_NE(prometheus, nullptr);

  const auto has = [&](const std::string& query) {
    return WaitUntil([&] { return prometheus->Query(query).size() == 1; }, kPatience);
  };
  EXPECT_TRUE(has("up{job=\"metrics\"} == 1")) << exporter_->Errors();
  EXPECT_TRUE(
      has("ocsp_stapling_exporter_web_config_last_reload_successful{job=\"metrics\"} == 1"));
  EXPECT_TRUE(has("ocsp_staple_verdict_info{job=\"probe\", verdict=\"missing\"} == 1"));
  for (const char* job : {"no_password", "no_certificate"}) {
    EXPECT_TRUE(has("up{job=\"" + std::string(job) + "\"} == 0")) << job;
    EXPECT_TRUE(prometheus->Query("up{job=\"" + std::string(job) + "\"} == 1").empty()) << job;
  }
}

}  // namespace
}  // namespace stapling::testing
