#include "exporter/serve_command.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <new>
#include <ostream>
#include <string>
#include <utility>

#include "exporter/config/configuration.h"
#include "exporter/config_check.h"
#include "exporter/flags.h"
#include "exporter/history.h"
#include "exporter/http/http_server.h"
#include "exporter/join.h"
#include "exporter/log.h"
#include "exporter/page/config_page.h"
#include "exporter/page/home_page.h"
#include "exporter/page/probe_page.h"
#include "exporter/probe_handler.h"
#include "exporter/probe_metrics.h"
#include "exporter/process_limits.h"
#include "exporter/reloader.h"
#include "exporter/self_metrics.h"
#include "exporter/serve_signals.h"
#include "exporter/service_manager.h"
#include "exporter/version.h"
#include "exporter/watchdog.h"
#include "exporter/web_reloader.h"

namespace stapling::exporter {
namespace {

// What the routes work with. Members are destroyed last to first: the server before all that its
// handlers use.
class Service {
 public:
  Service(const ServeOptions& options, const Logger& logger, SelfMetrics& metrics,
          Reloader& reloader, WebReloader* web)
      : options_(options),
        logger_(logger),
        metrics_(metrics),
        reloader_(reloader),
        web_(web),
        history_(options.history_limit),
        probe_handler_(
            {.timeout_offset = options.timeout_offset, .log_prober = options.log_prober},
            [this] { return reloader_.Current(); }, metrics, history_, logger),
        server_(ServerOptions()) {
    AddRoutes();
    metrics_.SetHttpServerStats([this] { return server_.stats(); });
  }
  ~Service() { metrics_.SetHttpServerStats(nullptr); }
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  std::optional<Error> Start() {
    std::vector<FileDescriptor> sockets;
    if (options_.web_systemd_socket) {
      auto passed = TakePassedSockets();
      if (!passed) return Error{passed.error()};
      sockets = std::move(passed).value();
    }
    const auto bound = server_.Start(std::move(sockets));
    if (!bound) return Error{bound.error()};
    std::vector<std::string> addresses;
    for (const BoundAddress& each : *bound) {
      logger_.Info("listening", {{"address", each.address}});
      addresses.push_back(each.address);
    }
    {
      const std::lock_guard lock(addresses_mutex_);
      addresses_ = std::move(addresses);
    }
    NotifyReady(Status());
    return std::nullopt;
  }

  // True when every running probe was answered.
  bool Stop() {
    std::chrono::milliseconds grace{0};
    for (const Module& module : reloader_.Current()->configuration().modules) {
      grace = std::max(grace, module.timeout);
    }
    return server_.Stop(grace);
  }

  // For `systemctl status`.
  [[nodiscard]] std::string Status() const {
    const std::lock_guard lock(addresses_mutex_);
    return "Listening on " + Join(addresses_, ", ") +
           "; modules: " + Join(reloader_.Current()->ModuleNames(), ", ");
  }

  // Goes through what every probe goes through: configuration, workers and reactor.
  [[nodiscard]] std::uint64_t Pulse() const {
    static_cast<void>(reloader_.Current());
    return server_.Pulse();
  }

  std::optional<Error> Reload() {
    try {
      return ReloadOrThrow();
    } catch (const std::bad_alloc&) {
      return Error{"out of memory"};
    }
  }

 private:
  std::optional<Error> ReloadOrThrow() {
    NotifyReloading();
    auto error = reloader_.Reload();
    if (error) {
      logger_.Error("reload failed; the old configuration stays in use",
                    {{"err", error->sentence}});
    } else if (web_ != nullptr && (error = web_->Reload())) {
      logger_.Error(
          "the web configuration is no good; the old one stays in use, beside a "
          "configuration that was reloaded",
          {{"err", error->sentence}});
    } else {
      logger_.Info("configuration reloaded",
                   {{"modules", Join(reloader_.Current()->ModuleNames(), ", ")}});
    }
    NotifyReady(Status());
    return error;
  }

  HttpServerOptions ServerOptions() {
    HttpServerOptions server;
    server.listen_addresses = options_.web_listen_addresses;
    server.max_probe_workers = options_.probe_max_concurrency;
    server.default_headers = {{"X-Content-Type-Options", "nosniff"}};
    server.on_response = [this](const Request& request, const Response& response,
                                std::chrono::nanoseconds duration) {
      NoteResponse(request, response, duration);
    };
    server.on_handler_error = [this](const Request& request, const std::string& what) {
      logger_.Error("a request could not be handled", {{"path", request.path}, {"err", what}});
    };
    if (web_ != nullptr) web_->Secure(server);
    return server;
  }

  void NoteResponse(const Request& request, const Response& response,
                    std::chrono::nanoseconds duration) {
    // The server's own refusal: as many workers as there may be probes were busy.
    if (response.status == 503 && request.path == Path("/probe")) {
      metrics_.CountRejection(Rejection::kBusy);
    }
    if (!logger_.Enabled(LogLevel::kDebug)) return;
    const double seconds = std::chrono::duration<double>(duration).count();
    logger_.Debug("request", {{"method", request.method},
                              {"target", request.target},
                              {"client", request.remote_address},
                              {"status", std::to_string(response.status)},
                              {"duration_seconds", std::to_string(seconds)}});
  }

  [[nodiscard]] std::string Path(const std::string& path) const {
    return options_.web_route_prefix + path;
  }

  void Get(const std::string& path, HttpServer::Handler handler) {
    server_.Route("GET", Path(path), {}, std::move(handler));
  }

  void AddRoutes() {
    server_.Route("GET", Path("/probe"),
                  {.request_class = RequestClass::kProbe,
                   .busy_wait = [this](const Request& r) { return probe_handler_.BusyWait(r); }},
                  [this](const Request& request) { return probe_handler_.Handle(request); });
    Get("/metrics", [this](const Request&) {
      return Response{.content_type = kMetricsContentType, .headers = {}, .body = metrics_.Text()};
    });
    Get("/", [this](const Request&) { return Home(); });
    Get("/config",
        [this](const Request&) { return ConfigPage(reloader_.Current()->configuration()); });
    Get("/logs", [this](const Request& request) { return LogsPage(request, history_); });
    Get("/staple", [this](const Request& request) { return StaplePage(request, history_); });
    Get("/-/healthy", [](const Request&) { return TextResponse(200, "Healthy."); });
    Get("/-/ready", [](const Request&) { return TextResponse(200, "Ready."); });
    for (const char* method : {"POST", "PUT"}) {
      server_.Route(method, Path("/-/reload"), {},
                    [this](const Request& request) { return HttpReload(request); });
    }
    if (!options_.web_route_prefix.empty()) AddRedirects();
  }

  // To the page, whose links are relative to its slash. Relative themselves, so that a proxy may
  // put more in front.
  void AddRedirects() {
    const std::string& prefix = options_.web_route_prefix;
    const auto redirect_to = [](const std::string& location) {
      return [location](const Request&) {
        Response response = TextResponse(302, "See " + location);
        response.headers.emplace_back("Location", location);
        return response;
      };
    };
    server_.Route("GET", "/", {}, redirect_to(prefix.substr(1) + "/"));
    server_.Route("GET", prefix, {}, redirect_to(prefix.substr(prefix.rfind('/') + 1) + "/"));
  }

  Response Home() const {
    const auto runtime = reloader_.Current();
    return HomePage({.modules = runtime->ModuleNames(),
                     .default_module = runtime->configuration().default_module,
                     .recent = history_.Recent(),
                     .now = Now(),
                     .started = started_});
  }

  // One at a time, whoever asks how often: the rest of the workers are for others.
  Response HttpReload(const Request& request) {
    if (!options_.web_enable_lifecycle) {
      return TextResponse(403, "Reloading by HTTP is off; --web.enable-lifecycle turns it on.");
    }
    if (AskedByAnotherSite(request)) {
      return TextResponse(403, "A page of another site asks for this.");
    }
    const std::unique_lock lock(http_reload_mutex_, std::try_to_lock);
    if (!lock) {
      Response busy = TextResponse(503, "It is being reloaded at this moment; try again.");
      busy.headers.emplace_back("Retry-After", "1");
      return busy;
    }
    if (const auto error = Reload()) return TextResponse(500, error->sentence);
    return TextResponse(200, "Reloaded.");
  }

  // Browsers say so of what a page has them ask for: by Fetch Metadata where it is over TLS, and by
  // the Origin of the page, which "null" hides, over plain HTTP as well.
  static bool AskedByAnotherSite(const Request& request) {
    const auto site = request.Header("Sec-Fetch-Site");
    if (site) return *site != "same-origin" && *site != "none";
    const auto origin = request.Header("Origin");
    if (!origin) return false;
    const std::string host(request.Header("Host").value_or(""));
    return *origin != "http://" + host && *origin != "https://" + host;
  }

  static std::chrono::sys_seconds Now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  }

  const std::chrono::sys_seconds started_ = Now();
  const ServeOptions& options_;
  const Logger& logger_;
  SelfMetrics& metrics_;
  Reloader& reloader_;
  WebReloader* const web_;  // null: plain HTTP for everybody
  History history_;
  ProbeHandler probe_handler_;
  HttpServer server_;
  std::mutex http_reload_mutex_;
  mutable std::mutex addresses_mutex_;
  std::vector<std::string> addresses_;  // that it listens on; guarded by addresses_mutex_
};

// Until a signal says stop.
void WaitForEnd(const sigset_t& signals, Service& service, const Logger& logger) {
  Watchdog watchdog({.pulse = [&service] { return service.Pulse(); },
                     .status = [&service] { return service.Status(); }});
  for (bool ended = false; !ended;) {
    try {
      int number = watchdog.AwaitSignal(signals);
      // Reloads that are asked for without end must not keep it from ending.
      if (number == SIGHUP) number = TakeEndSignal().value_or(SIGHUP);
      ended = number != SIGHUP;
      if (ended) {
        logger.Info("stopping; running probes are answered first",
                    {{"signal", number == SIGTERM ? "SIGTERM" : "SIGINT"}});
      } else {
        static_cast<void>(service.Reload());  // it has logged what went wrong
      }
    } catch (const std::bad_alloc&) {  // a line of the log is lost, or a word to the manager
    }
  }
}

ReloaderOptions ReloaderOptionsOf(const ServeOptions& options, ProbeCaches caches) {
  ReloaderOptions reloader;
  reloader.caches = std::move(caches);
  reloader.config_file = options.config_file;
  if (options.config_enable_auto_reload && !options.config_file.empty()) {
    reloader.config_check_interval = options.config_auto_reload_interval;
  }
  return reloader;
}

// They live as long as the process, and show in `metrics`.
ProbeCaches MakeCaches(const ServeOptions& options, SelfMetrics& metrics) {
  const auto answers = std::make_shared<AnswerCache>();
  metrics.SetAnswerCacheStats([answers] {
    return answers->stats(
        std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  });
  const auto verifications =
      std::make_shared<VerificationCache>(options.probe_verification_cache_bytes);
  metrics.SetVerificationCacheStats([verifications] { return verifications->stats(); });
  return {.answers = answers, .verifications = verifications};
}

int Serve(const ServeOptions& options, const Logger& logger) {
  const sigset_t signals = BlockServeSignals();
  logger.Info("starting ocsp_stapling_exporter", {{"version", Version()}});
  SelfMetrics metrics;
  const auto reloader =
      Reloader::Make(ReloaderOptionsOf(options, MakeCaches(options, metrics)), metrics, logger);
  if (!reloader) {
    logger.Error("cannot start", {{"err", reloader.error()}});
    return EXIT_FAILURE;
  }
  Result<std::unique_ptr<WebReloader>> web(nullptr);
  if (!options.web_config_file.empty()) {
    web = WebReloader::Make(options.web_config_file, metrics, logger);
  }
  if (!web) {
    logger.Error("cannot start", {{"err", web.error()}});
    return EXIT_FAILURE;
  }
  Service service(options, logger, metrics, **reloader, web->get());
  if (const auto error = service.Start()) {
    logger.Error("cannot start", {{"err", error->sentence}});
    return EXIT_FAILURE;
  }
  WaitForEnd(signals, service, logger);
  NotifyStopping();
  UnblockEndSignals();
  if (!service.Stop()) {
    logger.Warn("stopped although probes were still running");
    // Their threads use what a return would take down.
    std::_Exit(EXIT_SUCCESS);
  }
  logger.Info("stopped");
  return EXIT_SUCCESS;
}

}  // namespace

int RunServe(const ServeOptions& options, std::ostream& out, std::ostream& err) {
  if (options.config_print_defaults) {
    out << PrintYaml(BuiltInConfiguration());
    return EXIT_SUCCESS;
  }
  if (options.config_check) return CheckConfiguration(options, out, err);
  RaiseDescriptorLimit();
  BoundMallocArenas();
  const Logger logger(options.log);
  return Serve(options, logger);
}

}  // namespace stapling::exporter
