// The sections of a web configuration, read from YAML: a table of keys for each.
//
// Readers throw YamlError with the line and the key.
#pragma once

#include <string>

#include "exporter/config/yaml_reader.h"
#include "exporter/web/web_config.h"

namespace stapling::exporter {

// tls_server_config. Nothing where no key is given that turns TLS on.
std::optional<TlsServerConfig> ReadTlsServerConfig(const YamlEntry& section,
                                                   const std::string& directory);

// http_server_config, basic_auth_users and rate_limit.
void ReadHttpServerConfig(const YamlEntry& section, WebConfig& config);
void ReadBasicAuthUsers(const YamlEntry& section, WebConfig& config);
void ReadRateLimit(const YamlEntry& section, WebConfig& config);

}  // namespace stapling::exporter
