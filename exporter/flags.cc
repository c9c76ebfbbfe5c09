#include "exporter/flags.h"

#include <array>
#include <sstream>
#include <string_view>

#include "core/tls/tls_library.h"
#include "exporter/command_line.h"
#include "exporter/escape.h"
#include "exporter/flag_values.h"
#include "exporter/version.h"

namespace stapling::exporter {
namespace {

constexpr std::string_view kProgram = "ocsp_stapling_exporter";

constexpr const char* kServeUsage =
    "ocsp_stapling_exporter [serve] [FLAGS]\n"
    "ocsp_stapling_exporter check TARGET... [FLAGS]\n"
    "ocsp_stapling_exporter verify --response FILE --certificate FILE --issuer FILE [FLAGS]\n\n"
    "Would a strict client accept the OCSP response that a TLS server staples, and for how much\n"
    "longer? serve answers at /probe for Prometheus, check on a terminal, and verify judges a\n"
    "captured response offline. Each has its own --help; these are the flags of serve.\n";

constexpr const char* kCheckUsage =
    "ocsp_stapling_exporter check TARGET... [FLAGS]\n"
    "ocsp_stapling_exporter check --targets FILE [FLAGS]\n\n"
    "Probes each target once and reports what is wrong and what to do about it.\n"
    "TARGET is HOST, HOST:PORT, [IPV6]:PORT or an https:// URL; the port defaults to 443.\n"
    "FILE, or - for standard input, holds a line TARGET [module=M] [hostname=N] for each; they "
    "are\n"
    "probed side by side and take one line each, as they finish, and a summary.\n";

constexpr const char* kCheckFooter =
    "\nExit status: 0 good, or missing where none is expected; 1 expected but missing, close to "
    "its\n"
    "end, or the CA that was asked is out of order; 2 required but missing, any other verdict, a\n"
    "failed probe, or the CA that was asked says revoked or unknown; 3 bad usage; 130 a list\n"
    "interrupted by Ctrl-C.";

constexpr const char* kVerifyUsage =
    "ocsp_stapling_exporter verify --response FILE --certificate FILE --issuer FILE [FLAGS]\n\n"
    "Judges a captured OCSP response without any network. Files are DER or PEM.\n";

constexpr const char* kVerifyFooter =
    "\nExit status: 0 good, 2 any other verdict, 3 bad usage or unreadable input.";

constexpr std::size_t kMaxConcurrency = 10'000;

constexpr std::array<Word<LogLevel>, 4> kLogLevels = {{{"debug", LogLevel::kDebug},
                                                       {"info", LogLevel::kInfo},
                                                       {"warn", LogLevel::kWarn},
                                                       {"error", LogLevel::kError}}};
constexpr std::array<Word<LogFormat>, 2> kLogFormats = {
    {{"logfmt", LogFormat::kLogfmt}, {"json", LogFormat::kJson}}};
constexpr std::array<Word<OutputFormat>, 3> kCheckFormats = {
    {{"text", OutputFormat::kText},
     {"json", OutputFormat::kJson},
     {"prometheus", OutputFormat::kPrometheus}}};
constexpr std::array<Word<OutputFormat>, 2> kVerifyFormats = {
    {{"text", OutputFormat::kText}, {"json", OutputFormat::kJson}}};
constexpr std::array<Word<TlsLibrary>, 2> kLibraries = {
    {{"openssl", TlsLibrary::kOpenssl}, {"gnutls", TlsLibrary::kGnutls}}};

EarlyExit Mistake(const std::string& command, const std::string& sentence, int status) {
  const std::string name = std::string(kProgram) + (command.empty() ? "" : " " + command);
  return {.status = status, .error = name + ": " + sentence + " (" + name + " --help says more)\n"};
}

EarlyExit VersionText() {
  return {.output = std::string(kProgram) + ", version " + Version() +
                    "\n  compiler: " + Compiler() + "\n  TLS library: " + OpensslVersion() + "\n"};
}

constexpr const char* kConfigFileHelp = "Modules, as YAML; without one, the built-in modules serve";

void AddConfigFlags(CommandLine& line, ServeOptions& options) {
  line.Group("Configuration");
  line.Add({.name = "--config.file", .value = "FILE", .description = kConfigFileHelp},
           Text(options.config_file));
  line.AddSwitch({.name = "--config.check",
                  .description = "Check the configuration and the files it names, and exit"},
                 options.config_check);
  line.AddSwitch({.name = "--config.print-defaults",
                  .description = "Print the built-in modules as a configuration file and exit"},
                 options.config_print_defaults);
  line.AddSwitch({.name = "--config.enable-auto-reload",
                  .description = "Reload the configuration file when it changes"},
                 options.config_enable_auto_reload);
  line.Add(
      {.name = "--config.auto-reload-interval",
       .value = "DURATION",
       .description = "How often to look whether it changed",
       .default_text = "30s"},
      Duration<std::chrono::milliseconds>(options.config_auto_reload_interval, Zero::kRefused));
}

void AddWebFlags(CommandLine& line, ServeOptions& options, std::optional<std::string>& prefix) {
  line.Group("Web");
  line.Add({.name = "--web.listen-address",
            .value = "ADDRESS",
            .description = "Address to listen on",
            .default_text = ":6960",
            .repeatable = true},
           ListenAddresses(options.web_listen_addresses));
  line.AddSwitch({.name = "--web.systemd-socket",
                  .description = "Listen on the sockets that systemd passes instead"},
                 options.web_systemd_socket);
  line.Add({.name = "--web.external-url",
            .value = "URL",
            .description = "Under which a reverse proxy shows the exporter"},
           ExternalUrl(options.web_external_url));
  line.Add({.name = "--web.route-prefix",
            .value = "PATH",
            .description = "Prefix of every path",
            .default_text = "the path of --web.external-url"},
           RoutePrefix(prefix));
  line.AddSwitch({.name = "--web.enable-lifecycle",
                  .description = "Allow a reload by POST to /-/reload (SIGHUP always may)"},
                 options.web_enable_lifecycle);
}

void AddProbeFlags(CommandLine& line, ServeOptions& options) {
  line.Group("Probes");
  line.Add({.name = "--timeout-offset",
            .value = "SECONDS",
            .description = "Taken off the scrape timeout, for the way of the answer",
            .default_text = "0.5"},
           Seconds(options.timeout_offset));
  line.Add({.name = "--probe.max-concurrency",
            .value = "N",
            .description = "Probes at the same time; more of them wait",
            .default_text = "2048"},
           Count(options.probe_max_concurrency, 1, 1'000'000));
  line.Add({.name = "--history.limit",
            .value = "N",
            .description = "Probes kept for the page and /logs",
            .default_text = "100"},
           Count(options.history_limit, 0, 100'000));
}

void AddLogFlags(CommandLine& line, ServeOptions& options) {
  line.Group("Log");
  line.Add({.name = "--log.level",
            .value = "LEVEL",
            .description = "What to log at least: debug, info, warn, error",
            .default_text = "info"},
           OneOf(kLogLevels, options.log.level));
  line.Add({.name = "--log.prober",
            .value = "LEVEL",
            .description = "Level at which the lines of every probe are logged",
            .default_text = std::string(Label(options.log_prober))},
           OneOf(kLogLevels, options.log_prober));
  line.Add({.name = "--log.format",
            .value = "FORMAT",
            .description = "logfmt or json",
            .default_text = "logfmt"},
           OneOf(kLogFormats, options.log.format));
}

// For flags of serve before the name of another command.
std::string HintOf(const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    if (argument == "check" || argument == "verify") return "; a command comes before every flag";
  }
  return {};
}

Flags ParseServe(const std::vector<std::string>& arguments) {
  ServeOptions options;
  std::optional<std::string> prefix;
  CommandLine line(kServeUsage, "");
  AddConfigFlags(line, options);
  AddWebFlags(line, options, prefix);
  AddProbeFlags(line, options);
  AddLogFlags(line, options);

  const auto outcome = line.Parse(arguments);
  if (!outcome) return Mistake("", outcome.error() + HintOf(arguments), kServeExitUsage);
  if (*outcome == CommandLine::Outcome::kHelp) return EarlyExit{.output = line.Help()};
  if (*outcome == CommandLine::Outcome::kVersion) return VersionText();
  options.web_route_prefix =
      prefix ? *prefix : PathOfUrl(options.web_external_url).value_or(std::string());
  return options;
}

// staple may be left out of the list: it is always looked at.
CommandLine::Read SchemeList(Schemes& schemes) {
  return [&schemes](const std::string& value) -> std::optional<Error> {
    schemes = {};
    std::istringstream words(value + ",");
    for (std::string word; std::getline(words, word, ',');) {
      if (word == "ocsp") {
        schemes.ocsp = true;
      } else if (word == "crl") {
        schemes.crl = true;
      } else if (word != "staple") {
        return Error{"must be a list of staple, ocsp and crl, not " + Quote(value)};
      }
    }
    return std::nullopt;
  };
}

void AddCheckProbe(CommandLine& line, CheckOptions& options) {
  line.Group("Probe");
  line.Add({.name = "--config.file", .value = "FILE", .description = kConfigFileHelp},
           Text(options.config_file));
  line.Add({.name = "--module",
            .value = "NAME",
            .description = "Module to probe with",
            .default_text = "default_module"},
           Text(options.module));
  line.Add({.name = "--hostname",
            .value = "NAME",
            .description = "Server name to ask for, instead of the target's"},
           Text(options.hostname));
  line.Add({.name = "--timeout",
            .value = "DURATION",
            .description = "For each probe as a whole",
            .default_text = "the module's"},
           Duration<std::chrono::milliseconds>(options.timeout, Zero::kRefused));
  line.Add({.name = "--schemes",
            .value = "LIST",
            .description = "What to ask of staple, ocsp (the CA's responder) and crl",
            .default_text = "staple"},
           SchemeList(options.schemes));
  line.Add({.name = "--repeat",
            .value = "N",
            .description = "Connections to make, to see how many carry a staple",
            .default_text = "the module's attempts"},
           Count(options.repeat, 1, 1000));
}

void AddCheckList(CommandLine& line, CheckOptions& options,
                  std::optional<std::size_t>& concurrency) {
  line.Group("List");
  line.Add({.name = "--targets",
            .value = "FILE",
            .description = "Targets to probe, one to a line; - is standard input"},
           Text(options.targets_file));
  line.Add({.name = "--concurrency",
            .value = "N",
            .description = "Probes at the same time",
            .default_text = std::to_string(options.concurrency)},
           [&concurrency](const std::string& value) {
             return Count(concurrency.emplace(), 1, kMaxConcurrency)(value);
           });
}

void AddCheckReport(CommandLine& line, CheckOptions& options) {
  line.Group("Report");
  line.Add({.name = "--warning-ratio",
            .value = "RATIO",
            .description = "Share of a staple's lifetime after which to warn",
            .default_text = "0.75"},
           Ratio(options.warning_ratio));
  line.Add({.name = "--format",
            .value = "FORMAT",
            .description = "text, json or prometheus; not prometheus for a list",
            .default_text = "text"},
           OneOf(kCheckFormats, options.format));
  line.Add({.name = "--save-staples",
            .value = "DIR",
            .description = "Write staples and certificates there, for verify; not for a list"},
           Text(options.save_staples));
}

// What does not go together; empty if all does.
std::string ContradictionIn(const CheckOptions& options, bool concurrency_given) {
  const bool list = !options.targets_file.empty();
  if (!list && concurrency_given) return "--concurrency is for --targets alone";
  if (!list && options.targets.empty()) return "a target is required, such as example.org:443";
  if (!list) return {};
  if (!options.targets.empty()) return "--targets and a target do not go together";
  if (options.format == OutputFormat::kPrometheus) {
    return "--format prometheus is for single targets, not for --targets";
  }
  if (!options.save_staples.empty()) {
    return "--save-staples is for single targets, not for --targets";
  }
  return {};
}

Flags ParseCheck(const std::vector<std::string>& arguments) {
  CheckOptions options;
  std::optional<std::size_t> concurrency;
  CommandLine line(kCheckUsage, kCheckFooter);
  line.AddArguments({.name = "TARGET", .description = {}}, options.targets);
  AddCheckProbe(line, options);
  AddCheckList(line, options, concurrency);
  AddCheckReport(line, options);

  const auto outcome = line.Parse(arguments);
  if (!outcome) return Mistake("check", outcome.error(), kCheckExitUsage);
  if (*outcome == CommandLine::Outcome::kHelp) return EarlyExit{.output = line.Help()};
  if (*outcome == CommandLine::Outcome::kVersion) return VersionText();
  const std::string contradiction = ContradictionIn(options, concurrency.has_value());
  if (!contradiction.empty()) return Mistake("check", contradiction, kCheckExitUsage);
  options.concurrency = concurrency.value_or(options.concurrency);
  return options;
}

void AddVerifyFiles(CommandLine& line, VerifyOptions& options) {
  line.Group("Input");
  line.Add(
      {.name = "--response", .value = "FILE", .description = "The OCSP response", .required = true},
      Text(options.response));
  line.Add({.name = "--certificate",
            .value = "FILE",
            .description = "The certificate that it should speak of",
            .required = true},
           Text(options.certificate));
  line.Add({.name = "--issuer",
            .value = "FILE",
            .description = "The certificate of its issuer",
            .required = true},
           Text(options.issuer));
}

void AddVerifyPolicy(CommandLine& line, VerifyOptions& options) {
  line.Group("Policy");
  line.Add({.name = "--at",
            .value = "TIME",
            .description = "Judge as of then: Unix seconds or RFC 3339",
            .default_text = "now"},
           Instant(options.at));
  line.Add({.name = "--clock-skew",
            .value = "DURATION",
            .description = "Tolerated at each end",
            .default_text = "5m"},
           Duration<std::chrono::seconds>(options.policy.clock_skew, Zero::kAllowed));
  line.Add({.name = "--max-age",
            .value = "DURATION",
            .description = "Oldest thisUpdate to accept; 0s is any",
            .default_text = "0s"},
           Duration<std::chrono::seconds>(options.policy.max_age, Zero::kAllowed));
  line.AddSwitch({.name = "--require-next-update",
                  .description = "Refuse a response that does not say when it ends"},
                 options.policy.require_next_update);
}

Flags ParseVerify(const std::vector<std::string>& arguments) {
  VerifyOptions options;
  CommandLine line(kVerifyUsage, kVerifyFooter);
  AddVerifyFiles(line, options);
  AddVerifyPolicy(line, options);
  line.Group("Report");
  line.Add({.name = "--format",
            .value = "FORMAT",
            .description = "text or json",
            .default_text = "text"},
           OneOf(kVerifyFormats, options.format));
  line.Add({.name = "--library",
            .value = "LIBRARY",
            .description = "openssl, or gnutls to hear its own opinion, too",
            .default_text = "openssl"},
           OneOf(kLibraries, options.library));

  const auto outcome = line.Parse(arguments);
  if (!outcome) return Mistake("verify", outcome.error(), kCheckExitUsage);
  if (!IsBuiltIn(options.library)) {
    return Mistake("verify", "--library must be openssl: this build has no gnutls",
                   kCheckExitUsage);
  }
  if (*outcome == CommandLine::Outcome::kHelp) return EarlyExit{.output = line.Help()};
  if (*outcome == CommandLine::Outcome::kVersion) return VersionText();
  if (options.policy.max_age == std::chrono::seconds::zero()) options.policy.max_age.reset();
  return options;
}

}  // namespace

Flags ParseFlags(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front().starts_with('-')) return ParseServe(arguments);
  const std::string& command = arguments.front();
  const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
  if (command == "serve") return ParseServe(rest);
  if (command == "check") return ParseCheck(rest);
  if (command == "verify") return ParseVerify(rest);
  if (command == "help") return ParseServe({"--help"});
  return Mistake("",
                 "unknown command " + Quote(command) + "; the commands are serve, check, verify",
                 kServeExitUsage);
}

}  // namespace stapling::exporter
