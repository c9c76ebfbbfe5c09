#include "exporter/config_check.h"

#include <cstdlib>
#include <ostream>
#include <string>
#include <utility>

#include "exporter/config/configuration.h"
#include "exporter/join.h"
#include "exporter/runtime.h"
#include "exporter/web/web_security.h"

namespace stapling::exporter {
namespace {

int Refuse(std::ostream& err, const std::string& sentence) {
  err << sentence << "\n";
  return EXIT_FAILURE;
}

}  // namespace

int CheckConfiguration(const ServeOptions& options, std::ostream& out, std::ostream& err) {
  auto configuration = ReadConfigurationOrDefault(options.config_file);
  if (!configuration) return Refuse(err, configuration.error());
  const auto runtime = Runtime::Make(std::move(*configuration));
  if (!runtime) return Refuse(err, runtime.error());
  for (const std::string& warning : WarningsOf((*runtime)->configuration())) {
    err << "warning: " << warning << "\n";
  }
  if (!options.web_config_file.empty()) {
    auto web = ReadWebConfig(options.web_config_file);
    if (!web) return Refuse(err, web.error());
    const auto security = WebSecurity::Make(std::move(*web), options.web_config_file);
    if (!security) return Refuse(err, security.error());
    for (const std::string& warning : WarningsOf((*security)->config)) {
      err << "warning: " << warning << "\n";
    }
  }
  out << "The configuration is good; its modules are " << Join((*runtime)->ModuleNames(), ", ")
      << ".\n";
  return EXIT_SUCCESS;
}

}  // namespace stapling::exporter
