// The exporter served over TLS, asked by curl and by OpenSSL's client: who gets in, who does not.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/integration/web_site.h"
#include "tests/support/process.h"

namespace stapling::testing {
namespace {

using Client = WebSite::Client;

// What curl ends with when the other side refuses a handshake: 35; 56 under TLS 1.3, where the
// client hears of it only when it reads; 60 where the alert says that its certificate has expired.
bool Refused(const CurlResult& result) {
  return result.status == 0 &&
         (result.exit_status == 35 || result.exit_status == 56 || result.exit_status == 60);
}

struct PolicyRow {
  const char* name;
  const char* client_auth_type;
  std::string more;
  std::vector<Client> admitted;
};

void PrintTo(const PolicyRow& row, std::ostream* out) { *out << row.name; }

class ClientAuthTest : public ::testing::TestWithParam<PolicyRow> {};

TEST_P(ClientAuthTest, AdmitsWhomItShould) {
  const WebSite site;
  const auto exporter = site.Start(WebSite::Tls(
      "  client_auth_type: " + std::string(GetParam().client_auth_type) + "\n" + GetParam().more));
  ASSERT_TRUE(exporter) << exporter.error();
  for (const Client client :
       {Client::kNone, Client::kGood, Client::kOtherName, Client::kExpired, Client::kStranger}) {
    const bool admitted = std::find(GetParam().admitted.begin(), GetParam().admitted.end(),
                                    client) != GetParam().admitted.end();
    for (const char* version : {"1.2", "1.3"}) {
      const CurlResult result = site.Get(**exporter, "/-/healthy", client,
                                         {"--tls-max", version, std::string("--tlsv") + version});
      EXPECT_EQ(result.status, admitted ? 200 : 0)
          << static_cast<int>(client) << " " << version << result.errors;
      EXPECT_EQ(Refused(result), !admitted) << result.exit_status << result.errors;
    }
  }
}

const std::string kClientCa = "  client_ca_file: client_ca.pem\n";

INSTANTIATE_TEST_SUITE_P(
    Table, ClientAuthTest,
    ::testing::Values(PolicyRow{"NoClientCert",
                                "NoClientCert",
                                {},
                                {Client::kNone, Client::kGood, Client::kOtherName, Client::kExpired,
                                 Client::kStranger}},
                      PolicyRow{"RequestClientCert",
                                "RequestClientCert",
                                {},
                                {Client::kNone, Client::kGood, Client::kOtherName, Client::kExpired,
                                 Client::kStranger}},
                      PolicyRow{
                          "RequireAnyClientCert",
                          "RequireAnyClientCert",
                          {},
                          {Client::kGood, Client::kOtherName, Client::kExpired, Client::kStranger}},
                      PolicyRow{"VerifyClientCertIfGiven",
                                "VerifyClientCertIfGiven",
                                kClientCa,
                                {Client::kNone, Client::kGood, Client::kOtherName}},
                      PolicyRow{"RequireAndVerifyClientCert",
                                "RequireAndVerifyClientCert",
                                kClientCa,
                                {Client::kGood, Client::kOtherName}},
                      PolicyRow{"AllowedSans",
                                "RequireAndVerifyClientCert",
                                kClientCa + "  client_allowed_sans: [another.test, scraper.test]\n",
                                {Client::kGood}},
                      // Nothing is verified but the name, whoever says it.
                      PolicyRow{"AllowedSansOfAnybody",
                                "RequireAnyClientCert",
                                "  client_allowed_sans: [scraper.test]\n",
                                {Client::kGood, Client::kExpired, Client::kStranger}}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(WebTls, ServesEveryPathAndKeepsTheConnection) {
  const WebSite site;
  const auto exporter = site.Start(WebSite::Tls());
  ASSERT_TRUE(exporter) << exporter.error();
  const std::string second =
      "https://localhost:" + std::to_string((*exporter)->port()) + "/metrics";
  const CurlResult result =
      site.Get(**exporter, "/probe?target=127.0.0.1:1", Client::kNone, {"--verbose", second});
  EXPECT_EQ(result.status, 200) << result.errors;
  EXPECT_NE(result.output.find("probe_success 0"), std::string::npos);
  EXPECT_NE(result.output.find("web_config_last_reload_successful 1"), std::string::npos);
  EXPECT_NE(result.errors.find("Re-using existing connection"), std::string::npos) << result.errors;
}

TEST(WebTls, AnswersPlainHttpAsGoDoes) {
  const WebSite site;
  const auto exporter = site.Start(WebSite::Tls());
  ASSERT_TRUE(exporter) << exporter.error();
  for (const char* method : {"GET", "POST", "PUT"}) {
    const CurlResult result =
        WebSite::GetPlain(**exporter, "/metrics", {"--request", method, "--http1.0"});
    EXPECT_EQ(result.exit_status, 0) << result.errors;
    EXPECT_EQ(result.output,
              "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n");
  }
}

struct VersionRow {
  const char* name;
  std::string lines;
  const char* client;  // TLS version that curl speaks
  bool admitted;
};

TEST(WebTls, SpeaksTheConfiguredVersions) {
  const VersionRow rows[] = {
      {"tls11_by_default", "", "1.1", false},
      {"tls12_by_default", "", "1.2", true},
      {"tls13_by_default", "", "1.3", true},
      {"tls12_below_min", "  min_version: TLS13\n", "1.2", false},
      {"tls13_above_max", "  max_version: TLS12\n", "1.3", false},
      {"tls11_when_allowed", "  min_version: TLS11\n", "1.1", true},
      {"suites_of_tls12", "  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]\n", "1.2",
       true},
      {"suites_that_do_not_fit_the_key",
       "  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]\n", "1.2", false},
  };
  const WebSite site;
  for (const VersionRow& row : rows) {
    const auto exporter = site.Start(WebSite::Tls(row.lines));
    ASSERT_TRUE(exporter) << exporter.error();
    // curl's OpenSSL has TLS 1.1 at this level alone.
    const CurlResult result =
        site.Get(**exporter, "/-/healthy", Client::kNone,
                 {"--ciphers", "DEFAULT@SECLEVEL=0", std::string("--tlsv") + row.client,
                  "--tls-max", row.client});
    EXPECT_EQ(result.status, row.admitted ? 200 : 0) << row.name << result.errors;
    EXPECT_EQ(result.exit_status, row.admitted ? 0 : 35) << row.name << result.errors;
  }
}

// What openssl s_client says of a connection that it closes at once.
std::string SClient(const Exporter& exporter, std::vector<std::string> flags) {
  ProcessOptions options{.arguments = {"openssl", "s_client", "-connect",
                                       "127.0.0.1:" + std::to_string(exporter.port())},
                         .input = "GET /-/healthy HTTP/1.0\r\n\r\n"};
  options.arguments.insert(options.arguments.end(), flags.begin(), flags.end());
  const auto result = RunProcess(std::move(options));
  return result ? result->output + result->errors : result.error();
}

TEST(WebTls, ChoosesCurveSuiteAndProtocolAsConfigured) {
  const WebSite site;
  const auto exporter =
      site.Start(WebSite::Tls("  max_version: TLS12\n  curve_preferences: [CurveP384, X25519]\n"
                              "  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, "
                              "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]\n"));
  ASSERT_TRUE(exporter) << exporter.error();
  const std::string said =
      SClient(**exporter, {"-alpn", "h2,http/1.1", "-ign_eof", "-cipher",
                           "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"});
  for (const char* line :
       {"Server Temp Key: ECDH, secp384r1, 384 bits", "Cipher is ECDHE-ECDSA-AES256-GCM-SHA384",
        "ALPN protocol: http/1.1", "Healthy."}) {
    EXPECT_NE(said.find(line), std::string::npos) << line << "\n" << said;
  }
  EXPECT_EQ(said.find("TLS session ticket:"), std::string::npos) << said;
}

// A handshake that never goes on costs a connection ten seconds, and nobody else anything.
TEST(WebTls, ASilentClientKeepsNobodyWaiting) {
  const WebSite site;
  const auto exporter = site.Start(WebSite::Tls());
  ASSERT_TRUE(exporter) << exporter.error();
  const std::string half_a_handshake = "exec 3<>/dev/tcp/127.0.0.1/" +
                                       std::to_string((*exporter)->port()) +
                                       "; printf '\\x16\\x03' >&3; echo in; cat <&3";
  auto silent = Process::Start({.arguments = {"bash", "-c", half_a_handshake}});
  ASSERT_TRUE(silent) << silent.error();
  ASSERT_TRUE((*silent)->WaitForOutput("in\n"));
  EXPECT_EQ(site.Get(**exporter, "/-/healthy").status, 200);
  // The exporter closes; cat ends with the stream.
  EXPECT_TRUE((*silent)->Wait(std::chrono::seconds(30)).has_value());
}

}  // namespace
}  // namespace stapling::testing
