#include "exporter/flags.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "exporter/version.h"

namespace stapling::exporter {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Arguments = std::vector<std::string>;

// Each says what it expected where the flags were something else.
ServeOptions Serve(const Arguments& arguments) {
  Flags flags = ParseFlags(arguments);
  if (const auto* options = std::get_if<ServeOptions>(&flags)) return *options;
  ADD_FAILURE() << "not serve: " << std::get<EarlyExit>(flags).error;
  return {};
}
CheckOptions Check(const Arguments& arguments) {
  Flags flags = ParseFlags(arguments);
  if (const auto* options = std::get_if<CheckOptions>(&flags)) return *options;
  ADD_FAILURE() << "not check";
  return {};
}
VerifyOptions Verify(const Arguments& arguments) {
  Flags flags = ParseFlags(arguments);
  if (const auto* options = std::get_if<VerifyOptions>(&flags)) return *options;
  ADD_FAILURE() << "not verify";
  return {};
}
EarlyExit Exit(const Arguments& arguments) {
  Flags flags = ParseFlags(arguments);
  if (const auto* exit = std::get_if<EarlyExit>(&flags)) return *exit;
  ADD_FAILURE() << "no early exit";
  return {};
}

TEST(Flags, NothingServesWithTheDefaults) {
  for (const Arguments& arguments : {Arguments{}, Arguments{"serve"}}) {
    const ServeOptions options = Serve(arguments);
    EXPECT_EQ(options.config_file, "");
    EXPECT_FALSE(options.config_check);
    EXPECT_FALSE(options.config_print_defaults);
    EXPECT_FALSE(options.config_enable_auto_reload);
    EXPECT_EQ(options.config_auto_reload_interval, seconds(30));
    EXPECT_EQ(options.web_listen_addresses, Arguments{":6960"});
    EXPECT_FALSE(options.web_systemd_socket);
    EXPECT_EQ(options.web_external_url, "");
    EXPECT_EQ(options.web_route_prefix, "");
    EXPECT_FALSE(options.web_enable_lifecycle);
    EXPECT_EQ(options.web_config_file, "");
    EXPECT_EQ(options.timeout_offset, milliseconds(500));
    EXPECT_EQ(options.probe_max_concurrency, 2048U);
    EXPECT_EQ(options.probe_verification_cache_bytes, 67'108'864U);
    EXPECT_EQ(options.history_limit, 100U);
    EXPECT_EQ(options.log.level, LogLevel::kInfo);
    EXPECT_EQ(options.log.format, LogFormat::kLogfmt);
  }
}

TEST(Flags, EveryFlagOfServe) {
  const ServeOptions options = Serve({"serve",
                                      "--config.file=/etc/x.yml",
                                      "--config.check",
                                      "--config.print-defaults",
                                      "--config.enable-auto-reload",
                                      "--config.auto-reload-interval=1m30s",
                                      "--web.listen-address=127.0.0.1:1",
                                      "--web.listen-address=[::1]:2",
                                      "--web.systemd-socket",
                                      "--web.external-url=https://example.org/a/",
                                      "--web.route-prefix=/b/c/",
                                      "--web.enable-lifecycle",
                                      "--web.config.file=/etc/web.yml",
                                      "--timeout-offset=0.25",
                                      "--probe.max-concurrency=7",
                                      "--probe.verification-cache-bytes=4096",
                                      "--history.limit=0",
                                      "--log.level=warn",
                                      "--log.prober=error",
                                      "--log.format=json"});
  EXPECT_EQ(options.config_file, "/etc/x.yml");
  EXPECT_TRUE(options.config_check);
  EXPECT_TRUE(options.config_print_defaults);
  EXPECT_TRUE(options.config_enable_auto_reload);
  EXPECT_EQ(options.config_auto_reload_interval, seconds(90));
  EXPECT_EQ(options.web_listen_addresses, (Arguments{"127.0.0.1:1", "[::1]:2"}));
  EXPECT_TRUE(options.web_systemd_socket);
  EXPECT_EQ(options.web_external_url, "https://example.org/a/");
  EXPECT_EQ(options.web_route_prefix, "/b/c");
  EXPECT_TRUE(options.web_enable_lifecycle);
  EXPECT_EQ(options.web_config_file, "/etc/web.yml");
  EXPECT_EQ(options.timeout_offset, milliseconds(250));
  EXPECT_EQ(options.probe_max_concurrency, 7U);
  EXPECT_EQ(options.probe_verification_cache_bytes, 4096U);
  EXPECT_EQ(options.history_limit, 0U);
  EXPECT_EQ(options.log.level, LogLevel::kWarn);
  EXPECT_EQ(options.log_prober, LogLevel::kError);
  EXPECT_EQ(options.log.format, LogFormat::kJson);
}

TEST(Flags, AValueMayStandAlone) {
  EXPECT_EQ(Serve({"--config.file", "x.yml"}).config_file, "x.yml");
}

TEST(Flags, AnEmptyValueIsAValue) {
  EXPECT_EQ(Serve({"--config.file=", "--web.enable-lifecycle"}).config_file, "");
  EXPECT_EQ(Serve({"--web.external-url="}).web_external_url, "");
}

TEST(Flags, ASwitchMayBeTurnedOff) {
  EXPECT_FALSE(Serve({"--web.enable-lifecycle=false"}).web_enable_lifecycle);
}

struct PrefixRow {
  std::string name;
  Arguments arguments;
  std::string prefix;
};

class RoutePrefixTable : public ::testing::TestWithParam<PrefixRow> {};

TEST_P(RoutePrefixTable, IsEmptyOrStartsWithASlash) {
  EXPECT_EQ(Serve(GetParam().arguments).web_route_prefix, GetParam().prefix);
}

INSTANTIATE_TEST_SUITE_P(
    Table, RoutePrefixTable,
    ::testing::Values(
        PrefixRow{.name = "slash", .arguments = {"--web.route-prefix=/"}, .prefix = ""},
        PrefixRow{.name = "bare", .arguments = {"--web.route-prefix=a"}, .prefix = "/a"},
        PrefixRow{.name = "of_external_url",
                  .arguments = {"--web.external-url=http://h:1/a/b/"},
                  .prefix = "/a/b"},
        PrefixRow{.name = "external_url_without_path",
                  .arguments = {"--web.external-url=http://h"},
                  .prefix = ""},
        PrefixRow{.name = "flag_beats_external_url",
                  .arguments = {"--web.external-url=http://h/a", "--web.route-prefix=/"},
                  .prefix = ""}),
    [](const auto& row) { return row.param.name; });

TEST(Flags, Check) {
  const CheckOptions defaults = Check({"check", "example.org"});
  EXPECT_EQ(defaults.targets, Arguments{"example.org"});
  EXPECT_EQ(defaults.timeout, std::nullopt);
  EXPECT_EQ(defaults.warning_ratio, 0.75);
  EXPECT_EQ(defaults.format, OutputFormat::kText);

  const CheckOptions options =
      Check({"check", "a", "--module=m", "b", "--hostname", "h", "--timeout=1500ms",
             "--warning-ratio=0.5", "--format=prometheus", "--save-staples=d", "--config.file=c"});
  EXPECT_EQ(options.targets, (Arguments{"a", "b"}));
  EXPECT_EQ(options.module, "m");
  EXPECT_EQ(options.hostname, "h");
  EXPECT_EQ(options.timeout, milliseconds(1500));
  EXPECT_EQ(options.warning_ratio, 0.5);
  EXPECT_EQ(options.format, OutputFormat::kPrometheus);
  EXPECT_EQ(options.save_staples, "d");
  EXPECT_EQ(options.config_file, "c");
}

struct SchemesRow {
  const char* name;
  Arguments flags;
  bool ocsp;
  bool crl;
};

void PrintTo(const SchemesRow& row, std::ostream* out) { *out << row.name; }

class SchemesTable : public ::testing::TestWithParam<SchemesRow> {};

TEST_P(SchemesTable, SaysWhatIsAskedBesideTheStaple) {
  Arguments arguments = {"check", "example.org"};
  arguments.insert(arguments.end(), GetParam().flags.begin(), GetParam().flags.end());
  const Schemes schemes = Check(arguments).schemes;
  EXPECT_EQ(schemes.ocsp, GetParam().ocsp);
  EXPECT_EQ(schemes.crl, GetParam().crl);
}

INSTANTIATE_TEST_SUITE_P(
    Table, SchemesTable,
    ::testing::Values(SchemesRow{"no_flag", {}, false, false},
                      SchemesRow{"staple", {"--schemes=staple"}, false, false},
                      SchemesRow{"ocsp", {"--schemes=ocsp"}, true, false},
                      SchemesRow{"crl", {"--schemes", "crl"}, false, true},
                      SchemesRow{"all", {"--schemes=staple,ocsp,crl"}, true, true},
                      SchemesRow{"another_order", {"--schemes=crl,staple,ocsp"}, true, true},
                      SchemesRow{"one_twice", {"--schemes=ocsp,ocsp"}, true, false},
                      SchemesRow{"without_staple", {"--schemes=ocsp,crl"}, true, true}),
    [](const auto& row) { return row.param.name; });

TEST(Flags, CheckOfAList) {
  EXPECT_EQ(Check({"check", "example.org"}).targets_file, "");
  const CheckOptions defaults = Check({"check", "--targets=t.txt"});
  EXPECT_EQ(defaults.targets_file, "t.txt");
  EXPECT_EQ(defaults.targets, Arguments{});
  EXPECT_EQ(defaults.concurrency, 256U);
  const CheckOptions options =
      Check({"check", "--targets", "-", "--concurrency=8", "--format=json", "--module=m"});
  EXPECT_EQ(options.targets_file, "-");
  EXPECT_EQ(options.concurrency, 8U);
  EXPECT_EQ(options.format, OutputFormat::kJson);
  EXPECT_EQ(options.module, "m");
}

TEST(Flags, Verify) {
  const Arguments files = {"verify", "--response=r", "--certificate=c", "--issuer=i"};
  const VerifyOptions defaults = Verify(files);
  EXPECT_EQ(defaults.response, "r");
  EXPECT_EQ(defaults.certificate, "c");
  EXPECT_EQ(defaults.issuer, "i");
  EXPECT_EQ(defaults.at, std::nullopt);
  EXPECT_EQ(defaults.policy, JudgePolicy{});

  Arguments all = files;
  all.insert(all.end(), {"--at=2026-11-20T10:00:00Z", "--clock-skew=0s", "--max-age=7d",
                         "--require-next-update", "--format=json"});
  const VerifyOptions options = Verify(all);
  EXPECT_EQ(options.at, std::chrono::sys_seconds(seconds(1795168800)));
  EXPECT_EQ(options.policy.clock_skew, seconds(0));
  EXPECT_EQ(options.policy.max_age, seconds(604800));
  EXPECT_TRUE(options.policy.require_next_update);
  EXPECT_EQ(options.format, OutputFormat::kJson);

  all = files;
  all.insert(all.end(), {"--at", "1795168800", "--max-age=0s"});
  EXPECT_EQ(Verify(all).at, std::chrono::sys_seconds(seconds(1795168800)));
  EXPECT_EQ(Verify(all).policy.max_age, std::nullopt);
}

struct MistakeRow {
  std::string name;
  Arguments arguments;
  int status;
  std::string sentence;
};

class Mistakes : public ::testing::TestWithParam<MistakeRow> {};

TEST_P(Mistakes, AreOneSentence) {
  const EarlyExit exit = Exit(GetParam().arguments);
  EXPECT_EQ(exit.status, GetParam().status);
  EXPECT_EQ(exit.output, "");
  std::string program = "ocsp_stapling_exporter";
  const std::string command = GetParam().arguments.front();
  if (command == "check" || command == "verify") program += " " + command;
  EXPECT_EQ(exit.error,
            program + ": " + GetParam().sentence + " (" + program + " --help says more)\n");
}

INSTANTIATE_TEST_SUITE_P(
    Table, Mistakes,
    ::testing::Values(
        MistakeRow{.name = "unknown_command",
                   .arguments = {"prob"},
                   .status = 1,
                   .sentence = "unknown command \"prob\"; the commands are serve, check, verify"},
        MistakeRow{.name = "unknown_flag",
                   .arguments = {"--config.fil=x"},
                   .status = 1,
                   .sentence = "unknown flag \"--config.fil\"; did you mean \"--config.file\"?"},
        MistakeRow{.name = "unknown_flag_unlike_any",
                   .arguments = {"--proxy", "x"},
                   .status = 1,
                   .sentence = "unknown flag \"--proxy\""},
        MistakeRow{.name = "stray_argument",
                   .arguments = {"serve", "x"},
                   .status = 1,
                   .sentence = "unexpected argument \"x\""},
        MistakeRow{.name = "command_after_flag",
                   .arguments = {"--config.check", "check"},
                   .status = 1,
                   .sentence = "unexpected argument \"check\"; a command comes before every flag"},
        MistakeRow{.name = "value_missing",
                   .arguments = {"--config.file"},
                   .status = 1,
                   .sentence = "--config.file needs a value"},
        MistakeRow{.name = "flag_twice",
                   .arguments = {"--config.file=a", "--config.file=b"},
                   .status = 1,
                   .sentence = "--config.file was given more than once"},
        MistakeRow{.name = "switch_with_value",
                   .arguments = {"--config.check=perhaps"},
                   .status = 1,
                   .sentence = "\"perhaps\" is neither true nor false: a switch takes no other "
                               "value"},
        MistakeRow{.name = "interval_zero",
                   .arguments = {"--config.auto-reload-interval=0s"},
                   .status = 1,
                   .sentence = "--config.auto-reload-interval must be more than 0s"},
        MistakeRow{.name = "listen_address",
                   .arguments = {"--web.listen-address=foo"},
                   .status = 1,
                   .sentence = "--web.listen-address is wrong: listen address \"foo\": no port; "
                               "write HOST:PORT or :PORT"},
        MistakeRow{.name = "external_url",
                   .arguments = {"--web.external-url=example.org/a"},
                   .status = 1,
                   .sentence = "--web.external-url must be a URL such as "
                               "https://example.org/stapling, not \"example.org/a\""},
        MistakeRow{.name = "route_prefix",
                   .arguments = {"--web.route-prefix=/a?b"},
                   .status = 1,
                   .sentence = "--web.route-prefix must be a path such as /stapling, not "
                               "\"/a?b\""},
        MistakeRow{.name = "offset_not_finite",
                   .arguments = {"--timeout-offset=nan"},
                   .status = 1,
                   .sentence = "--timeout-offset must be a number of seconds that is not "
                               "negative, not \"nan\""},
        MistakeRow{.name = "offset_negative",
                   .arguments = {"--timeout-offset=-1"},
                   .status = 1,
                   .sentence = "--timeout-offset must be a number of seconds that is not "
                               "negative, not \"-1\""},
        MistakeRow{.name = "concurrency_zero",
                   .arguments = {"--probe.max-concurrency=0"},
                   .status = 1,
                   .sentence = "--probe.max-concurrency must be a number from 1 to 1000000, not "
                               "\"0\""},
        MistakeRow{.name = "history_negative",
                   .arguments = {"--history.limit=-1"},
                   .status = 1,
                   .sentence = "--history.limit must be a number from 0 to 100000, not \"-1\""},
        MistakeRow{.name = "log_level",
                   .arguments = {"--log.level=loud"},
                   .status = 1,
                   .sentence = "--log.level must be one of debug, info, warn, error, not "
                               "\"loud\""},
        MistakeRow{.name = "check_without_target",
                   .arguments = {"check"},
                   .status = 3,
                   .sentence = "a target is required, such as example.org:443"},
        MistakeRow{.name = "check_flag_of_serve",
                   .arguments = {"check", "a", "--web.enable-lifecycle"},
                   .status = 3,
                   .sentence = "unknown flag \"--web.enable-lifecycle\""},
        MistakeRow{.name = "check_timeout",
                   .arguments = {"check", "a", "--timeout=5"},
                   .status = 3,
                   .sentence = "--timeout is wrong: \"5\" is not a duration such as 10s, 5m or "
                               "1h30m"},
        MistakeRow{.name = "check_ratio",
                   .arguments = {"check", "a", "--warning-ratio=1.5"},
                   .status = 3,
                   .sentence = "--warning-ratio must be more than 0 and at most 1, not \"1.5\""},
        MistakeRow{.name = "schemes_empty",
                   .arguments = {"check", "a", "--schemes="},
                   .status = 3,
                   .sentence = "--schemes must be a list of staple, ocsp and crl, not \"\""},
        MistakeRow{.name = "schemes_unknown",
                   .arguments = {"check", "a", "--schemes=ocsp,ct"},
                   .status = 3,
                   .sentence = "--schemes must be a list of staple, ocsp and crl, not \"ocsp,ct\""},
        MistakeRow{.name = "schemes_upper_case",
                   .arguments = {"check", "a", "--schemes=OCSP"},
                   .status = 3,
                   .sentence = "--schemes must be a list of staple, ocsp and crl, not \"OCSP\""},
        MistakeRow{
            .name = "schemes_empty_word",
            .arguments = {"check", "a", "--schemes=ocsp,,crl"},
            .status = 3,
            .sentence = "--schemes must be a list of staple, ocsp and crl, not \"ocsp,,crl\""},
        MistakeRow{.name = "schemes_comma_at_the_end",
                   .arguments = {"check", "a", "--schemes=ocsp,"},
                   .status = 3,
                   .sentence = "--schemes must be a list of staple, ocsp and crl, not \"ocsp,\""},
        MistakeRow{.name = "schemes_comma_at_the_start",
                   .arguments = {"check", "a", "--schemes=,crl"},
                   .status = 3,
                   .sentence = "--schemes must be a list of staple, ocsp and crl, not \",crl\""},
        MistakeRow{
            .name = "schemes_space",
            .arguments = {"check", "a", "--schemes=staple, ocsp"},
            .status = 3,
            .sentence = "--schemes must be a list of staple, ocsp and crl, not \"staple, ocsp\""},
        MistakeRow{.name = "list_beside_a_target",
                   .arguments = {"check", "a", "--targets=f"},
                   .status = 3,
                   .sentence = "--targets and a target do not go together"},
        MistakeRow{.name = "list_as_prometheus",
                   .arguments = {"check", "--targets=f", "--format=prometheus"},
                   .status = 3,
                   .sentence = "--format prometheus is for single targets, not for --targets"},
        MistakeRow{.name = "list_with_saved_staples",
                   .arguments = {"check", "--targets=f", "--save-staples=d"},
                   .status = 3,
                   .sentence = "--save-staples is for single targets, not for --targets"},
        MistakeRow{.name = "list_without_a_name",
                   .arguments = {"check", "--targets="},
                   .status = 3,
                   .sentence = "a target is required, such as example.org:443"},
        MistakeRow{.name = "concurrency_without_a_list",
                   .arguments = {"check", "a", "--concurrency=256"},
                   .status = 3,
                   .sentence = "--concurrency is for --targets alone"},
        MistakeRow{.name = "concurrency_of_nothing",
                   .arguments = {"check", "--targets=f", "--concurrency=0"},
                   .status = 3,
                   .sentence = "--concurrency must be a number from 1 to 10000, not \"0\""},
        MistakeRow{.name = "verify_without_files",
                   .arguments = {"verify"},
                   .status = 3,
                   .sentence = "--response is required"},
        MistakeRow{.name = "verify_prometheus",
                   .arguments = {"verify", "--format=prometheus"},
                   .status = 3,
                   .sentence = "--format must be one of text, json, not \"prometheus\""},
        MistakeRow{.name = "verify_time",
                   .arguments = {"verify", "--at=yesterday"},
                   .status = 3,
                   .sentence = "--at must be Unix seconds or a time such as "
                               "2026-01-31T12:00:00Z, not \"yesterday\""},
        MistakeRow{.name = "verify_skew",
                   .arguments = {"verify", "--clock-skew=1500ms"},
                   .status = 3,
                   .sentence = "--clock-skew must be whole seconds"}),
    [](const auto& row) { return row.param.name; });

TEST(Flags, HelpOfEachCommandNamesItsFlags) {
  const EarlyExit serve = Exit({"--help"});
  EXPECT_EQ(serve.status, 0);
  EXPECT_EQ(serve.error, "");
  EXPECT_NE(serve.output.find("--web.listen-address ADDRESS"), std::string::npos);
  EXPECT_NE(serve.output.find("(default: :6960)"), std::string::npos);
  EXPECT_NE(Exit({"check", "-h"}).output.find("--save-staples DIR"), std::string::npos);
  EXPECT_NE(Exit({"check", "-h"}).output.find("--schemes LIST"), std::string::npos);
  EXPECT_NE(Exit({"verify", "--help"}).output.find("--issuer FILE"), std::string::npos);
}

TEST(Flags, HelpNeedsNothingElse) {
  EXPECT_EQ(Exit({"check", "--help"}).status, 0);
  EXPECT_EQ(Exit({"--version"}).status, 0);
  EXPECT_EQ(Exit({"verify", "--version"}).status, 0);
}

TEST(Flags, VersionNamesProgramAndVersion) {
  const EarlyExit exit = Exit({"--version"});
  EXPECT_TRUE(exit.output.starts_with("ocsp_stapling_exporter, version " + Version() + "\n"))
      << exit.output;
}

}  // namespace
}  // namespace stapling::exporter
