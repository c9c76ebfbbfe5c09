#include "exporter/reloader.h"

#include <new>
#include <utility>

namespace stapling::exporter {

Result<std::unique_ptr<Reloader>> Reloader::Make(ReloaderOptions options, SelfMetrics& metrics,
                                                 const Logger& logger) {
  std::unique_ptr<Reloader> reloader(new Reloader(std::move(options), metrics, logger));
  if (auto error = reloader->Reload()) return *error;
  reloader->Watch();
  return reloader;
}

Reloader::Reloader(ReloaderOptions options, SelfMetrics& metrics, const Logger& logger)
    : options_(std::move(options)), metrics_(metrics), logger_(logger) {}

void Reloader::Watch() {
  if (const auto interval = options_.config_check_interval) {
    config_ticker_.emplace(*interval, [this] { CheckConfigFile(); });
  }
  tls_ticker_.emplace(options_.tls_files_check_interval, [this] { CheckTlsFiles(); });
}

std::shared_ptr<const Runtime> Reloader::Current() const {
  const std::lock_guard lock(current_mutex_);
  return current_;
}

std::optional<Error> Reloader::Reload() {
  const std::lock_guard lock(reload_mutex_);
  try {
    return LoadLocked();
  } catch (const std::bad_alloc&) {
    metrics_.SetConfigReload(false);
    throw;
  }
}

std::optional<Error> Reloader::LoadLocked() {
  // What the files are is noted before they are read: a change during the reading is seen next.
  FileWatch config_watch;
  if (!options_.config_file.empty()) config_watch = FileWatch({options_.config_file});
  const auto fail = [&](const std::string& sentence) {
    Error error{sentence};
    config_watch_ = std::move(config_watch);
    metrics_.SetConfigReload(false);
    return error;
  };
  auto configuration = ReadConfigurationOrDefault(options_.config_file);
  if (!configuration) return fail(configuration.error());
  FileWatch tls_watch(TlsFilesOf(*configuration));
  const auto runtime = Runtime::Make(std::move(*configuration), options_.answers);
  if (!runtime) return fail(runtime.error());

  metrics_.SetModules((*runtime)->ModuleNames());
  for (const std::string& warning : WarningsOf((*runtime)->configuration())) logger_.Warn(warning);
  config_watch_ = std::move(config_watch);
  tls_watch_ = std::move(tls_watch);
  stale_modules_.clear();
  metrics_.SetConfigReload(true);
  metrics_.SetTlsFilesReload(true);
  SetCurrent(*runtime);
  return std::nullopt;
}

void Reloader::SetCurrent(std::shared_ptr<const Runtime> runtime) {
  // The old one, if this was its last use, is taken down outside of the lock.
  const std::lock_guard lock(current_mutex_);
  current_.swap(runtime);
}

void Reloader::CheckConfigFile() {
  const std::lock_guard lock(reload_mutex_);
  // Seen once it has been read: for want of memory it may have to wait for the next look.
  if (FileWatch(config_watch_).TakeChanges().empty()) return;
  if (const auto error = LoadLocked()) {
    logger_.Error("reload failed; the old configuration stays in use", {{"err", error->sentence}});
  } else {
    logger_.Info("configuration reloaded because its file changed",
                 {{"file", options_.config_file}});
  }
}

void Reloader::CheckTlsFiles() {
  const std::lock_guard lock(reload_mutex_);
  FileWatch watch = tls_watch_;
  const std::vector<std::string> changed = watch.TakeChanges();
  if (changed.empty()) return;
  const Runtime::Rebuilt rebuilt = Current()->Rebuild(changed);
  for (const std::string& module : rebuilt.modules) {
    stale_modules_.erase(module);
    logger_.Info("TLS files reloaded because they changed", {{"module", module}});
  }
  for (const auto& [module, sentence] : rebuilt.errors) {
    stale_modules_.insert(module);
    logger_.Error("TLS files changed but are no good; the old ones stay in use",
                  {{"err", sentence}});
  }
  metrics_.SetTlsFilesReload(stale_modules_.empty());
  SetCurrent(rebuilt.runtime);
  tls_watch_ = std::move(watch);
}

}  // namespace stapling::exporter
