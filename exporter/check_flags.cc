#include "exporter/check_flags.h"

#include <array>
#include <optional>
#include <sstream>

#include "exporter/command_line.h"
#include "exporter/early_exit.h"
#include "exporter/escape.h"
#include "exporter/flag_values.h"

namespace stapling::exporter {
namespace {

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

constexpr std::size_t kMaxConcurrency = 10'000;

constexpr std::array<Word<OutputFormat>, 3> kCheckFormats = {
    {{"text", OutputFormat::kText},
     {"json", OutputFormat::kJson},
     {"prometheus", OutputFormat::kPrometheus}}};

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

}  // namespace

Flags ParseCheckFlags(const std::vector<std::string>& arguments) {
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

}  // namespace stapling::exporter
