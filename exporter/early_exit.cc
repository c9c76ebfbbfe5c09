#include "exporter/early_exit.h"

#include "exporter/version.h"

namespace stapling::exporter {

EarlyExit Mistake(const std::string& command, const std::string& sentence, int status) {
  const std::string name = std::string(kProgram) + (command.empty() ? "" : " " + command);
  return {.status = status, .error = name + ": " + sentence + " (" + name + " --help says more)\n"};
}

EarlyExit VersionText() {
  return {.output = std::string(kProgram) + ", version " + Version() +
                    "\n  compiler: " + Compiler() + "\n  TLS library: " + OpensslVersion() + "\n"};
}

}  // namespace stapling::exporter
