#include "deploy/demo/fleet_files.h"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace stapling::demo {
namespace {

using Json = nlohmann::ordered_json;
using std::filesystem::path;

constexpr const char* kCertificateAuthority = "ca.pem";

std::optional<Error> Write(const path& file, const std::string& content) {
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream << content;
  stream.close();
  if (!stream) return Error{"cannot write " + file.string() + ": " + std::strerror(errno)};
  return std::nullopt;
}

std::string Indented(std::string_view sections) {
  std::istringstream lines{std::string(sections)};
  std::string indented;
  for (std::string line; std::getline(lines, line);) indented += "    " + line + "\n";
  return indented;
}

std::string ExporterConfiguration(const path& directory) {
  std::ostringstream yaml;
  yaml << "# Written by demo_fleet. The modules of the demo trust the fleet's own CA.\n"
       << "default_module: " << DemoModules().front().name << "\n"
       << "modules:\n";
  const std::string trust = Json((directory / kCertificateAuthority).string()).dump();
  for (const DemoModule& module : DemoModules()) {
    for (const bool gnutls : {false, true}) {
      yaml << "  " << module.name << (gnutls ? kGnutlsSuffix : "") << ":  # " << module.purpose
           << (gnutls ? "; handshakes by GnuTLS\n    tls_library: gnutls\n" : "\n")
           << "    tls_config: {ca_file: " << trust << "}\n"
           << Indented(module.sections);
    }
  }
  yaml << "  tls: {}  # for servers out there: trusts what this system trusts\n";
  return yaml.str();
}

std::string Targets(const std::vector<std::string>& addresses) {
  Json groups = Json::array();
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const DemoServer& server = DemoServers()[i];
    groups.push_back({{"targets", {addresses[i]}},
                      {"labels", {{"__param_module", server.module}, {"server", server.name}}}});
  }
  return groups.dump(2) + "\n";
}

std::string Alerting(const path& rules) {
  if (rules.empty()) return {};
  return "rule_files: [" + Json(std::filesystem::absolute(rules).string()).dump() +
         "]\n"
         "alerting:\n"
         "  alertmanagers:\n"
         "    - static_configs: [{targets: [\"127.0.0.1:9093\"]}]\n"
         "\n";
}

std::string PrometheusConfiguration(const path& directory, const std::string& exporter,
                                    const path& rules) {
  std::ostringstream yaml;
  yaml << "# Written by demo_fleet.\n"
          "global:\n"
          "  scrape_interval: 5s\n"
          "  evaluation_interval: 5s\n"
          "\n"
       << Alerting(rules)
       << "scrape_configs:\n"
          "  # What the servers staple. The targets and their modules are in the file.\n"
          "  - job_name: ocsp_stapling\n"
          "    metrics_path: /probe\n"
          "    file_sd_configs:\n"
          "      - files: ["
       << Json((directory / kTargets).string())
       << "]\n"
          "    relabel_configs:\n"
          "      - source_labels: [__address__]\n"
          "        target_label: __param_target\n"
          "      - source_labels: [__param_target]\n"
          "        target_label: instance\n"
          "      # Without this, two modules on one target would merge into one series.\n"
          "      - source_labels: [__param_module]\n"
          "        target_label: module\n"
          "      - target_label: __address__\n"
          "        replacement: "
       << Json(exporter)
       << "\n"
          "\n"
          "  # The exporter itself.\n"
          "  - job_name: ocsp_stapling_exporter\n"
          "    static_configs:\n"
          "      - targets: ["
       << Json(exporter) << "]\n";
  return yaml.str();
}

std::string NotReadable(const path& file, const std::string& why) {
  return "cannot read " + file.string() + " (" + why + "): is the fleet running?";
}

}  // namespace

std::optional<Error> WriteFleetFiles(const RunningFleet& fleet, const path& directory,
                                     const std::string& exporter, const path& rules) {
  std::error_code error;
  const path absolute = std::filesystem::absolute(directory);
  std::filesystem::create_directories(absolute, error);
  if (error) return Error{"cannot make " + absolute.string() + ": " + error.message()};
  const std::pair<const char*, std::string> files[] = {
      {kCertificateAuthority, fleet.pki().root.Pem()},
      {kExporterConfiguration, ExporterConfiguration(absolute)},
      {kTargets, Targets(fleet.Addresses())},
      {kPrometheusConfiguration, PrometheusConfiguration(absolute, exporter, rules)},
  };
  for (const auto& [name, content] : files) {
    if (auto failed = Write(absolute / name, content)) return failed;
  }
  return std::nullopt;
}

Result<std::vector<std::string>> ReadAddresses(const path& directory) {
  const path file = directory / kTargets;
  std::ifstream stream(file);
  if (!stream) return Error{NotReadable(file, std::strerror(errno))};
  const Json groups = Json::parse(stream, nullptr, /*allow_exceptions=*/false);
  if (!groups.is_array() || groups.size() != DemoServers().size()) {
    return Error{NotReadable(file, "not as this program writes it")};
  }
  std::vector<std::string> addresses;
  for (const Json& group : groups) {
    const Json targets = group.value("targets", Json::array());
    if (targets.size() != 1 || !targets[0].is_string()) {
      return Error{NotReadable(file, "not as this program writes it")};
    }
    addresses.push_back(targets[0].get<std::string>());
  }
  return addresses;
}

}  // namespace stapling::demo
