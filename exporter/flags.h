// The command line, taken apart into plain values.
//
// Reads no file and opens nothing; a value is checked as far as its spelling goes.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/module.h"
#include "core/ocsp/judge.h"
#include "core/verification_cache.h"
#include "exporter/log.h"

namespace stapling::exporter {

// Exit status for bad usage: of serve as other exporters have it, of check and verify as
// monitoring plugins do.
inline constexpr int kServeExitUsage = 1;
inline constexpr int kCheckExitUsage = 3;

struct ServeOptions {
  std::string config_file;  // empty: the built-in modules
  bool config_check = false;
  bool config_print_defaults = false;
  bool config_enable_auto_reload = false;
  std::chrono::milliseconds config_auto_reload_interval = std::chrono::seconds(30);

  std::vector<std::string> web_listen_addresses = {":6960"};
  bool web_systemd_socket = false;  // serve on passed sockets instead of these addresses
  std::string web_external_url;     // as given; empty: none
  std::string web_route_prefix;     // "" or "/prefix", without a slash at the end; by default the
                                    // path of the external URL
  bool web_enable_lifecycle = false;
  std::string web_config_file;  // empty: plain HTTP for everybody

  std::chrono::duration<double> timeout_offset{0.5};                                 // not negative
  std::size_t probe_max_concurrency = 2048;                                          // at least 1
  std::size_t probe_verification_cache_bytes = VerificationCache::kDefaultMaxBytes;  // 0: off
  std::size_t history_limit = 100;

  LogOptions log;
  LogLevel log_prober = LogLevel::kDebug;  // at which the lines of a probe are logged
};

enum class OutputFormat : std::uint8_t { kText, kJson, kPrometheus };

// What a check asks beside the staple, which it always looks at.
struct Schemes {
  bool ocsp = false;
  bool crl = false;
};

struct CheckOptions {
  std::string config_file;           // empty: the built-in modules
  std::vector<std::string> targets;  // at least one, unless there is a list of them
  std::string targets_file;          // the list; "-": standard input; empty: none
  std::size_t concurrency = 256;     // probes at once for targets of a list; at least 1
  std::string module;                // empty: the default module
  std::string hostname;
  std::optional<std::chrono::milliseconds> timeout;  // else the module's; positive
  Schemes schemes = {};
  std::size_t repeat = 0;       // connections; 0: the module's attempts
  double warning_ratio = 0.75;  // 0 < ratio <= 1
  OutputFormat format = OutputFormat::kText;
  std::string save_staples;  // a directory; empty: save none
};

struct VerifyOptions {
  std::string response;  // files, DER or PEM
  std::string certificate;
  std::string issuer;
  std::optional<std::chrono::sys_seconds> at;  // absent: now
  JudgePolicy policy;
  TlsLibrary library = TlsLibrary::kOpenssl;  // whose opinion to ask, if it has one
  OutputFormat format = OutputFormat::kText;  // text or json
};

// Nothing is left to do but print and exit: --help, --version, or a mistake.
struct EarlyExit {
  int status = 0;
  std::string output = {};  // for standard output
  std::string error = {};   // for standard error: one sentence
};

using Flags = std::variant<ServeOptions, CheckOptions, VerifyOptions, EarlyExit>;

// `arguments` without the program's name.
Flags ParseFlags(const std::vector<std::string>& arguments);

}  // namespace stapling::exporter
