// Holds the Runtime in use and replaces it: on demand, and when files change.
//
// Nothing is replaced before its successor is complete; what is broken changes nothing but the
// metrics and the log. TLS files (CAs, certificates, keys, the system's bundle) are always watched,
// the configuration file when asked, on threads of their own, off the probes' path. What could not
// be read is tried again at every look, and logged when something changed: want of descriptors or
// memory passes without the file's changing once more. Safe from any thread.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "exporter/file_watch.h"
#include "exporter/log.h"
#include "exporter/runtime.h"
#include "exporter/self_metrics.h"
#include "exporter/ticker.h"

namespace stapling::exporter {

struct ReloaderOptions {
  std::string config_file;  // empty: the built-in modules, whose files are still watched
  std::optional<std::chrono::milliseconds> config_check_interval;  // unset: no automatic reload
  std::chrono::milliseconds tls_files_check_interval = std::chrono::seconds(15);
  ProbeCaches caches = {};  // kept across reloads, but for chains that a trust store vouched for
};

class Reloader {
 public:
  // Reads everything once; the error is the sentence for the operator. `metrics` and `logger` must
  // outlive it.
  static Result<std::unique_ptr<Reloader>> Make(ReloaderOptions options, SelfMetrics& metrics,
                                                const Logger& logger);
  Reloader(const Reloader&) = delete;
  Reloader& operator=(const Reloader&) = delete;

  [[nodiscard]] std::shared_ptr<const Runtime> Current() const;

  // Reads configuration and files again. On an error the old ones stay in use.
  [[nodiscard]] std::optional<Error> Reload();

 private:
  Reloader(ReloaderOptions options, SelfMetrics& metrics, const Logger& logger);

  void Watch();
  // Throws std::bad_alloc before anything has changed.
  [[nodiscard]] std::optional<Error> LoadLocked();
  [[nodiscard]] std::optional<Error> ReadAllLocked();
  void CheckConfigFile();
  void CheckTlsFiles();
  void SetCurrent(std::shared_ptr<const Runtime> runtime);

  const ReloaderOptions options_;
  SelfMetrics& metrics_;
  const Logger& logger_;

  std::mutex reload_mutex_;  // one reload at a time; guards what follows
  FileWatch config_watch_;
  FileWatch tls_watch_;
  std::optional<std::string> load_error_;             // of the last load
  std::vector<std::string> changed_tls_files_;        // not looked at yet
  std::map<std::string, std::string> stale_modules_;  // their new files are no good, and why

  mutable std::mutex current_mutex_;
  std::shared_ptr<const Runtime> current_;  // guarded by current_mutex_

  // Last, so that they end first.
  std::optional<Ticker> config_ticker_;
  std::optional<Ticker> tls_ticker_;
};

}  // namespace stapling::exporter
