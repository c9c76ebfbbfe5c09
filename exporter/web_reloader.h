// Holds the WebSecurity in use and replaces it: on demand, and within two seconds when the web
// configuration or a file that it names changes.
//
// Nothing is replaced before its successor is complete; what is broken changes nothing but the
// metric and the log, once for each change. Whether TLS is served was decided at the start: a file
// that says otherwise is refused. Files are watched from a thread of its own. Safe from any thread.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/result.h"
#include "exporter/file_watch.h"
#include "exporter/http/http_server.h"
#include "exporter/log.h"
#include "exporter/self_metrics.h"
#include "exporter/ticker.h"
#include "exporter/web/web_security.h"

namespace stapling::exporter {

class WebReloader {
 public:
  // Reads everything once; the error is the sentence for the operator. `metrics` and `logger` must
  // outlive it.
  static Result<std::unique_ptr<WebReloader>> Make(
      std::string file, SelfMetrics& metrics, const Logger& logger,
      std::chrono::milliseconds check_interval = std::chrono::seconds(1));
  WebReloader(const WebReloader&) = delete;
  WebReloader& operator=(const WebReloader&) = delete;

  [[nodiscard]] std::shared_ptr<const WebSecurity> Current() const;

  // Reads configuration and files again. On an error the old ones stay in use.
  [[nodiscard]] std::optional<Error> Reload();

  // Has the server ask for what is in use, for each connection and request. It must not outlive
  // this.
  void Secure(HttpServerOptions& server);

 private:
  WebReloader(std::string file, SelfMetrics& metrics, const Logger& logger);

  void CheckFiles();
  [[nodiscard]] std::optional<Error> LoadLocked();
  [[nodiscard]] std::optional<Error> LoadOrThrow();
  [[nodiscard]] Result<std::shared_ptr<const WebSecurity>> ReadLocked();
  std::unique_ptr<Transport> OpenTls(FileDescriptor socket, const std::string& client) const;

  const std::string file_;
  SelfMetrics& metrics_;
  const Logger& logger_;

  std::mutex reload_mutex_;  // one reload at a time
  FileWatch watch_;          // guarded by reload_mutex_

  mutable std::mutex current_mutex_;
  std::shared_ptr<const WebSecurity> current_;  // guarded by current_mutex_

  std::optional<Ticker> ticker_;  // last, so that it ends first
};

}  // namespace stapling::exporter
