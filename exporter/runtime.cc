#include "exporter/runtime.h"

#include <algorithm>

namespace stapling::exporter {
namespace {

using TrustStores = std::map<std::string, std::shared_ptr<const TrustStore>>;

// The store of this ca_file, loaded at first use.
Result<std::shared_ptr<const TrustStore>> StoreOf(const std::string& ca_file, TrustStores& stores) {
  const auto known = stores.find(ca_file);
  if (known != stores.end()) return known->second;
  auto store = TrustStore::Load(ca_file);
  if (store) stores[ca_file] = *store;
  return store;
}

Result<std::shared_ptr<const Prober>> MakeProber(const Module& module, const TargetPolicy& targets,
                                                 const ProbeCaches& caches, TrustStores& stores,
                                                 TlsClientPool& clients) {
  const auto fail = [&](const std::string& why) {
    return Error{"module \"" + module.name + "\": " + why};
  };
  const auto store = StoreOf(module.tls.ca_file, stores);
  if (!store) return fail(store.error());
  auto prober = Prober::Make(module, *store, clients, {}, targets, caches);
  if (!prober) return fail(prober.error());
  return prober;
}

std::vector<std::string> TlsFilesOf(const Module& module) {
  std::vector<std::string> files = {TrustStore::PathOf(module.tls.ca_file), module.tls.cert_file,
                                    module.tls.key_file};
  std::erase(files, "");
  return files;
}

bool Contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool DependsOn(const Module& module, const std::vector<std::string>& files) {
  const std::vector<std::string> own = TlsFilesOf(module);
  return std::any_of(own.begin(), own.end(),
                     [&](const std::string& file) { return Contains(files, file); });
}

}  // namespace

Result<std::shared_ptr<const Runtime>> Runtime::Make(Configuration configuration,
                                                     ProbeCaches caches) {
  const std::shared_ptr<Runtime> runtime(new Runtime(std::move(configuration)));
  runtime->caches_ = std::move(caches);
  if (!runtime->caches_.answers) runtime->caches_.answers = std::make_shared<AnswerCache>();
  TlsClientPool clients;
  for (const Module& module : runtime->configuration_.modules) {
    const auto prober = MakeProber(module, runtime->configuration_.targets, runtime->caches_,
                                   runtime->trust_stores_, clients);
    if (!prober) return Error{prober.error()};
    runtime->probers_[module.name] = *prober;
  }
  return std::shared_ptr<const Runtime>(runtime);
}

Runtime::Rebuilt Runtime::Rebuild(const std::vector<std::string>& changed_files,
                                  const std::set<std::string>& stale_modules) const {
  const std::shared_ptr<Runtime> next(new Runtime(*this));
  TrustStores stores = trust_stores_;
  std::erase_if(stores, [&](const auto& entry) {
    return Contains(changed_files, TrustStore::PathOf(entry.first));
  });
  for (const Module& module : configuration_.modules) {
    if (stale_modules.contains(module.name)) stores.erase(module.tls.ca_file);
  }
  Rebuilt rebuilt;
  TlsClientPool clients;
  for (const Module& module : configuration_.modules) {
    if (!stale_modules.contains(module.name) && !DependsOn(module, changed_files)) continue;
    const auto prober = MakeProber(module, configuration_.targets, caches_, stores, clients);
    if (prober) {
      next->probers_[module.name] = *prober;
      rebuilt.modules.push_back(module.name);
    } else {
      rebuilt.errors[module.name] = prober.error();
    }
  }
  // A store that did not load stays as it was, for the next time that only a key changes.
  for (auto& [ca_file, store] : stores) next->trust_stores_[ca_file] = store;
  rebuilt.runtime = next;
  return rebuilt;
}

std::shared_ptr<const Prober> Runtime::Find(std::string_view module) const {
  const auto prober = probers_.find(module.empty() ? configuration_.default_module : module);
  return prober == probers_.end() ? nullptr : prober->second;
}

std::vector<std::string> Runtime::ModuleNames() const {
  std::vector<std::string> names;
  names.reserve(configuration_.modules.size());
  for (const Module& module : configuration_.modules) names.push_back(module.name);
  return names;
}

std::vector<std::string> TlsFilesOf(const Configuration& configuration) {
  std::vector<std::string> files;
  for (const Module& module : configuration.modules) {
    for (std::string& file : TlsFilesOf(module)) {
      if (!Contains(files, file)) files.push_back(std::move(file));
    }
  }
  return files;
}

}  // namespace stapling::exporter
