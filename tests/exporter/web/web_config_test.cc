#include "exporter/web/web_config.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <string>
#include <vector>

#include "tests/exporter/web/hashes.h"

namespace stapling::exporter {
namespace {

using Strings = std::vector<std::string>;

WebConfig Parse(const std::string& yaml) {
  const auto config = ParseWebConfig(yaml, "/etc/web.yml");
  if (config) return *config;
  ADD_FAILURE() << config.error();
  return {};
}

constexpr const char* kServer =
    "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n";

TEST(WebConfig, EveryKey) {
  const WebConfig config = Parse(std::string(kServer) +
                                 "  client_auth_type: RequireAndVerifyClientCert\n"
                                 "  client_ca_file: /pki/ca.pem\n"
                                 "  client_allowed_sans: [scraper.example.org, 192.0.2.1]\n"
                                 "  min_version: TLS10\n"
                                 "  max_version: TLS12\n"
                                 "  cipher_suites:\n"
                                 "    - TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\n"
                                 "    - TLS_AES_128_GCM_SHA256\n"
                                 "    - TLS_RSA_WITH_AES_256_CBC_SHA\n"
                                 "  prefer_server_cipher_suites: false\n"
                                 "  curve_preferences: [X25519, CurveP384]\n"
                                 "http_server_config:\n"
                                 "  http2: true\n"
                                 "  headers:\n"
                                 "    Content-Security-Policy: default-src 'self'\n"
                                 "    X-Frame-Options: sameorigin\n"
                                 "    X-Content-Type-Options: nosniff\n"
                                 "    X-XSS-Protection: 1; mode=block\n"
                                 "    Strict-Transport-Security: max-age=31536000\n"
                                 "basic_auth_users:\n"
                                 "  alice: " +
                                 kHash + "\n  bob: \"" + kOtherHash +
                                 "\"\nrate_limit:\n"
                                 "  interval: 1m30s\n"
                                 "  burst: 20\n");
  ASSERT_TRUE(config.tls);
  EXPECT_EQ(config.tls->certificate, (PemSource{.file = "/etc/server.crt"}));
  EXPECT_EQ(config.tls->key, (PemSource{.file = "/etc/server.key"}));
  EXPECT_EQ(config.tls->client_ca, (PemSource{.file = "/pki/ca.pem"}));
  EXPECT_EQ(config.tls->client_auth, ClientAuth::kRequireAndVerify);
  EXPECT_EQ(config.tls->client_allowed_sans, (Strings{"scraper.example.org", "192.0.2.1"}));
  EXPECT_EQ(config.tls->min_version, TLS1_VERSION);
  EXPECT_EQ(config.tls->max_version, TLS1_2_VERSION);
  EXPECT_EQ(config.tls->cipher_suites, (Strings{"ECDHE-RSA-AES128-GCM-SHA256", "AES256-SHA"}));
  EXPECT_FALSE(config.tls->prefer_server_cipher_suites);
  EXPECT_EQ(config.tls->curves, (Strings{"X25519", "P-384"}));
  EXPECT_TRUE(config.http2_wanted);
  EXPECT_EQ(config.headers, (HeaderList{{"Content-Security-Policy", "default-src 'self'"},
                                        {"X-Frame-Options", "sameorigin"},
                                        {"X-Content-Type-Options", "nosniff"},
                                        {"X-XSS-Protection", "1; mode=block"},
                                        {"Strict-Transport-Security", "max-age=31536000"}}));
  EXPECT_EQ(config.users,
            (std::map<std::string, std::string>{{"alice", kHash}, {"bob", kOtherHash}}));
  EXPECT_EQ(config.rate_limit, (RateLimit{std::chrono::seconds(90), 20}));
  EXPECT_EQ(FilesOf(config), (Strings{"/etc/server.crt", "/etc/server.key", "/pki/ca.pem"}));
}

TEST(WebConfig, Defaults) {
  const WebConfig config = Parse(kServer);
  ASSERT_TRUE(config.tls);
  EXPECT_EQ(config.tls->client_auth, ClientAuth::kNone);
  EXPECT_EQ(config.tls->client_allowed_sans, std::nullopt);
  EXPECT_EQ(config.tls->min_version, TLS1_2_VERSION);
  EXPECT_EQ(config.tls->max_version, TLS1_3_VERSION);
  EXPECT_TRUE(config.tls->prefer_server_cipher_suites);
  EXPECT_FALSE(config.tls->cipher_suites_given);
  EXPECT_EQ(config.tls->curves, Strings{});
  EXPECT_EQ(config.headers, HeaderList{});
  EXPECT_EQ(config.rate_limit, RateLimit{});
  EXPECT_EQ(WarningsOf(config), Strings{});
}

// What the toolkit takes for a file that turns nothing on.
TEST(WebConfig, NothingIsPlainHttpForEverybody) {
  for (const char* yaml :
       {"", "\n", "# tls_server_config:\n", "{}", "---\n{}\n",
        "tls_server_config:\nhttp_server_config:\nbasic_auth_users:\n", "tls_server_config: {}",
        "tls_server_config: {cert_file: \"\"}", "tls_server_config: {min_version: TLS13}",
        "tls_server_config: {cert: , key: }"}) {
    const WebConfig config = Parse(yaml);
    EXPECT_FALSE(config.tls) << yaml;
    EXPECT_TRUE(config.users.empty()) << yaml;
  }
}

TEST(WebConfig, TakesPemInline) {
  const WebConfig config = Parse(
      "tls_server_config:\n  cert: |\n    -----BEGIN CERTIFICATE-----\n    AAAA\n"
      "  key: |\n    -----BEGIN PRIVATE KEY-----\n    BBBB\n");
  ASSERT_TRUE(config.tls);
  EXPECT_EQ(config.tls->certificate.text, "-----BEGIN CERTIFICATE-----\nAAAA\n");
  EXPECT_EQ(config.tls->key.text, "-----BEGIN PRIVATE KEY-----\nBBBB\n");
  EXPECT_EQ(FilesOf(config), Strings{});
}

TEST(WebConfig, SwitchesAreYamls) {
  for (const char* on : {"true", "True", "yes", "on", "ON", "y"}) {
    EXPECT_TRUE(Parse(std::string("http_server_config: {http2: ") + on + "}").http2_wanted) << on;
  }
  for (const char* off : {"false", "no", "Off", "n"}) {
    EXPECT_FALSE(Parse(std::string("http_server_config: {http2: ") + off + "}").http2_wanted);
  }
}

TEST(WebConfig, AHeaderIsOneLineAndBlankIsNone) {
  EXPECT_EQ(Parse("http_server_config:\n  headers:\n    Content-Security-Policy: |\n"
                  "      default-src 'self';\n      img-src *\n    X-XSS-Protection: \"\"\n")
                .headers,
            (HeaderList{{"Content-Security-Policy", "default-src 'self'; img-src *"}}));
}

TEST(WebConfig, WarnsOfWhatIsProbablyNotMeant) {
  EXPECT_EQ(WarningsOf(Parse("http_server_config: {http2: true}")),
            Strings{"http2 is not offered; clients use HTTP/1.1"});
  EXPECT_EQ(WarningsOf(Parse("http_server_config: {http2: false}")), Strings{});
  EXPECT_EQ(WarningsOf(Parse("basic_auth_users:\n")),
            Strings{"basic_auth_users names nobody: everybody is let in"});
  EXPECT_EQ(WarningsOf(Parse(std::string("basic_auth_users: {a: ") + kHash + "}")),
            Strings{"basic_auth_users without TLS: passwords cross the network in the clear"});
  EXPECT_EQ(WarningsOf(Parse("rate_limit: {interval: 1s}")),
            Strings{"rate_limit has an interval but no burst: every request is refused"});
}

struct BadRow {
  const char* name;
  std::string yaml;
  std::string error;  // after the file's name
};

void PrintTo(const BadRow& row, std::ostream* out) { *out << row.name; }

class BadWebConfig : public ::testing::TestWithParam<BadRow> {};

TEST_P(BadWebConfig, IsRefusedInOneSentence) {
  const auto config = ParseWebConfig(GetParam().yaml, "web.yml");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error(), "web.yml" + GetParam().error);
}

std::string Server(const std::string& line) { return std::string(kServer) + "  " + line + "\n"; }
std::string Http(const std::string& text) { return "http_server_config: " + text; }

INSTANTIATE_TEST_SUITE_P(
    Table, BadWebConfig,
    ::testing::Values(
        BadRow{"not_yaml", "a: [b", ":1: not valid YAML: end of sequence flow not found"},
        BadRow{"text", "hello", ":1: not a web configuration: a mapping is wanted"},
        BadRow{"list", "[a]", ":1: not a web configuration: a mapping is wanted"},
        BadRow{"junk_key", "\ntls_server_confg: {}",
               ":2: unknown key \"tls_server_confg\"; did you mean \"tls_server_config\"?"},
        BadRow{"unknown_tls_key", Server("cert_flie: x"),
               ":4: unknown key \"cert_flie\" in tls_server_config; did you mean \"cert_file\"?"},
        BadRow{"unknown_http_key", Http("{http3: true}"),
               ":1: unknown key \"http3\" in http_server_config; did you mean \"http2\"?"},
        BadRow{"unknown_rate_key", "rate_limit: {rate: 1}",
               ":1: unknown key \"rate\" in rate_limit"},
        BadRow{"duplicate_key", "rate_limit: {}\nrate_limit: {}",
               ":2: duplicate key \"rate_limit\", first given at line 1"},
        BadRow{"tls_is_text", "tls_server_config: on", ":1: tls_server_config must be a mapping"},
        BadRow{"users_are_a_list", "basic_auth_users: [a]",
               ":1: basic_auth_users must be a mapping"},
        BadRow{"no_certificate", "tls_server_config: {key_file: k}",
               ":1: tls_server_config: one of cert and cert_file is missing"},
        BadRow{"no_key", "tls_server_config: {cert_file: c}",
               ":1: tls_server_config: one of key and key_file is missing"},
        BadRow{"client_auth_alone", "tls_server_config: {client_auth_type: NoClientCert}",
               ":1: tls_server_config: one of cert and cert_file is missing"},
        BadRow{"client_auth_unknown", Server("client_auth_type: Always"),
               ":4: client_auth_type must be NoClientCert, RequestClientCert, "
               "RequireAnyClientCert, VerifyClientCertIfGiven or RequireAndVerifyClientCert, not "
               "\"Always\""},
        BadRow{"client_ca_without_policy", Server("client_ca_file: ca.pem"),
               ":1: tls_server_config: a client CA is given, but no client_auth_type that asks "
               "for certificates"},
        BadRow{"sans_without_certificates", Server("client_allowed_sans: [a]"),
               ":1: tls_server_config: client_allowed_sans needs the client_auth_type "
               "RequireAnyClientCert or RequireAndVerifyClientCert"},
        BadRow{"sans_of_optional_certificates",
               Server("client_allowed_sans: []\n  client_auth_type: VerifyClientCertIfGiven"),
               ":1: tls_server_config: client_allowed_sans needs the client_auth_type "
               "RequireAnyClientCert or RequireAndVerifyClientCert"},
        BadRow{"sans_are_text",
               Server("client_allowed_sans: a\n  client_auth_type: RequireAnyClientCert"),
               ":4: client_allowed_sans must be a list"},
        BadRow{"version_unknown", Server("min_version: TLS1.2"),
               ":4: min_version must be one of TLS10, TLS11, TLS12, TLS13, not \"TLS1.2\""},
        BadRow{"versions_crossed", Server("min_version: TLS13\n  max_version: TLS12"),
               ":1: tls_server_config: min_version is above max_version"},
        BadRow{"cipher_unknown", Server("cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]"),
               ":4: cipher_suites does not know the cipher suite \"TLS_RSA_WITH_RC4_128_SHA\""},
        BadRow{"cipher_for_no_version",
               Server("cipher_suites: [TLS_AES_128_GCM_SHA256]\n  max_version: TLS12"),
               ":1: tls_server_config: cipher_suites holds none for max_version"},
        BadRow{"curve_unknown", Server("curve_preferences: [P256]"),
               ":4: curve_preferences must be of CurveP256, CurveP384, CurveP521, X25519, not "
               "\"P256\""},
        BadRow{"switch_is_text", Server("prefer_server_cipher_suites: \"true\""),
               ":4: prefer_server_cipher_suites must be true or false"},
        BadRow{"switch_is_a_word", Http("{http2: maybe}"), ":1: http2 must be true or false"},
        BadRow{"header_unknown", Http("{headers: {X-Forwarded-For: a}}"),
               ":1: the header \"X-Forwarded-For\" cannot be configured"},
        BadRow{"header_in_other_case", Http("{headers: {x-frame-options: deny}}"),
               ":1: the header \"x-frame-options\" cannot be configured"},
        BadRow{"frame_options", Http("{headers: {X-Frame-Options: none}}"),
               ":1: X-Frame-Options must be deny or sameorigin, not \"none\""},
        BadRow{"content_type_options", Http("{headers: {X-Content-Type-Options: sniff}}"),
               ":1: X-Content-Type-Options must be nosniff, not \"sniff\""},
        BadRow{"headers_are_a_list", Http("{headers: [a]}"), ":1: headers must be a mapping"},
        BadRow{"password_in_the_clear", "basic_auth_users:\n  alice: hunter2\n",
               ":2: the password of \"alice\" in basic_auth_users is not a bcrypt hash; htpasswd "
               "-B makes one"},
        BadRow{"password_missing", "basic_auth_users:\n  alice:\n",
               ":2: the password of \"alice\" in basic_auth_users is not a bcrypt hash; htpasswd "
               "-B makes one"},
        BadRow{"interval_without_unit", "rate_limit: {interval: 5}",
               ":1: interval must be a duration such as 1s or 100ms, not \"5\""},
        BadRow{"burst_negative", "rate_limit: {burst: -1}",
               ":1: burst must be a number that is not negative, not \"-1\""}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(WebConfig, TheSampleIsGoodAndTurnsEverythingOn) {
  const auto config = ReadWebConfig(STAPLING_SAMPLE_WEB_CONFIGURATION);
  ASSERT_TRUE(config) << config.error();
  EXPECT_TRUE(config->tls);
  EXPECT_FALSE(config->users.empty());
  EXPECT_EQ(WarningsOf(*config), Strings{});
}

TEST(WebConfig, AMissingFileIsOneSentence) {
  const auto config = ReadWebConfig("/nowhere/web.yml");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error(), "cannot read the file \"/nowhere/web.yml\": No such file or directory");
}

}  // namespace
}  // namespace stapling::exporter
