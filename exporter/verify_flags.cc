#include "exporter/verify_flags.h"

#include <array>

#include "core/tls/tls_library.h"
#include "exporter/command_line.h"
#include "exporter/early_exit.h"
#include "exporter/flag_values.h"

namespace stapling::exporter {
namespace {

constexpr const char* kVerifyUsage =
    "ocsp_stapling_exporter verify --response FILE --certificate FILE --issuer FILE [FLAGS]\n\n"
    "Judges a captured OCSP response without any network. Files are DER or PEM.\n";

constexpr const char* kVerifyFooter =
    "\nExit status: 0 good, 2 any other verdict, 3 bad usage or unreadable input.";

constexpr std::array<Word<OutputFormat>, 2> kVerifyFormats = {
    {{"text", OutputFormat::kText}, {"json", OutputFormat::kJson}}};
constexpr std::array<Word<TlsLibrary>, 2> kLibraries = {
    {{"openssl", TlsLibrary::kOpenssl}, {"gnutls", TlsLibrary::kGnutls}}};

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
            .description = "The certificate of its issuer; of several, the one whose key signed it",
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

}  // namespace

Flags ParseVerifyFlags(const std::vector<std::string>& arguments) {
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

}  // namespace stapling::exporter
