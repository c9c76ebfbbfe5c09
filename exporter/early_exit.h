// What a command line comes to that serves nobody: a mistake, or the version.
#pragma once

#include <string>

#include "exporter/flags.h"

namespace stapling::exporter {

inline constexpr const char* kProgram = "ocsp_stapling_exporter";
inline constexpr const char* kConfigFileHelp =
    "Modules, as YAML; without one, the built-in modules serve";

// One sentence for standard error that names program and command (empty: serve).
EarlyExit Mistake(const std::string& command, const std::string& sentence, int status);

EarlyExit VersionText();

}  // namespace stapling::exporter
