#include "exporter/web_reloader.h"

#include <exception>
#include <new>
#include <utility>

#include "core/x509/text.h"
#include "exporter/http/tls_transport.h"
#include "exporter/web/client_policy.h"
#include "exporter/web/web_gate.h"

namespace stapling::exporter {

Result<std::unique_ptr<WebReloader>> WebReloader::Make(std::string file, SelfMetrics& metrics,
                                                       const Logger& logger,
                                                       std::chrono::milliseconds check_interval) {
  std::unique_ptr<WebReloader> reloader(new WebReloader(std::move(file), metrics, logger));
  if (auto error = reloader->Reload()) return *error;
  reloader->ticker_.emplace(check_interval, [raw = reloader.get()] { raw->CheckFiles(); });
  return reloader;
}

WebReloader::WebReloader(std::string file, SelfMetrics& metrics, const Logger& logger)
    : file_(std::move(file)), metrics_(metrics), logger_(logger) {}

std::shared_ptr<const WebSecurity> WebReloader::Current() const {
  const std::lock_guard lock(current_mutex_);
  return current_;
}

std::optional<Error> WebReloader::Reload() {
  const std::lock_guard lock(reload_mutex_);
  return LoadLocked();
}

std::optional<Error> WebReloader::LoadLocked() {
  std::optional<Error> error;
  try {
    error = TakeLocked();
  } catch (const std::bad_alloc&) {
    error = Error{"out of memory"};
  } catch (const std::exception& exception) {
    error = Error{exception.what()};
  }
  metrics_.SetWebConfigReload(!error);
  load_error_ = error ? std::optional(error->sentence) : std::nullopt;
  return error;
}

std::optional<Error> WebReloader::TakeLocked() {
  auto security = ReadLocked();
  if (!security) return Error{security.error()};
  for (const std::string& warning : WarningsOf((*security)->config)) {
    logger_.Warn("web configuration: " + warning);
  }
  // The old one, if this was its last use, is taken down outside of the lock.
  const std::lock_guard lock(current_mutex_);
  current_.swap(*security);
  return std::nullopt;
}

// What the files are is noted before they are read: a change during the reading is seen next. The
// files of a configuration that cannot be read are those of the one in use.
Result<std::shared_ptr<const WebSecurity>> WebReloader::ReadLocked() {
  const auto current = Current();
  std::vector<std::string> files = current ? FilesOf(current->config) : std::vector<std::string>();
  files.push_back(file_);
  watch_ = FileWatch(files);
  auto config = ReadWebConfig(file_);
  if (!config) return Error{config.error()};
  files = FilesOf(*config);
  files.push_back(file_);
  watch_ = FileWatch(files, watch_);
  if (current) {
    if (const auto change = ChangeThatWantsRestart(current->config, *config)) {
      return Error{CleanText(file_) + ": " + *change + " while the exporter runs; restart it"};
    }
  }
  return WebSecurity::Make(std::move(config).value(), file_);
}

void WebReloader::CheckFiles() {
  const std::lock_guard lock(reload_mutex_);
  const bool changed = !watch_.TakeChanges().empty();
  if (!changed && !load_error_) return;
  const std::optional<std::string> before = load_error_;
  if (const auto error = LoadLocked()) {
    if (!changed && error->sentence == before) return;
    logger_.Error("the web configuration changed but is no good; the old one stays in use",
                  {{"err", error->sentence}});
  } else {
    logger_.Info("web configuration reloaded because a file changed", {{"file", file_}});
  }
}

void WebReloader::Secure(HttpServerOptions& server) {
  server.gate = std::make_shared<WebGate>([this] { return Current(); });
  if (!Current()->tls) return;
  server.open_transport = [this](FileDescriptor socket, const std::string& client) {
    return OpenTls(std::move(socket), client);
  };
}

std::unique_ptr<Transport> WebReloader::OpenTls(FileDescriptor socket,
                                                const std::string& client) const {
  const auto opened_by = Current();
  SslPtr ssl(SSL_new(opened_by->tls.get()));
  if (!ssl) return nullptr;
  return std::make_unique<TlsTransport>(
      std::move(socket), std::move(ssl),
      [this, client](const std::string& why) {
        logger_.Debug("TLS handshake refused", {{"client", client}, {"err", why}});
      },
      [this, admitted_by = std::weak_ptr(opened_by)](SSL* connection) mutable {
        const auto current = Current();
        if (current == admitted_by.lock()) return true;
        if (!WouldAdmit(current->tls.get(), connection)) return false;
        admitted_by = current;
        return true;
      });
}

}  // namespace stapling::exporter
