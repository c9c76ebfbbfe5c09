#include "exporter/serve_flags.h"

#include <array>
#include <optional>

#include "exporter/command_line.h"
#include "exporter/early_exit.h"
#include "exporter/flag_values.h"

namespace stapling::exporter {
namespace {

constexpr const char* kServeUsage =
    "ocsp_stapling_exporter [serve] [FLAGS]\n"
    "ocsp_stapling_exporter check TARGET... [FLAGS]\n"
    "ocsp_stapling_exporter verify --response FILE --certificate FILE --issuer FILE [FLAGS]\n\n"
    "Would a strict client accept the OCSP response that a TLS server staples, and for how much\n"
    "longer? serve answers at /probe for Prometheus, check on a terminal, and verify judges a\n"
    "captured response offline. Each has its own --help; these are the flags of serve.\n";

constexpr std::array<Word<LogLevel>, 4> kLogLevels = {{{"debug", LogLevel::kDebug},
                                                       {"info", LogLevel::kInfo},
                                                       {"warn", LogLevel::kWarn},
                                                       {"error", LogLevel::kError}}};
constexpr std::array<Word<LogFormat>, 2> kLogFormats = {
    {{"logfmt", LogFormat::kLogfmt}, {"json", LogFormat::kJson}}};

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
  line.Add({.name = "--web.config.file",
            .value = "FILE",
            .description = "TLS, client certificates and passwords, in the format of Prometheus's "
                           "exporter-toolkit"},
           Text(options.web_config_file));
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
  line.Add({.name = "--probe.verification-cache-bytes",
            .value = "N",
            .description = "Bound of the cache of verified chains and staples; 0 verifies anew "
                           "each time",
            .default_text = "67108864"},
           Count(options.probe_verification_cache_bytes, 0, std::size_t{1} << 40U));
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

}  // namespace

Flags ParseServeFlags(const std::vector<std::string>& arguments) {
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

}  // namespace stapling::exporter
