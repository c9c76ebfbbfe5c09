// The files that make the fleet useful to others: its CA, and configurations that point at it.
//
//   ca.pem           the root that the demo modules trust
//   exporter.yml     for the exporter: the demo modules, and `tls` for servers out there
//   targets.json     for Prometheus' file_sd_configs: each server with its name and module
//   prometheus.yml   for Prometheus: scrapes the fleet through the exporter
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "deploy/demo/running_fleet.h"

namespace stapling::demo {

inline constexpr const char* kExporterConfiguration = "exporter.yml";
inline constexpr const char* kTargets = "targets.json";
inline constexpr const char* kPrometheusConfiguration = "prometheus.yml";

// Writes them all; `exporter` is the HOST:PORT at which Prometheus finds the exporter. With
// `rules`, a file of alert rules, it evaluates these and tells an Alertmanager at 127.0.0.1:9093.
// The directory is made if need be.
std::optional<Error> WriteFleetFiles(const RunningFleet& fleet,
                                     const std::filesystem::path& directory,
                                     const std::string& exporter,
                                     const std::filesystem::path& rules);

// Where the fleet of this directory listens, in the order of DemoServers(), as targets.json has it.
Result<std::vector<std::string>> ReadAddresses(const std::filesystem::path& directory);

}  // namespace stapling::demo
