#include "exporter/web/web_config.h"

#include <array>
#include <filesystem>
#include <sstream>

#include "exporter/web/section.h"
#include "exporter/web/web_keys.h"

namespace stapling::exporter {
namespace {

constexpr std::array<std::string_view, 4> kSections = {"tls_server_config", "http_server_config",
                                                       "basic_auth_users", "rate_limit"};

// Nothing but comments, which the toolkit takes for a configuration without keys.
bool IsBlank(const std::string& yaml) {
  std::istringstream lines(yaml);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t start = line.find_first_not_of(" \t\r");
    if (start != std::string::npos && line[start] != '#') return false;
  }
  return true;
}

WebConfig ReadRoot(const YamlNode& root, const std::string& directory) {
  WebConfig config;
  if (root.kind == YamlNode::Kind::kNull) return config;
  if (root.kind != YamlNode::Kind::kMapping) {
    throw YamlError(root.line, "not a web configuration: a mapping is wanted");
  }
  for (const YamlEntry& section : root.entries) {
    if (section.key == "tls_server_config") {
      config.tls = ReadTlsServerConfig(section, directory);
    } else if (section.key == "http_server_config") {
      ReadHttpServerConfig(section, config);
    } else if (section.key == "basic_auth_users") {
      ReadBasicAuthUsers(section, config);
      config.users_wanted = true;
    } else if (section.key == "rate_limit") {
      ReadRateLimit(section, config);
    } else {
      FailUnknownKey(section, {}, kSections);
    }
  }
  return config;
}

}  // namespace

Result<WebConfig> ReadWebConfig(const std::string& file) {
  const auto text = ReadFile(file);
  if (!text) return Error{text.error()};
  return ParseWebConfig(*text, file);
}

Result<WebConfig> ParseWebConfig(const std::string& yaml, const std::string& file) {
  if (IsBlank(yaml)) return WebConfig{};
  try {
    return ReadRoot(ParseYaml(yaml, LineBreaks::kTaken),
                    std::filesystem::path(file).parent_path().string());
  } catch (const YamlError& error) {
    return Error{CleanText(file) + ":" + std::to_string(error.line()) + ": " + error.what()};
  }
}

std::vector<std::string> WarningsOf(const WebConfig& config) {
  std::vector<std::string> warnings;
  if (config.http2_wanted) warnings.emplace_back("http2 is not offered; clients use HTTP/1.1");
  if (config.users_wanted && config.users.empty()) {
    warnings.emplace_back("basic_auth_users names nobody: everybody is let in");
  }
  if (!config.tls && !config.users.empty()) {
    warnings.emplace_back("basic_auth_users without TLS: passwords cross the network in the clear");
  }
  if (config.rate_limit.interval.count() != 0 && config.rate_limit.burst == 0) {
    warnings.emplace_back("rate_limit has an interval but no burst: every request is refused");
  }
  return warnings;
}

std::optional<std::string> ChangeThatWantsRestart(const WebConfig& now, const WebConfig& next) {
  if (now.tls.has_value() != next.tls.has_value()) {
    return std::string("TLS cannot be turned ") + (now.tls ? "off" : "on");
  }
  if (!now.users.empty() && next.users.empty()) return "basic_auth_users cannot be emptied";
  if (now.rate_limit.interval.count() != 0 && next.rate_limit.interval.count() == 0) {
    return "rate_limit cannot be taken away";
  }
  if (!now.tls) return std::nullopt;
  if (now.tls->client_auth != ClientAuth::kNone && next.tls->client_auth == ClientAuth::kNone) {
    return "client_auth_type cannot be turned off";
  }
  // Without it, whoever has a certificate of any public CA would be let in.
  if (!now.tls->client_ca.empty() && next.tls->client_ca.empty()) {
    return "client_ca cannot be taken away";
  }
  if (now.tls->client_allowed_sans && !next.tls->client_allowed_sans) {
    return "client_allowed_sans cannot be taken away";
  }
  return std::nullopt;
}

std::vector<std::string> FilesOf(const WebConfig& config) {
  std::vector<std::string> files;
  if (!config.tls) return files;
  for (const PemSource* source :
       {&config.tls->certificate, &config.tls->key, &config.tls->client_ca}) {
    if (!source->file.empty()) files.push_back(source->file);
  }
  return files;
}

}  // namespace stapling::exporter
