// The configuration: which modules there are, which one a probe gets that names none, and which
// targets may be probed.
//
// Plain values, checked as far as one can without opening the files that they name. Reading is
// all or nothing: the first mistake is returned as one sentence that names file, line and key.
// Modules keep the order of the file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/module.h"
#include "core/net/target_policy.h"
#include "core/result.h"

namespace stapling::exporter {

struct Configuration {
  std::string default_module;  // empty: a probe must name its module
  std::vector<Module> modules;
  TargetPolicy targets = {};
  friend bool operator==(const Configuration&, const Configuration&) = default;

  // Null if there is none of that name.
  [[nodiscard]] const Module* Find(std::string_view name) const;
};

// What serves when no file is given; deploy/ocsp_stapling_exporter.yml says the same.
Configuration BuiltInConfiguration();

// Reads and checks a file. Relative file names in it are relative to its directory.
Result<Configuration> ReadConfiguration(const std::string& file);

// The same, or what is built in where no file is named.
Result<Configuration> ReadConfigurationOrDefault(const std::string& file);

// The same of text; `file` is what the errors call it and whose directory counts.
Result<Configuration> ParseConfiguration(const std::string& yaml, const std::string& file);

// What is allowed but unlikely to be what its author thinks, a sentence each: address rules of his
// own beside a module with a proxy, which is given names and resolves them out of our sight.
std::vector<std::string> WarningsOf(const Configuration& configuration);

// A complete file: every key with its value, secrets hidden. Read back, it is the same
// configuration, or refused where a secret is hidden.
std::string PrintYaml(const Configuration& configuration);

}  // namespace stapling::exporter
