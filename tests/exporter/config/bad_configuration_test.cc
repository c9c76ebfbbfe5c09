#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "exporter/config/configuration.h"
#include "tests/support/temp_dir.h"

namespace stapling::exporter {
namespace {

// One mistake, one file: testdata/<name>.yml.
struct Row {
  std::string name;
  std::string error;  // after the file's name
};

class BadConfiguration : public ::testing::TestWithParam<Row> {};

TEST_P(BadConfiguration, IsRefusedInOneSentence) {
  const std::string file = STAPLING_TESTDATA "/" + GetParam().name + ".yml";
  const auto configuration = ReadConfiguration(file);
  ASSERT_FALSE(configuration);
  EXPECT_EQ(configuration.error(), file + GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadConfiguration,
    ::testing::Values(
        Row{.name = "empty", .error = ":1: the file is empty"},
        Row{.name = "only_comments", .error = ":1: the file is empty"},
        Row{.name = "plain_text",
            .error = ":1: not a configuration: a mapping with the key modules is wanted"},
        Row{.name = "list",
            .error = ":1: not a configuration: a mapping with the key modules is wanted"},
        Row{.name = "not_yaml", .error = ":3: not valid YAML: end of sequence flow not found"},
        Row{.name = "tab_indent", .error = ":2: not valid YAML: illegal map value"},
        Row{.name = "binary", .error = ":1: not YAML: this line is not UTF-8 text"},
        Row{.name = "latin1", .error = ":3: not YAML: this line is not UTF-8 text"},
        Row{.name = "two_documents",
            .error = ":2: something follows the end of the document; a second one is not allowed"},
        Row{.name = "comma_after_the_end",
            .error = ":5: something follows the end of the document; a second one is not allowed"},
        Row{.name = "anchor_before_a_comma",
            .error = ":1: something follows the end of the document; a second one is not allowed"},
        Row{.name = "unknown_alias",
            .error = ":3: not valid YAML: the referenced anchor is not defined"},
        Row{.name = "tag", .error = ":3: the tag \"tag:yaml.org,2002:binary\" has no meaning here"},
        Row{.name = "deep_nesting", .error = ":3: the file is nested too deeply"},
        Row{.name = "very_deep_nesting", .error = ":4: the file is nested too deeply"},
        Row{.name = "alias_to_itself", .error = ":1: the file is nested too deeply"},
        Row{.name = "alias_bomb", .error = ":1: the file has too many values"},
        Row{.name = "key_that_is_a_list", .error = ":2: a key must be text"},
        Row{.name = "unknown_top_key",
            .error = ":1: unknown key \"moduls\"; did you mean \"modules\"?"},
        Row{.name = "no_modules_key", .error = ":1: the key modules is missing"},
        Row{.name = "no_modules", .error = ":1: modules must hold at least one module"},
        Row{.name = "modules_list", .error = ":1: modules must be a mapping of names to modules"},
        Row{.name = "default_module_unknown",
            .error =
                ":1: default_module \"tsl\" is not a module of this file; did you mean \"tls\"?"},
        Row{.name = "default_module_list",
            .error = ":1: default_module must be the name of a module"},
        Row{.name = "duplicate_module",
            .error = ":4: duplicate key \"tls\", first given at line 2"},
        Row{.name = "duplicate_key",
            .error = ":4: duplicate key \"timeout\", first given at line 3"},
        Row{.name = "duplicate_modules",
            .error = ":3: duplicate key \"modules\", first given at line 1"},
        Row{.name = "module_without_name", .error = ":2: a module needs a name"},
        Row{.name = "module_name_too_long",
            .error = ":2: a module's name must have at most 255 octets"},
        Row{.name = "module_name_with_control_character",
            .error = ":2: this text holds a control character"},
        Row{.name = "module_is_text", .error = ":2: module \"tls\" must be a mapping"},
        Row{.name = "unknown_key",
            .error = ":3: unknown key \"timout\" in module \"tls\"; did you mean \"timeout\"?"},
        Row{.name = "unknown_key_unlike_any",
            .error = ":3: unknown key \"colour\" in module \"tls\""},
        Row{.name = "merge_key", .error = ":4: unknown key \"<<\" in module \"b\""},
        Row{.name = "unknown_tls_key",
            .error = ":4: unknown key \"ca\" in tls_config of module \"tls\""},
        Row{.name = "unknown_staple_key",
            .error = ":4: unknown key \"requires\" in staple of module \"tls\"; did you mean "
                     "\"require\"?"},
        Row{.name = "tls_config_is_text", .error = ":3: tls_config must be a mapping"},
        Row{.name = "timeout_without_value", .error = ":3: timeout has no value"},
        Row{.name = "timeout_without_unit",
            .error = ":3: timeout is wrong: \"10\" is not a duration such as 10s, 5m or 1h30m"},
        Row{.name = "timeout_zero", .error = ":3: timeout must be more than 0s and at most 10m"},
        Row{.name = "timeout_too_long",
            .error = ":3: timeout must be more than 0s and at most 10m"},
        Row{.name = "timeout_list", .error = ":3: timeout must be a single value"},
        Row{.name = "tls_library_unknown",
            .error = ":3: tls_library must be openssl or gnutls, not \"nss\""},
        Row{.name = "ip_protocol_unknown",
            .error = ":3: preferred_ip_protocol must be ip4 or ip6, not \"ipv4\""},
        Row{.name = "fallback_yes",
            .error = ":3: ip_protocol_fallback must be true or false, not \"yes\""},
        Row{.name = "fallback_quoted",
            .error = ":3: ip_protocol_fallback must be true or false without quotes"},
        Row{.name = "source_is_a_name",
            .error = ":3: source_ip_address must be an IP address, not \"localhost\""},
        Row{.name = "alpn_is_text", .error = ":3: alpn must be a list, such as [h2]"},
        Row{.name = "alpn_empty_name", .error = ":3: a name of alpn must have 1 to 255 octets"},
        Row{.name = "alpn_long_name", .error = ":5: a name of alpn must have 1 to 255 octets"},
        Row{.name = "alpn_nested_list", .error = ":3: a name of alpn must be a single value"},
        Row{.name = "all_addresses_behind_a_proxy",
            .error = ":5: addresses cannot be all behind a proxy, which alone knows them, in "
                     "module \"a\""},
        Row{.name = "vary_addresses_some",
            .error = ":4: addresses must be first or all, not \"some\""},
        Row{.name = "vary_versions_text", .error = ":4: tls_versions must be a list"},
        Row{.name = "vary_version_unknown",
            .error = ":4: tls_versions must be TLS12 or TLS13, not \"TLS11\""},
        Row{.name = "vary_version_twice", .error = ":4: tls_versions names one twice"},
        Row{.name = "vary_no_combination",
            .error = ":4: max_combinations must be a number from 1 to 256"},
        Row{.name = "attempts_zero", .error = ":4: attempts must be a number from 1 to 20"},
        Row{.name = "attempts_text", .error = ":4: attempts must be a number from 1 to 20"},
        Row{.name = "starttls_unknown",
            .error = ":3: starttls does not know the protocol \"smpt\"; did you mean \"smtp\"?"},
        Row{.name = "ehlo_name_bad",
            .error = ":4: ehlo_name must be a host name or an [address], not \"a b\""},
        Row{.name = "proxy_url_bad", .error = ":3: proxy_url is wrong: it names no port"},
        Row{.name = "proxy_url_list", .error = ":3: proxy_url must be a single value"},
        Row{.name = "crl_bytes_without_unit",
            .error = ":4: max_crl_bytes must be a size such as 512KiB or 64MiB, not \"64\""},
        Row{.name = "crl_bytes_in_powers_of_ten",
            .error = ":4: max_crl_bytes must be a size such as 512KiB or 64MiB, not \"64MB\""},
        Row{.name = "crl_bytes_fraction",
            .error = ":4: max_crl_bytes must be a size such as 512KiB or 64MiB, not \"1.5MiB\""},
        Row{.name = "crl_bytes_negative",
            .error = ":4: max_crl_bytes must be a size such as 512KiB or 64MiB, not \"-1MiB\""},
        Row{.name = "crl_bytes_overflow",
            .error = ":4: max_crl_bytes must be a size such as 512KiB or 64MiB, not "
                     "\"99999999999999999999B\""},
        Row{.name = "crl_bytes_zero", .error = ":4: max_crl_bytes must be 1B to 1GiB"},
        Row{.name = "crl_bytes_too_many", .error = ":4: max_crl_bytes must be 1B to 1GiB"},
        Row{.name = "crl_bytes_without_value", .error = ":4: max_crl_bytes has no value"},
        Row{.name = "min_interval_zero", .error = ":4: min_interval must be at least 1s"},
        Row{.name = "min_interval_too_short", .error = ":4: min_interval must be at least 1s"},
        Row{.name = "cross_check_proxy_bad",
            .error = ":4: proxy_url is wrong: it begins neither with http:// nor with socks5://"},
        Row{.name = "cross_check_responder_yes",
            .error = ":4: responder must be true or false, not \"yes\""},
        Row{.name = "unknown_cross_check_key",
            .error = ":4: unknown key \"respnder\" in cross_check of module \"tls\"; did you mean "
                     "\"responder\"?"},
        Row{.name = "xmpp_domain_bad",
            .error = ":4: xmpp_domain must be a domain name, not \"<a>\""},
        Row{.name = "server_name_bad",
            .error = ":4: server_name must be a host name or an IP address, not \"exa mple\""},
        Row{.name = "min_version_unknown",
            .error = ":4: min_version must be TLS12 or TLS13, not \"TLS11\""},
        Row{.name = "min_above_max",
            .error = ":5: min_version TLS13 is above max_version TLS12 in module \"tls\""},
        Row{.name = "key_without_certificate",
            .error = ":5: key_file without cert_file in module \"tls\""},
        Row{.name = "require_unknown",
            .error = ":3: require must be never or must_staple or expected or always, not "
                     "\"sometimes\""},
        Row{.name = "clock_skew_negative",
            .error = ":3: clock_skew is wrong: \"-5m\" is not a duration such as 10s, 5m or 1h30m"},
        Row{.name = "clock_skew_fraction", .error = ":3: clock_skew must be whole seconds"},
        Row{.name = "max_age_number",
            .error = ":3: max_age is wrong: \"7\" is not a duration such as 10s, 5m or 1h30m"},
        Row{.name = "targets_list",
            .error = ":2: targets must be a mapping with the keys allow and deny"},
        Row{.name = "targets_unknown_key",
            .error = ":3: unknown key \"alow\" in targets; did you mean \"allow\"?"},
        Row{.name = "targets_duplicate_key",
            .error = ":4: duplicate key \"deny\", first given at line 3"},
        Row{.name = "targets_without_rules",
            .error = ":3: deny must be a list, such as [\"*.example.org\"], or [] for none"},
        Row{.name = "targets_rule_outside_a_list",
            .error = ":3: allow must be a list, such as [\"*.example.org\"], or [] for none"},
        Row{.name = "targets_rule_empty",
            .error = ":3: deny is wrong: the rule \"\" is not valid: it is empty"},
        Row{.name = "targets_rule_without_value", .error = ":3: deny holds an empty rule"},
        Row{.name = "targets_rule_not_a_rule",
            .error = ":5: deny is wrong: the rule \"exa?mple\" is not valid: it is neither a host "
                     "name nor *.suffix, an IP address or a CIDR block"},
        Row{.name = "targets_rule_bits_beyond_the_prefix",
            .error = ":3: allow is wrong: the rule \"10.1.2.3/8\" is not valid: it has bits beyond "
                     "its prefix; the block is 10.0.0.0/8"},
        Row{.name = "targets_rule_port_too_large",
            .error =
                ":3: allow is wrong: the rule \"*.example.org:65536\" is not valid: its port is "
                "not a number from 1 to 65535"},
        Row{.name = "targets_rule_mapped",
            .error = ":3: deny is wrong: the rule \"::ffff:10.0.0.0/104\" is not valid: such an "
                     "address is compared as the IPv4 address in it: name that one"},
        Row{.name = "targets_brackets_without_quotes",
            .error = ":4: a rule of deny must be a single value; one with brackets needs quotes"},
        Row{.name = "targets_star_without_quotes",
            .error = ":4: not valid YAML: the referenced anchor is not defined"}),
    [](const auto& row) { return row.param.name; });

// What no file in a repository can be.

TEST(BadConfigurationFile, Missing) {
  EXPECT_EQ(ReadConfiguration("/nowhere/exporter.yml").error(),
            "cannot read the file \"/nowhere/exporter.yml\": No such file or directory");
}

TEST(BadConfigurationFile, Directory) {
  const stapling::testing::TempDir directory;
  const std::string name = directory.path().string();
  EXPECT_EQ(ReadConfiguration(name).error(),
            "cannot read the file \"" + name + "\": it is a directory");
}

TEST(BadConfigurationFile, NamedPipeDoesNotHang) {
  const stapling::testing::TempDir directory;
  const std::string name = directory.Path("pipe.yml");
  ASSERT_EQ(mkfifo(name.c_str(), 0600), 0);
  EXPECT_EQ(ReadConfiguration(name).error(),
            "cannot read the file \"" + name + "\": it is not a regular file");
}

// Root reads every file.
class WithoutPrivileges {
 public:
  WithoutPrivileges() { EXPECT_EQ(seteuid(getuid() == 0 ? kNobody : getuid()), 0); }
  ~WithoutPrivileges() { EXPECT_EQ(seteuid(getuid()), 0); }
  WithoutPrivileges(const WithoutPrivileges&) = delete;
  WithoutPrivileges& operator=(const WithoutPrivileges&) = delete;

 private:
  static constexpr uid_t kNobody = 65534;
};

TEST(BadConfigurationFile, Unreadable) {
  const stapling::testing::TempDir directory;
  const std::string name = directory.Write("exporter.yml", "modules: {a: {}}");
  ASSERT_EQ(chmod(name.c_str(), 0), 0);
  const WithoutPrivileges unprivileged;
  EXPECT_EQ(ReadConfiguration(name).error(),
            "cannot read the file \"" + name + "\": Permission denied");
}

TEST(BadConfigurationFile, LargerThanOneMebibyte) {
  const stapling::testing::TempDir directory;
  const std::string limit(1024 * 1024 - 17, '#');
  const std::string largest = directory.Write("largest.yml", "modules: {a: {}}\n" + limit);
  EXPECT_TRUE(ReadConfiguration(largest));
  const std::string larger = directory.Write("larger.yml", "modules: {a: {}}\n" + limit + "#");
  EXPECT_EQ(ReadConfiguration(larger).error(),
            "cannot read the file \"" + larger + "\": it is larger than 1 MiB");
}

// One text that a hundred thousand aliases name would take fifty gibibytes.
TEST(BadConfigurationFile, AliasesThatRepeatMuchText) {
  const std::string text(std::size_t{400} * 1024, 'x');
  const std::string yaml =
      "default_module: &long " + text + "\nmodules: {tls: {alpn: [*long, *long]}}";
  EXPECT_EQ(ParseConfiguration(yaml, "exporter.yml").error(),
            "exporter.yml:1: the file has too much text");
}

}  // namespace
}  // namespace stapling::exporter
