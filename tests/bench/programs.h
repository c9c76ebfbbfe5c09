// How the exporter and its peers are configured to do the same work: one TLS handshake with one
// server, its chain verified against one file of certificate authorities.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "tests/bench/scraped_program.h"
#include "tests/bench/settings.h"
#include "tests/support/temp_dir.h"

namespace stapling::bench {

struct ExporterOptions {
  std::string name = "exporter";        // in the table, and of its configuration file
  std::vector<std::string> flags = {};  // of its command
  std::string module_lines = {};        // further ones of the module, each with its indentation
  std::size_t other_modules = 0;        // that nobody asks for
  bool varies = false;                  // its verdicts carry labels of what the module varies
};

// The exporter with a module "bench", its configuration in `directory`.
ProgramSpec ExporterSpec(const Settings& settings, const testing::TempDir& directory,
                         const std::string& ca_file, const ExporterOptions& options = {});

// The peers that are installed, ready to probe. They look at the chain and judge no staple
// (ssl_exporter decodes it).
std::vector<ProgramSpec> PeerSpecs(const Settings& settings, const testing::TempDir& directory,
                                   const std::string& ca_file);

// The switch that turns the exporter's cache of verified signatures off, where it has that cache.
std::optional<std::string> CacheOffFlag(const Settings& settings);

// The first line that the program says about its version.
std::string VersionOf(const std::string& program, const std::string& flag = "--version");

}  // namespace stapling::bench
