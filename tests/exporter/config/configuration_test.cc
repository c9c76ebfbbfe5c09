#include "exporter/config/configuration.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace stapling::exporter {
namespace {

using std::chrono::seconds;

Configuration Parse(const std::string& yaml) {
  auto configuration = ParseConfiguration(yaml, "/etc/stapling/test.yml");
  EXPECT_TRUE(configuration) << configuration.error();
  return configuration ? *configuration : Configuration{};
}

using Texts = std::vector<std::string>;

Texts TextsOf(const std::vector<TargetRule>& rules) {
  Texts texts;
  for (const TargetRule& rule : rules) texts.push_back(rule.text());
  return texts;
}

TEST(Configuration, BuiltInsAreTheDocumentedModules) {
  const Configuration built_in = BuiltInConfiguration();
  EXPECT_EQ(built_in.default_module, "tls");
  ASSERT_EQ(built_in.modules.size(), 9U);
  EXPECT_EQ(built_in.modules[0].name, "tls");
  EXPECT_EQ(built_in.modules[0].timeout, seconds(10));
  EXPECT_EQ(built_in.modules[0].staple.require, StapleRequirement::kMustStaple);
  EXPECT_EQ(built_in.modules[1].name, "staple_required");
  EXPECT_EQ(built_in.modules[1].staple.require, StapleRequirement::kAlways);
  EXPECT_EQ(built_in.modules[2].name, "smtp_starttls");
  EXPECT_EQ(built_in.modules[2].starttls.protocol, StartTls::kSmtp);
  EXPECT_EQ(built_in.modules[3].name, "imap_starttls");
  EXPECT_EQ(built_in.modules[4].name, "pop3_starttls");
  EXPECT_EQ(built_in.modules[5].name, "postgres_starttls");
  EXPECT_EQ(built_in.modules[6].name, "ldap_starttls");
  EXPECT_EQ(built_in.modules[6].starttls.protocol, StartTls::kLdap);
  EXPECT_EQ(built_in.modules[7].name, "all_addresses");
  EXPECT_TRUE(built_in.modules[7].vary.all_addresses);
  EXPECT_EQ(built_in.modules[8].name, "tls_gnutls");
  EXPECT_EQ(built_in.modules[8].tls.library, TlsLibrary::kGnutls);
}

TEST(Configuration, TheInstalledFileSaysTheSameAsTheBuiltIns) {
  const auto installed = ReadConfiguration(STAPLING_DEFAULT_CONFIGURATION);
  ASSERT_TRUE(installed) << installed.error();
  EXPECT_EQ(*installed, BuiltInConfiguration());
}

TEST(Configuration, EveryKeyIsRead) {
  const auto configuration = ReadConfiguration(STAPLING_TESTDATA "/every_key.yml");
  ASSERT_TRUE(configuration) << configuration.error();
  EXPECT_EQ(configuration->default_module, "other");
  ASSERT_EQ(configuration->modules.size(), 2U);
  const std::string directory = STAPLING_TESTDATA;
  const Module expected{.name = "all",
                        .timeout = std::chrono::milliseconds(1500),
                        .preferred_ip_protocol = IpProtocol::kIp6,
                        .ip_protocol_fallback = false,
                        .source_ip_address = "192.0.2.1",
                        .proxy = Proxy{.kind = ProxyKind::kSocks5,
                                       .host = "2001:db8::1",
                                       .port = 1080,
                                       .user = {},
                                       .password = {}},
                        .starttls = {.protocol = StartTls::kXmppServer,
                                     .ehlo_name = "[192.0.2.1]",
                                     .xmpp_domain = "example.org"},
                        .tls = {.library = TlsLibrary::kGnutls,
                                .ca_file = "/etc/ssl/ca.pem",
                                .cert_file = directory + "/client.pem",
                                .key_file = directory + "/keys/client key.pem",
                                .server_name = "www.example.org",
                                .insecure_skip_verify = true,
                                .min_version = TlsVersion::kTls13,
                                .max_version = TlsVersion::kTls13,
                                .alpn = {"h2", "http/1.1"}},
                        .staple = {.require = StapleRequirement::kExpected,
                                   .chain = true,
                                   .attempts = 3,
                                   .policy = {.clock_skew = seconds(60),
                                              .max_age = seconds(172'800),
                                              .require_next_update = true}},
                        .vary = {.tls_versions = {TlsVersion::kTls13, TlsVersion::kTls12},
                                 .key_types = {KeyType::kRsa, KeyType::kEcdsa},
                                 .max_combinations = 8},
                        .cross_check = {.responder = true,
                                        .crl = true,
                                        .chain = true,
                                        .proxy = Proxy{.kind = ProxyKind::kHttp,
                                                       .host = "proxy.example.org",
                                                       .port = 3128,
                                                       .user = {},
                                                       .password = {}},
                                        .min_interval = seconds(90),
                                        .max_crl_bytes = 1'572'864}};
  EXPECT_EQ(configuration->modules[0], expected);
  EXPECT_EQ(configuration->modules[1].name, "other");
  EXPECT_TRUE(configuration->modules[1].vary.all_addresses);
  EXPECT_EQ(TextsOf(configuration->targets.allow()),
            (Texts{"*.Example.org:443", "192.0.2.0/24", "[2001:db8::/32]:8443"}));
  EXPECT_EQ(TextsOf(configuration->targets.deny()),
            (Texts{"www.example.org", "192.0.2.1:25", "::1"}));
}

TEST(Configuration, AListOfTargetsThatIsGivenReplacesItsDefaultAlone) {
  const Texts link_local{"169.254.0.0/16", "fe80::/10"};
  for (const char* nothing : {"", "targets:", "targets: {}"}) {
    const TargetPolicy targets = Parse("modules: {a: {}}\n" + std::string(nothing)).targets;
    EXPECT_EQ(TextsOf(targets.allow()), Texts{}) << nothing;
    EXPECT_EQ(TextsOf(targets.deny()), link_local) << nothing;
  }
  const TargetPolicy allowing = Parse("{modules: {a: {}}, targets: {allow: [a.test]}}").targets;
  EXPECT_EQ(TextsOf(allowing.allow()), Texts{"a.test"});
  EXPECT_EQ(TextsOf(allowing.deny()), link_local);
  EXPECT_EQ(TextsOf(Parse("{modules: {a: {}}, targets: {deny: []}}").targets.deny()), Texts{});
}

struct PolicyBesideProxy {
  const char* name;
  const char* targets;
  const char* module;
  const char* rules;  // that the warning names; empty: no warning
};

void PrintTo(const PolicyBesideProxy& row, std::ostream* out) { *out << row.name; }

class WarningsOfTest : public ::testing::TestWithParam<PolicyBesideProxy> {};

TEST_P(WarningsOfTest, NamesTheRulesThatAProxyEscapes) {
  const Configuration configuration =
      Parse("modules: {plain: {}, tunnel: {" + std::string(GetParam().module) +
            "}}\ntargets: " + GetParam().targets);
  Texts expected;
  if (*GetParam().rules != '\0') {
    expected = {
        "module \"tunnel\" goes through a proxy, which resolves names itself: the address "
        "rules of targets (" +
        std::string(GetParam().rules) +
        ") hold for the proxy and for literal addresses, not for names"};
  }
  EXPECT_EQ(WarningsOf(configuration), expected);
}

INSTANTIATE_TEST_SUITE_P(
    Configuration, WarningsOfTest,
    ::testing::Values(
        PolicyBesideProxy{"denied_block", "{deny: [10.0.0.0/8]}",
                          "proxy_url: \"http://p.test:3128\"", "10.0.0.0/8"},
        PolicyBesideProxy{"allowed_block", "{allow: [192.0.2.0/24], deny: [\"::1\", a.test]}",
                          "proxy_url: \"socks5://p.test:1080\"", "192.0.2.0/24, ::1"},
        PolicyBesideProxy{"defaults", "{}", "proxy_url: \"http://p.test:3128\"", ""},
        PolicyBesideProxy{"names", "{allow: [\"*.test\"]}", "proxy_url: \"http://p.test:3128\"",
                          ""},
        PolicyBesideProxy{"no_proxy", "{deny: [10.0.0.0/8]}", "", ""},
        PolicyBesideProxy{"proxy_of_the_cross_check", "{deny: [10.0.0.0/8]}",
                          "cross_check: {crl: true, proxy_url: \"http://p.test:3128\"}",
                          "10.0.0.0/8"},
        PolicyBesideProxy{"proxy_of_no_cross_check", "{deny: [10.0.0.0/8]}",
                          "cross_check: {proxy_url: \"http://p.test:3128\"}", ""},
        PolicyBesideProxy{"cross_check_without_a_proxy", "{deny: [10.0.0.0/8]}",
                          "cross_check: {responder: true}", ""}),
    [](const auto& row) { return row.param.name; });

TEST(Configuration, AFileReplacesTheBuiltIns) {
  const Configuration configuration = Parse("modules:\n  mine:\n");
  EXPECT_EQ(configuration.default_module, "");
  ASSERT_EQ(configuration.modules.size(), 1U);
  Module expected;
  expected.name = "mine";
  EXPECT_EQ(configuration.modules[0], expected);
  EXPECT_EQ(configuration.Find("tls"), nullptr);
  EXPECT_NE(configuration.Find("mine"), nullptr);
}

TEST(Configuration, MaxAgeOfZeroIsNone) {
  const Configuration configuration = Parse("modules: {a: {staple: {max_age: 0s}}}");
  EXPECT_EQ(configuration.Find("a")->staple.policy.max_age, std::nullopt);
}

TEST(Configuration, AnAliasSharesWhatModulesHaveInCommon) {
  const Configuration configuration = Parse(
      "modules:\n"
      "  a:\n"
      "    tls_config: &common {server_name: example.org}\n"
      "  b:\n"
      "    tls_config: *common\n");
  EXPECT_EQ(configuration.Find("b")->tls.server_name, "example.org");
}

TEST(Configuration, JsonAndWindowsLineEndsAreYamlToo) {
  EXPECT_NE(Parse(R"({"modules": {"a": {"timeout": "3s"}}})").Find("a"), nullptr);
  EXPECT_NE(Parse("modules:\r\n  a:\r\n    timeout: 3s\r\n").Find("a"), nullptr);
}

TEST(Configuration, AFileNameLongerThanALabelIsKept) {
  const std::string name = "/" + std::string(3000, 'x');
  EXPECT_EQ(Parse("modules: {a: {tls_config: {ca_file: " + name + "}}}").Find("a")->tls.ca_file,
            name);
}

TEST(Configuration, RelativeNamesAreRelativeToTheFile) {
  const Configuration configuration =
      Parse("modules: {a: {tls_config: {ca_file: ca.pem, cert_file: ../c.pem}}}");
  EXPECT_EQ(configuration.Find("a")->tls.ca_file, "/etc/stapling/ca.pem");
  EXPECT_EQ(configuration.Find("a")->tls.cert_file, "/etc/c.pem");
}

TEST(Configuration, RelativeNamesInARelativeFileBecomeAbsolute) {
  const auto configuration =
      ParseConfiguration("modules: {a: {tls_config: {ca_file: ca.pem}}}", "test.yml");
  ASSERT_TRUE(configuration) << configuration.error();
  EXPECT_EQ(configuration->Find("a")->tls.ca_file,
            (std::filesystem::current_path() / "ca.pem").string());
}

TEST(PrintYaml, ReadsBackAsTheSame) {
  const auto every_key = ReadConfiguration(STAPLING_TESTDATA "/every_key.yml");
  ASSERT_TRUE(every_key) << every_key.error();
  Configuration awkward = Parse(R"(
default_module: "no"
modules:
  "no": {alpn: ["\"quoted\"", 'back\slash', "caf\u00e9"]}
  "12": {}
  "a b: c #d": {tls_config: {ca_file: "/with \"quotes\" and \\ and \u20ac"}}
)");
  for (const Configuration& configuration : {BuiltInConfiguration(), *every_key, awkward}) {
    const std::string printed = PrintYaml(configuration);
    const auto again = ParseConfiguration(printed, "/elsewhere/printed.yml");
    ASSERT_TRUE(again) << again.error() << "\n" << printed;
    EXPECT_EQ(*again, configuration) << printed;
  }
}

TEST(PrintYaml, HidesThePasswordOfAProxy) {
  const Configuration configuration =
      Parse("modules: {a: {proxy_url: \"http://j%20doe:s3cret@proxy.test:3128\"}}");
  EXPECT_EQ(configuration.Find("a")->proxy->password, "s3cret");
  const std::string printed = PrintYaml(configuration);
  EXPECT_NE(printed.find("    proxy_url: \"http://j%20doe:<secret>@proxy.test:3128\"\n"),
            std::string::npos)
      << printed;
  EXPECT_EQ(printed.find("s3cret"), std::string::npos);
  const auto again = ParseConfiguration(printed, "/etc/printed.yml");
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().find("its password was hidden where it was copied from"),
            std::string::npos)
      << again.error();
}

TEST(PrintYaml, HidesThePasswordOfTheCrossChecksProxy) {
  const Configuration configuration =
      Parse("modules: {a: {cross_check: {proxy_url: \"http://jdoe:s3cret@proxy.test:3128\"}}}");
  EXPECT_EQ(configuration.Find("a")->cross_check.proxy->password, "s3cret");
  const std::string printed = PrintYaml(configuration);
  EXPECT_NE(printed.find("      proxy_url: \"http://jdoe:<secret>@proxy.test:3128\"\n"),
            std::string::npos)
      << printed;
  EXPECT_EQ(printed.find("s3cret"), std::string::npos);
}

struct SizeRow {
  const char* name;
  const char* text;
  std::size_t bytes;
  const char* printed;
};

void PrintTo(const SizeRow& row, std::ostream* out) { *out << row.name; }

class MaxCrlBytes : public ::testing::TestWithParam<SizeRow> {};

TEST_P(MaxCrlBytes, IsReadAndPrintedInTheLargestWholeUnit) {
  const Configuration configuration =
      Parse("modules: {a: {cross_check: {max_crl_bytes: " + std::string(GetParam().text) + "}}}");
  EXPECT_EQ(configuration.Find("a")->cross_check.max_crl_bytes, GetParam().bytes);
  EXPECT_NE(PrintYaml(configuration)
                .find("      max_crl_bytes: " + std::string(GetParam().printed) + "\n"),
            std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Table, MaxCrlBytes,
    ::testing::Values(SizeRow{"one_byte", "1B", 1, "1B"}, SizeRow{"bytes", "1000B", 1000, "1000B"},
                      SizeRow{"kibibytes", "1KiB", 1024, "1KiB"},
                      SizeRow{"as_bytes", "1048576B", 1'048'576, "1MiB"},
                      SizeRow{"mebibytes", "65MiB", 68'157'440, "65MiB"},
                      SizeRow{"largest", "1GiB", 1'073'741'824, "1GiB"},
                      SizeRow{"as_mebibytes", "1024MiB", 1'073'741'824, "1GiB"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(PrintYaml, ShowsAProxyThatHasNoSecretAsItIs) {
  const Configuration configuration = Parse(
      "modules: {a: {proxy_url: \"http://j%20doe@proxy.test:3128\"},"
      " b: {proxy_url: \"socks5://[::1]:1080\"}}");
  const auto again = ParseConfiguration(PrintYaml(configuration), "/etc/printed.yml");
  ASSERT_TRUE(again) << again.error();
  EXPECT_EQ(again->modules, configuration.modules);
}

TEST(PrintYaml, ShowsEveryKey) {
  Configuration configuration = BuiltInConfiguration();
  configuration.modules.resize(1);
  EXPECT_EQ(PrintYaml(configuration), R"(default_module: tls
modules:
  tls:
    timeout: 10s
    tls_library: openssl
    preferred_ip_protocol: ip4
    ip_protocol_fallback: true
    source_ip_address: ""
    proxy_url: ""
    starttls: ""
    alpn: []
    starttls_config:
      ehlo_name: ""
      xmpp_domain: ""
    tls_config:
      ca_file: ""
      cert_file: ""
      key_file: ""
      server_name: ""
      insecure_skip_verify: false
      min_version: TLS12
      max_version: TLS13
    staple:
      require: must_staple
      chain: false
      attempts: 1
      clock_skew: 5m
      max_age: 0s
      require_next_update: false
    vary:
      addresses: first
      tls_versions: []
      key_types: []
      max_combinations: 32
    cross_check:
      responder: false
      crl: false
      chain: false
      proxy_url: ""
      min_interval: 1h
      max_crl_bytes: 64MiB
targets:
  allow: []
  deny: ["169.254.0.0/16", "fe80::/10"]
)");
}

}  // namespace
}  // namespace stapling::exporter
