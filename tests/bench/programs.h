// How the exporter and its peers are configured to do the same work: one TLS handshake with one
// server, its chain verified against one file of certificate authorities.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/bench/scraped_program.h"
#include "tests/bench/settings.h"
#include "tests/support/temp_dir.h"

namespace stapling::bench {

// The exporter with one module "bench"; `more` are further lines of it, `flags` of its command.
// Its configuration goes to `directory`, under its name.
ProgramSpec ExporterSpec(const Settings& settings, const testing::TempDir& directory,
                         const std::string& ca_file, const std::string& name = "exporter",
                         const std::vector<std::string>& flags = {}, const std::string& more = {});

// The peers that are installed, ready to probe. They look at the chain and judge no staple
// (ssl_exporter decodes it).
std::vector<ProgramSpec> PeerSpecs(const Settings& settings, const testing::TempDir& directory,
                                   const std::string& ca_file);

// The switch that turns the exporter's cache of verified signatures off, where it has that cache.
std::optional<std::string> CacheOffFlag(const Settings& settings);

// The first line that the program says about its version.
std::string VersionOf(const std::string& program, const std::string& flag = "--version");

}  // namespace stapling::bench
