// A configuration made ready to probe: every file read, every module's prober built.
//
// Immutable, safe from any thread. A probe takes the current one and keeps it until it ends,
// whatever is reloaded meanwhile. Modules of the same ca_file share one trust store.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/probe.h"
#include "core/result.h"
#include "exporter/config/configuration.h"

namespace stapling::exporter {

class Runtime {
 public:
  // Opens every file that the modules name. The error names module and file. The caches outlive a
  // reload; without one for answers of CAs it has its own.
  static Result<std::shared_ptr<const Runtime>> Make(Configuration configuration,
                                                     ProbeCaches caches = {});

  struct Rebuilt;
  // The same configuration, with every module made anew that depends on one of these files or is
  // one of `stale_modules`. A module whose new files are no good keeps what it has.
  [[nodiscard]] Rebuilt Rebuild(const std::vector<std::string>& changed_files,
                                const std::set<std::string>& stale_modules = {}) const;

  [[nodiscard]] const Configuration& configuration() const { return configuration_; }

  // An empty name is the default module. Null if there is none.
  [[nodiscard]] std::shared_ptr<const Prober> Find(std::string_view module) const;

  // In the order of the configuration.
  [[nodiscard]] std::vector<std::string> ModuleNames() const;

 private:
  explicit Runtime(Configuration configuration) : configuration_(std::move(configuration)) {}

  Configuration configuration_;
  ProbeCaches caches_;
  std::map<std::string, std::shared_ptr<const TrustStore>> trust_stores_;  // by ca_file
  std::map<std::string, std::shared_ptr<const Prober>, std::less<>> probers_;
};

struct Runtime::Rebuilt {
  std::shared_ptr<const Runtime> runtime;
  std::vector<std::string> modules;           // made anew
  std::map<std::string, std::string> errors;  // by the module that keeps its old files
};

// Every file that probes of these modules depend on, without repetition.
std::vector<std::string> TlsFilesOf(const Configuration& configuration);

}  // namespace stapling::exporter
