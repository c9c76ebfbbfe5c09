#include "exporter/config/configuration.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "core/tls/tls_library.h"
#include "core/x509/text.h"
#include "exporter/config/module_keys.h"
#include "exporter/config/suggestion.h"
#include "exporter/config/target_keys.h"
#include "exporter/config/yaml_reader.h"

namespace stapling::exporter {
namespace {

constexpr std::array<std::string_view, 3> kTopKeys = {"default_module", "modules", "targets"};

std::vector<Module> ReadModules(const YamlNode& node, const std::string& directory) {
  if (node.kind != YamlNode::Kind::kMapping && node.kind != YamlNode::Kind::kNull) {
    throw YamlError(node.line, "modules must be a mapping of names to modules");
  }
  if (node.entries.empty()) throw YamlError(node.line, "modules must hold at least one module");
  std::vector<Module> modules;
  modules.reserve(node.entries.size());
  for (const YamlEntry& entry : node.entries) modules.push_back(ReadModule(entry, directory));
  return modules;
}

std::string ReadDefaultModule(const YamlNode& node) {
  if (node.kind != YamlNode::Kind::kScalar) {
    throw YamlError(node.line, "default_module must be the name of a module");
  }
  return node.scalar;
}

void RequireDefaultModule(const Configuration& configuration, const YamlNode& root) {
  const std::string& name = configuration.default_module;
  if (name.empty() || configuration.Find(name) != nullptr) return;
  std::vector<std::string_view> names;
  for (const Module& module : configuration.modules) names.push_back(module.name);
  throw YamlError(root.Find("default_module")->line, "default_module \"" + CleanText(name) +
                                                         "\" is not a module of this file" +
                                                         Suggestion(name, names));
}

Configuration ReadRoot(const YamlNode& root, const std::string& directory) {
  if (root.kind != YamlNode::Kind::kMapping) {
    throw YamlError(root.line, "not a configuration: a mapping with the key modules is wanted");
  }
  Configuration configuration;
  for (const YamlEntry& entry : root.entries) {
    if (entry.key == "default_module") {
      configuration.default_module = ReadDefaultModule(entry.value);
    } else if (entry.key == "modules") {
      configuration.modules = ReadModules(entry.value, directory);
    } else if (entry.key == "targets") {
      configuration.targets = ReadTargets(entry.value);
    } else {
      throw YamlError(entry.line, "unknown key \"" + CleanText(entry.key) + "\"" +
                                      Suggestion(entry.key, kTopKeys));
    }
  }
  if (root.Find("modules") == nullptr) throw YamlError(root.line, "the key modules is missing");
  RequireDefaultModule(configuration, root);
  return configuration;
}

// The address rules that are not there by default, as a list.
std::string OwnAddressRules(const TargetPolicy& policy) {
  const std::vector<TargetRule> defaults = TargetPolicy().deny();
  std::string list;
  for (const auto* rules : {&policy.allow(), &policy.deny()}) {
    for (const TargetRule& rule : *rules) {
      const bool own = std::find(defaults.begin(), defaults.end(), rule) == defaults.end();
      if (!rule.is_name() && own) list += (list.empty() ? "" : ", ") + rule.text();
    }
  }
  return list;
}

// Without quotes where no YAML reader could take it for anything but text.
std::string PrintName(const std::string& name) {
  constexpr std::array<std::string_view, 10> kWords = {"true", "false", "null", "yes", "no",
                                                       "on",   "off",   "y",    "n",   ""};
  const bool word = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
  const bool safe = word && std::find(kWords.begin(), kWords.end(), name) == kWords.end() &&
                    (name.front() < '0' || name.front() > '9');
  return safe ? name : QuoteYaml(name);
}

}  // namespace

const Module* Configuration::Find(std::string_view name) const {
  const auto module = std::find_if(modules.begin(), modules.end(),
                                   [&](const Module& candidate) { return candidate.name == name; });
  return module == modules.end() ? nullptr : &*module;
}

Configuration BuiltInConfiguration() {
  Module tls;
  tls.name = "tls";
  Module staple_required;
  staple_required.name = "staple_required";
  staple_required.staple.require = StapleRequirement::kAlways;
  Configuration built_in{.default_module = "tls", .modules = {tls, staple_required}};
  for (const StartTls protocol :
       {StartTls::kSmtp, StartTls::kImap, StartTls::kPop3, StartTls::kPostgres, StartTls::kLdap}) {
    Module& module = built_in.modules.emplace_back();
    module.name = std::string(Describe(protocol).name) + "_starttls";
    module.starttls.protocol = protocol;
  }
  Module& all_addresses = built_in.modules.emplace_back();
  all_addresses.name = "all_addresses";
  all_addresses.vary.all_addresses = true;
  if (IsBuiltIn(TlsLibrary::kGnutls)) {
    Module& tls_gnutls = built_in.modules.emplace_back();
    tls_gnutls.name = "tls_gnutls";
    tls_gnutls.tls.library = TlsLibrary::kGnutls;
  }
  return built_in;
}

Result<Configuration> ReadConfigurationOrDefault(const std::string& file) {
  if (file.empty()) return BuiltInConfiguration();
  return ReadConfiguration(file);
}

Result<Configuration> ReadConfiguration(const std::string& file) {
  const auto text = ReadFile(file);
  if (!text) return Error{text.error()};
  return ParseConfiguration(*text, file);
}

Result<Configuration> ParseConfiguration(const std::string& yaml, const std::string& file) {
  try {
    return ReadRoot(ParseYaml(yaml), std::filesystem::path(file).parent_path().string());
  } catch (const YamlError& error) {
    return Error{CleanText(file) + ":" + std::to_string(error.line()) + ": " + error.what()};
  }
}

std::vector<std::string> WarningsOf(const Configuration& configuration) {
  const std::string rules = OwnAddressRules(configuration.targets);
  std::vector<std::string> warnings;
  if (rules.empty()) return warnings;
  for (const Module& module : configuration.modules) {
    const bool asks_ca = module.cross_check.anything() && module.cross_check.proxy;
    if (!module.proxy && !asks_ca) continue;
    warnings.push_back("module \"" + module.name +
                       "\" goes through a proxy, which resolves names " +
                       "itself: the address rules of targets (" + rules +
                       ") hold for the proxy and for literal addresses, not for names");
  }
  return warnings;
}

std::string PrintYaml(const Configuration& configuration) {
  std::string text = "default_module: " + PrintName(configuration.default_module) + "\nmodules:\n";
  for (const Module& module : configuration.modules) {
    text += "  " + PrintName(module.name) + ":\n" + PrintModule(module, "    ");
  }
  return text + "targets:\n" + PrintTargets(configuration.targets, "  ");
}

}  // namespace stapling::exporter
