#include "exporter/reloader.h"

#include <exception>
#include <new>
#include <set>
#include <utility>

#include "exporter/process_limits.h"

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
  return LoadLocked();
}

// Memory that does not suffice ends neither a thread nor the program.
std::optional<Error> Reloader::LoadLocked() {
  std::optional<Error> error;
  try {
    error = ReadAllLocked();
  } catch (const std::bad_alloc&) {
    error = Error{"out of memory"};
  } catch (const std::exception& exception) {
    error = Error{exception.what()};
  }
  if (error) metrics_.SetConfigReload(false);
  load_error_ = error ? std::optional(error->sentence) : std::nullopt;
  return error;
}

std::optional<Error> Reloader::ReadAllLocked() {
  // What the files are is noted before they are read: a change during the reading is seen next.
  FileWatch config_watch;
  if (!options_.config_file.empty()) config_watch = FileWatch({options_.config_file});
  config_watch_ = std::move(config_watch);
  auto configuration = ReadConfigurationOrDefault(options_.config_file);
  if (!configuration) return Error{configuration.error()};
  FileWatch tls_watch(TlsFilesOf(*configuration));
  const auto runtime = Runtime::Make(std::move(*configuration), options_.caches);
  if (!runtime) return Error{runtime.error()};
  for (const std::string& warning : WarningsOf((*runtime)->configuration())) logger_.Warn(warning);

  metrics_.SetModules((*runtime)->ModuleNames());
  metrics_.SetConfigReload(true);
  metrics_.SetTlsFilesReload(true);
  tls_watch_ = std::move(tls_watch);
  changed_tls_files_.clear();
  stale_modules_.clear();
  SetCurrent(*runtime);
  return std::nullopt;
}

void Reloader::SetCurrent(std::shared_ptr<const Runtime> runtime) {
  // The old one, if this was its last use, is taken down outside of the lock.
  {
    const std::lock_guard lock(current_mutex_);
    current_.swap(runtime);
  }
  runtime.reset();
  // Those that a trust store vouched for which is gone would not be found again, but keep its
  // certificates.
  if (options_.caches.verifications) options_.caches.verifications->chains.Clear();
  GiveMemoryBack();
}

void Reloader::CheckConfigFile() {
  const std::lock_guard lock(reload_mutex_);
  const bool changed = !config_watch_.TakeChanges().empty();
  if (!changed && !load_error_) return;
  const std::optional<std::string> before = load_error_;
  if (const auto error = LoadLocked()) {
    if (!changed && error->sentence == before) return;
    logger_.Error("reload failed; the old configuration stays in use", {{"err", error->sentence}});
  } else {
    logger_.Info("configuration reloaded because its file changed",
                 {{"file", options_.config_file}});
  }
}

void Reloader::CheckTlsFiles() {
  const std::lock_guard lock(reload_mutex_);
  for (std::string& file : tls_watch_.TakeChanges()) {
    changed_tls_files_.push_back(std::move(file));
  }
  if (changed_tls_files_.empty() && stale_modules_.empty()) return;
  std::set<std::string> stale;
  for (const auto& [module, sentence] : stale_modules_) stale.insert(module);
  const Runtime::Rebuilt rebuilt = Current()->Rebuild(changed_tls_files_, stale);
  for (const std::string& module : rebuilt.modules) {
    stale_modules_.erase(module);
    logger_.Info("TLS files reloaded because they changed", {{"module", module}});
  }
  for (const auto& [module, sentence] : rebuilt.errors) {
    const std::string before = std::exchange(stale_modules_[module], sentence);
    if (changed_tls_files_.empty() && sentence == before) continue;
    logger_.Error("TLS files changed but are no good; the old ones stay in use",
                  {{"err", sentence}});
  }
  changed_tls_files_.clear();
  metrics_.SetTlsFilesReload(stale_modules_.empty());
  SetCurrent(rebuilt.runtime);
}

}  // namespace stapling::exporter
