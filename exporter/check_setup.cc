#include "exporter/check_setup.h"

#include <set>
#include <utility>

#include "core/net/ip_address.h"
#include "core/net/target.h"
#include "exporter/escape.h"
#include "exporter/flags.h"
#include "exporter/unknown_module.h"

namespace stapling::exporter {
namespace {

std::vector<std::string> NamesOf(const Configuration& configuration) {
  std::vector<std::string> names;
  for (const Module& module : configuration.modules) names.push_back(module.name);
  return names;
}

}  // namespace

Result<const Module*> FindModule(const Configuration& configuration, const CheckOptions& options,
                                 const std::string& name) {
  const std::string& asked = name.empty() ? options.module : name;
  const std::string& wanted = asked.empty() ? configuration.default_module : asked;
  const Module* module = configuration.Find(wanted);
  if (module == nullptr) return Error{UnknownModuleSentence(wanted, NamesOf(configuration))};
  return module;
}

std::vector<Module> WithoutRepetition(const std::vector<const Module*>& module_of) {
  std::vector<Module> modules;
  std::set<const Module*> seen;
  for (const Module* module : module_of) {
    if (seen.insert(module).second) modules.push_back(*module);
  }
  return modules;
}

Result<std::shared_ptr<const Runtime>> MakeRuntime(std::vector<Module> modules,
                                                   const TargetPolicy& targets,
                                                   const CheckOptions& options) {
  for (Module& module : modules) {
    if (options.repeat > 0) module.staple.attempts = static_cast<unsigned>(options.repeat);
    // A plain check calls no CA, whatever the module does.
    module.cross_check.responder = options.schemes.ocsp;
    module.cross_check.crl = options.schemes.crl;
  }
  return Runtime::Make({.default_module = {}, .modules = std::move(modules), .targets = targets});
}

std::optional<Error> WrongHostname(const CheckOptions& options) {
  const std::string& hostname = options.hostname;
  if (hostname.empty() || IsHostName(hostname) || IpAddress::Parse(hostname)) return std::nullopt;
  return Error{Quote(hostname) + " is neither a host name nor an IP address."};
}

}  // namespace stapling::exporter
