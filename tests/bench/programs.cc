#include "tests/bench/programs.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "tests/integration/real_server.h"
#include "tests/support/process.h"

namespace stapling::bench {
namespace {

using testing::RunProcess;
using testing::TempDir;

// In the directory of peers, else in PATH.
std::optional<std::string> Find(const Settings& settings, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    std::string beside = settings.peers_directory + "/" + name;
    if (!settings.peers_directory.empty() && access(beside.c_str(), X_OK) == 0) return beside;
    const std::string found = testing::FindProgram(name);
    if (found != name) return found;
  }
  return std::nullopt;
}

std::optional<ProgramSpec> Blackbox(const Settings& settings, const TempDir& directory,
                                    const std::string& ca_file) {
  const auto program = Find(settings, {"blackbox_exporter", "prometheus-blackbox-exporter"});
  if (!program) return std::nullopt;
  const std::string configuration = directory.Write(
      "blackbox.yml",
      "modules:\n  bench:\n    prober: tcp\n    timeout: 60s\n    tcp:\n      tls: true\n"
      "      preferred_ip_protocol: ip4\n      tls_config:\n        ca_file: \"" +
          ca_file + "\"\n");
  return ProgramSpec{.name = "blackbox_exporter",
                     .command = {*program, "--config.file=" + configuration, "--log.level=warn"},
                     .query = "/probe?module=bench&target=",
                     .healthy = {"probe_success 1"}};
}

std::optional<ProgramSpec> SslExporter(const Settings& settings, const TempDir& directory,
                                       const std::string& ca_file) {
  const auto program = Find(settings, {"ssl_exporter"});
  if (!program) return std::nullopt;
  const std::string configuration = directory.Write(
      "ssl_exporter.yml",
      "modules:\n  bench:\n    prober: tcp\n    timeout: 60s\n    tls_config:\n      ca_file: \"" +
          ca_file + "\"\n");
  return ProgramSpec{.name = "ssl_exporter",
                     .command = {*program, "--config.file=" + configuration, "--log.level=warn"},
                     .query = "/probe?module=bench&target=",
                     .healthy = {"ssl_probe_success 1"}};
}

}  // namespace

ProgramSpec ExporterSpec(const Settings& settings, const TempDir& directory,
                         const std::string& ca_file, const ExporterOptions& options) {
  const std::string trust = "    tls_config:\n      ca_file: \"" + ca_file + "\"\n";
  std::string configuration = "default_module: bench\nmodules:\n  bench:\n    timeout: 60s\n" +
                              options.module_lines + trust;
  for (std::size_t i = 0; i < options.other_modules; ++i) {
    configuration += "  other" + std::to_string(i) + ":\n" + trust;
  }
  std::string file = options.name + ".yml";
  std::replace(file.begin(), file.end(), ' ', '_');
  ProgramSpec spec{
      .name = options.name,
      .command = {settings.exporter, "--config.file=" + directory.Write(file, configuration)},
      .query = "/probe?module=bench&target=",
      .healthy = {"probe_success 1"}};
  spec.command.insert(spec.command.end(), options.flags.begin(), options.flags.end());
  if (!options.varies) {
    spec.healthy.emplace_back("ocsp_staple_verdict_info{depth=\"0\",verdict=\"good\"} 1");
  }
  return spec;
}

std::vector<ProgramSpec> PeerSpecs(const Settings& settings, const TempDir& directory,
                                   const std::string& ca_file) {
  std::vector<ProgramSpec> specs;
  for (auto spec :
       {Blackbox(settings, directory, ca_file), SslExporter(settings, directory, ca_file)}) {
    if (spec) specs.push_back(*std::move(spec));
  }
  return specs;
}

std::optional<std::string> CacheOffFlag(const Settings& settings) {
  const std::string flag = "--probe.verification-cache-bytes";
  const auto help = RunProcess({.arguments = {settings.exporter, "--help"}});
  if (!help || help->output.find(flag) == std::string::npos) return std::nullopt;
  return flag + "=0";
}

std::string VersionOf(const std::string& program, const std::string& flag) {
  const auto result = RunProcess({.arguments = {program, flag}});
  if (!result) return "not installed";
  const std::string said = result->output + result->errors;
  return said.substr(0, said.find('\n'));
}

}  // namespace stapling::bench
