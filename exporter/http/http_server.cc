#include "exporter/http/http_server.h"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <new>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "core/worker_pool.h"
#include "exporter/http/listener.h"
#include "exporter/http/reactor.h"
#include "exporter/http/response_writer.h"
#include "exporter/http/route_table.h"

namespace stapling::exporter {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostConnections = 8192;
constexpr std::size_t kMostReserved = 16;
constexpr std::size_t kMostForFiles = 32;
constexpr std::size_t kMostExamined = 256;
constexpr std::chrono::seconds kQuickWait{5};
constexpr std::chrono::seconds kGateWait{5};

std::size_t DeriveMaxConnections() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
    return kMostConnections;
  }
  const std::size_t descriptors = limit.rlim_cur;
  const std::size_t for_files = std::min(descriptors / 4, kMostForFiles);
  return std::clamp<std::size_t>((descriptors - for_files) / 2, 1, kMostConnections);
}

HeadLimits LimitsFrom(const HttpServerOptions& options) {
  return {.request_line_bytes = options.max_request_line_bytes,
          .head_bytes = options.max_head_bytes,
          .header_count = options.max_header_count,
          .body_bytes = options.max_body_bytes};
}

bool AcceptsGzip(const Request& request) {
  const auto accepted = request.Header("Accept-Encoding");
  return accepted && accepted->find("gzip") != std::string_view::npos &&
         accepted->find("gzip;q=0") == std::string_view::npos;
}

Response BusyResponse() {
  Response response = TextResponse(503, "Too many requests at once; try again.");
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

// As long as it lives, one more connection is held by a probe.
class HeldByProbe {
 public:
  explicit HeldByProbe(std::atomic<std::size_t>& count) : count_(count) { ++count_; }
  ~HeldByProbe() { --count_; }
  HeldByProbe(const HeldByProbe&) = delete;
  HeldByProbe& operator=(const HeldByProbe&) = delete;

 private:
  std::atomic<std::size_t>& count_;
};

// One request on its way through the server.
struct Exchange {
  ConnectionId id;
  RequestHead head;
  Clock::time_point arrived;
  std::unique_ptr<HeldByProbe> held = {};
};

}  // namespace

class HttpServer::Impl final : public RequestSink {
 public:
  explicit Impl(HttpServerOptions options)
      : options_(std::move(options)),
        writer_(options_.default_headers, options_.compress,
                std::chrono::floor<std::chrono::seconds>(options_.idle_timeout)),
        probe_pool_(PoolOptions(options_.max_probe_workers, options_.kept_probe_workers)),
        quick_pool_(PoolOptions(options_.max_quick_workers)),
        gate_pool_(PoolOptions(1)) {}
  ~Impl() override { Stop(std::chrono::milliseconds(0)); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  RouteTable& routes() { return routes_; }
  Result<std::vector<BoundAddress>> Start(std::vector<FileDescriptor> sockets);
  bool Stop(std::chrono::milliseconds grace);
  [[nodiscard]] HttpServerStats stats() const;
  [[nodiscard]] std::uint64_t Pulse() const;

  std::optional<Clock::time_point> OnRequest(ConnectionId id, RequestHead head) override;
  void OnOverdue(ConnectionId id) override { Withdraw(id); }
  void OnGone(ConnectionId id) override { Withdraw(id); }

 private:
  [[nodiscard]] WorkerPoolOptions PoolOptions(std::size_t bound, std::size_t kept = 0) const {
    return {.name = "http-worker",
            .max_threads = std::max<std::size_t>(bound, 1),
            .warm_threads = std::max<std::size_t>(options_.warm_workers, 1),
            .kept_threads = kept,
            .idle_timeout = options_.worker_idle_timeout};
  }
  WorkerPool& PoolOf(RequestClass request_class) {
    return request_class == RequestClass::kProbe ? probe_pool_ : quick_pool_;
  }
  void Withdraw(ConnectionId id) {
    gate_pool_.Withdraw(id);
    probe_pool_.Withdraw(id);
    quick_pool_.Withdraw(id);
  }

  [[nodiscard]] Result<std::vector<Listener>> Listen(std::vector<FileDescriptor> sockets) const;
  [[nodiscard]] ReactorOptions MakeReactorOptions();
  [[nodiscard]] HeaderList ImposedHeaders() const {
    return options_.gate ? options_.gate->Headers() : HeaderList();
  }
  [[nodiscard]] std::string Refuse(const Refusal& refusal);
  std::optional<Clock::time_point> Examine(const std::shared_ptr<Exchange>& exchange);
  std::optional<Clock::time_point> Dispatch(const std::shared_ptr<Exchange>& exchange);
  // The rest is for those who ask how the exporter is, however many probes hang.
  [[nodiscard]] std::size_t MostHeldByProbes() const {
    return max_connections_ - std::min(max_connections_ / 8, kMostReserved);
  }
  // By probes, and by those who wait to be examined.
  [[nodiscard]] std::size_t Held() const { return held_by_probes_ + gate_pool_.waiting(); }
  // Each in a line holds a connection that nobody else can have. Behind so many strangers nobody's
  // password is looked at in time, and of the quick requests those at the end are as good as lost.
  [[nodiscard]] bool GateLineIsFull() const {
    return gate_pool_.waiting() >=
               std::clamp<std::size_t>(max_connections_ / 8, 1, kMostExamined) ||
           Held() >= (MostHeldByProbes() + max_connections_) / 2;
  }
  [[nodiscard]] bool QuickLineIsFull() const {
    return quick_pool_.waiting() >= std::max<std::size_t>(max_connections_ / 4, 1);
  }
  [[nodiscard]] static std::chrono::milliseconds WaitOf(const Exchange& exchange,
                                                        const RouteOptions& route);
  WorkerPool::Action Serve(const Exchange& exchange, const exporter::Route& route);
  Response RunHandler(const Request& request, const Handler& handler);
  WorkerPool::Action Finish(const Exchange& exchange, const Response& response);
  WorkerPool::Action CloseConnection(ConnectionId id);
  void RejectBusy(const Exchange& exchange);
  void TurnAway(Exchange& exchange);

  const HttpServerOptions options_;
  const std::size_t max_connections_ =
      options_.max_connections != 0 ? options_.max_connections : DeriveMaxConnections();
  const ResponseWriter writer_;
  RouteTable routes_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> requests_{0};
  std::atomic<std::uint64_t> rejected_busy_{0};
  std::atomic<std::size_t> held_by_probes_{0};
  std::mutex stop_mutex_;
  std::unique_ptr<Reactor> reactor_;  // outlives the workers, who answer through it
  WorkerPool probe_pool_;
  WorkerPool quick_pool_;
  WorkerPool gate_pool_;  // one thread: whatever a flood makes it compute, the rest goes on
  std::thread reactor_thread_;
};

Result<std::vector<Listener>> HttpServer::Impl::Listen(std::vector<FileDescriptor> sockets) const {
  std::vector<Listener> listeners;
  for (FileDescriptor& socket : sockets) {
    auto listener = AdoptListener(std::move(socket));
    if (!listener) return Error{listener.error()};
    listeners.push_back(std::move(listener).value());
  }
  if (!sockets.empty()) return listeners;
  for (const std::string& text : options_.listen_addresses) {
    const auto address = ParseListenAddress(text);
    if (!address) return Error{address.error()};
    auto listener = OpenListener(*address);
    if (!listener) return Error{listener.error()};
    listeners.push_back(std::move(listener).value());
  }
  return listeners;
}

Result<std::vector<BoundAddress>> HttpServer::Impl::Start(std::vector<FileDescriptor> sockets) {
  auto listeners = Listen(std::move(sockets));
  if (!listeners) return Error{listeners.error()};
  std::vector<BoundAddress> bound;
  for (const Listener& listener : *listeners) {
    bound.push_back({.address = ToString(listener.address), .port = listener.address.port});
  }
  auto reactor = Reactor::Create(MakeReactorOptions(), std::move(listeners).value(), *this);
  if (!reactor) return Error{reactor.error()};
  reactor_ = std::move(reactor).value();
  if (!probe_pool_.Start() || !quick_pool_.Start() || (options_.gate && !gate_pool_.Start())) {
    return Error{"cannot serve HTTP: the system gives no thread"};
  }
  try {
    reactor_thread_ = std::thread([this] { reactor_->Run(); });
  } catch (const std::system_error& error) {
    return Error{std::string("cannot serve HTTP: ") + error.what()};
  }
  return bound;
}

bool HttpServer::Impl::Stop(std::chrono::milliseconds grace) {
  const std::lock_guard lock(stop_mutex_);
  stopping_ = true;
  const auto until = Clock::now() + grace;
  if (reactor_thread_.joinable()) {
    reactor_->BeginStop(until);
    reactor_thread_.join();
  }
  const auto left = [until] {
    return std::max(std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()),
                    std::chrono::milliseconds(0));
  };
  // The gate's first: it hands work to the others.
  const bool gate_ended = gate_pool_.StopWithin(left());
  const bool quick_ended = quick_pool_.StopWithin(left());
  return probe_pool_.StopWithin(left()) && quick_ended && gate_ended;
}

HttpServerStats HttpServer::Impl::stats() const {
  HttpServerStats stats;
  if (reactor_) {
    stats.connections_open = reactor_->counters().open;
    stats.connections_accepted = reactor_->counters().accepted;
    stats.connections_refused = reactor_->counters().refused;
    stats.connections_evicted = reactor_->counters().evicted;
  }
  stats.requests = requests_;
  stats.rejected_busy = rejected_busy_;
  for (const WorkerPool* pool : {&probe_pool_, &quick_pool_, &gate_pool_}) {
    stats.waiting += pool->waiting();
    stats.workers += pool->threads();
  }
  return stats;
}

std::uint64_t HttpServer::Impl::Pulse() const {
  if (!reactor_) return 0;
  static_cast<void>(stats());  // takes the pools' locks
  reactor_->Wake();
  return reactor_->counters().turns;
}

ReactorOptions HttpServer::Impl::MakeReactorOptions() {
  ReactorOptions options{};
  options.connection.limits = LimitsFrom(options_);
  options.connection.head_timeout = options_.head_timeout;
  options.connection.idle_timeout = options_.idle_timeout;
  options.connection.write_timeout = options_.write_timeout;
  options.connection.refuse = [this](const Refusal& refusal) { return Refuse(refusal); };
  options.open_transport = options_.open_transport;
  options.max_connections = max_connections_;
  options.max_unsent_bytes = options_.max_unsent_bytes;
  return options;
}

std::string HttpServer::Impl::Refuse(const Refusal& refusal) {
  Response response =
      refusal.status == 503 ? BusyResponse() : TextResponse(refusal.status, refusal.sentence);
  if (options_.on_response) options_.on_response({}, response, {});
  return writer_.Write(response, {.keep_alive = false}, ImposedHeaders());
}

std::optional<Clock::time_point> HttpServer::Impl::OnRequest(ConnectionId id, RequestHead head) {
  ++requests_;
  const auto exchange = std::make_shared<Exchange>(Exchange{id, std::move(head), Clock::now()});
  if (!options_.gate) return Dispatch(exchange);
  Gate::Admission admission = options_.gate->Look(exchange->head.request);
  if (const auto* refusal = std::get_if<Response>(&admission)) {
    Finish(*exchange, *refusal)();
    return std::nullopt;
  }
  if (std::holds_alternative<Gate::Undecided>(admission)) return Examine(exchange);
  return Dispatch(exchange);
}

// Its turn comes when those before it have been examined; then it goes on like any other. What it
// waits for there and for a worker, it waits for kGateWait in all.
std::optional<Clock::time_point> HttpServer::Impl::Examine(
    const std::shared_ptr<Exchange>& exchange) {
  const auto due = exchange->arrived + kGateWait;
  const auto go_on = [this, exchange, due] {
    try {
      // Whoever would withdraw it in time may have come before it was in line.
      if (Dispatch(exchange) && Clock::now() >= due) Withdraw(exchange->id);
    } catch (const std::bad_alloc&) {
      CloseConnection(exchange->id)();
    }
  };
  const auto examine = [this, exchange, go_on]() -> WorkerPool::Action {
    try {
      const auto refusal = options_.gate->Examine(exchange->head.request);
      return refusal ? Finish(*exchange, *refusal) : go_on;
    } catch (const std::bad_alloc&) {
      return CloseConnection(exchange->id);
    }
  };
  const auto reject = [this, exchange] { TurnAway(*exchange); };
  if (GateLineIsFull()) {
    reject();
    return std::nullopt;
  }
  if (gate_pool_.Submit(exchange->id, examine, reject) == WorkerPool::Submission::kRefused) {
    reject();
    return std::nullopt;
  }
  return due;
}

// What to be called again at, unless the response has come: to take it out of the line.
std::optional<Clock::time_point> HttpServer::Impl::Dispatch(
    const std::shared_ptr<Exchange>& exchange) {
  auto found = routes_.Find(exchange->head.request);
  if (const auto* refusal = std::get_if<Response>(&found)) {
    Finish(*exchange, *refusal)();
    return std::nullopt;
  }
  const exporter::Route& route = *std::get<const exporter::Route*>(found);
  if (route.options.request_class == RequestClass::kProbe) {
    if (Held() >= MostHeldByProbes()) {
      RejectBusy(*exchange);
      return std::nullopt;
    }
    exchange->held = std::make_unique<HeldByProbe>(held_by_probes_);
  } else if (QuickLineIsFull()) {
    TurnAway(*exchange);
    return std::nullopt;
  }
  const std::chrono::milliseconds wait = WaitOf(*exchange, route.options);
  WorkerPool::Action reject = [this, exchange] { RejectBusy(*exchange); };
  const auto submission =
      PoolOf(route.options.request_class)
          .Submit(
              exchange->id, [this, exchange, &route] { return Serve(*exchange, route); },
              wait.count() > 0 ? reject : nullptr);
  if (submission == WorkerPool::Submission::kRefused) reject();
  if (submission != WorkerPool::Submission::kWaiting) return std::nullopt;
  return exchange->arrived + wait;
}

std::chrono::milliseconds HttpServer::Impl::WaitOf(const Exchange& exchange,
                                                   const RouteOptions& route) {
  if (route.busy_wait) return route.busy_wait(exchange.head.request);
  return route.request_class == RequestClass::kQuick ? kQuickWait : std::chrono::milliseconds(0);
}

// Without memory for a response the connection is closed, and nothing else suffers.
WorkerPool::Action HttpServer::Impl::CloseConnection(ConnectionId id) {
  return [this, id] { reactor_->Respond(id, {}, false); };
}

WorkerPool::Action HttpServer::Impl::Serve(const Exchange& exchange, const exporter::Route& route) {
  try {
    return Finish(exchange, RunHandler(exchange.head.request, route.handler));
  } catch (const std::bad_alloc&) {
    return CloseConnection(exchange.id);
  }
}

// The text of an exception may quote secrets or memory: it goes to the log, never to the client.
Response HttpServer::Impl::RunHandler(const Request& request, const Handler& handler) {
  std::string what = "an exception of unknown type";
  try {
    return handler(request);
  } catch (const std::exception& error) {
    what = error.what();
  } catch (...) {
  }
  if (options_.on_handler_error) options_.on_handler_error(request, what);
  return TextResponse(500, "Internal error; the log of the exporter has more.");
}

WorkerPool::Action HttpServer::Impl::Finish(const Exchange& exchange, const Response& response) {
  const RequestHead& head = exchange.head;
  const bool keep_alive = head.keep_alive && !stopping_;
  if (options_.on_response) {
    options_.on_response(head.request, response, Clock::now() - exchange.arrived);
  }
  std::string bytes = writer_.Write(response,
                                    {.head_request = head.request.method == "HEAD",
                                     .http_1_0 = head.http_1_0,
                                     .keep_alive = keep_alive,
                                     .accepts_gzip = AcceptsGzip(head.request)},
                                    ImposedHeaders());
  return [this, id = exchange.id, bytes = std::move(bytes), keep_alive]() mutable {
    reactor_->Respond(id, std::move(bytes), keep_alive);
  };
}

void HttpServer::Impl::RejectBusy(const Exchange& exchange) {
  ++rejected_busy_;
  try {
    Finish(exchange, BusyResponse())();
  } catch (const std::bad_alloc&) {
    CloseConnection(exchange.id)();
  }
}

// So that its connection is free for others.
void HttpServer::Impl::TurnAway(Exchange& exchange) {
  exchange.head.keep_alive = false;
  RejectBusy(exchange);
}

HttpServer::HttpServer(HttpServerOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}

HttpServer::~HttpServer() = default;

void HttpServer::Route(std::string method, std::string path, RouteOptions options,
                       Handler handler) {
  impl_->routes().Add(std::move(method), std::move(path), {std::move(options), std::move(handler)});
}

Result<std::vector<BoundAddress>> HttpServer::Start(std::vector<FileDescriptor> sockets) {
  return impl_->Start(std::move(sockets));
}

bool HttpServer::Stop(std::chrono::milliseconds grace) { return impl_->Stop(grace); }

HttpServerStats HttpServer::stats() const { return impl_->stats(); }

std::uint64_t HttpServer::Pulse() const { return impl_->Pulse(); }

}  // namespace stapling::exporter
