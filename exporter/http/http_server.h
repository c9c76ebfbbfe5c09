// HttpServer: HTTP/1.0 and 1.1 for scrapers, made to be left alone with hostile ones.
//
// One reactor thread owns every socket: it accepts, reads heads, writes responses and holds idle
// connections, which cost no thread. Handlers run on elastic, bounded pools of workers, one per
// RequestClass, so that hung probes never keep /metrics or /-/healthy from answering. A worker
// never waits for a client.
//
// What a client may cost is bounded: bytes and time of a head, size of a body (read and dropped),
// time of a response, octets of responses left unread, number of connections (when full, an idle
// one, else the least prompt one, gives way to a newcomer). Too many requests of one class are
// answered 503 with Retry-After, as are too many in line, whose connections are closed.
//
// TLS comes by a Transport of the owner's making, authentication by a Gate.
//
// Not offered: request bodies, chunked transfer, ranges, HTTP/2.
//
// Threads: Route before Start; Start once; Stop, stats and Pulse from any thread, Stop not from a
// handler. Handlers and hooks are called from several threads at once. Its threads have the signal
// mask of the caller of Start: block there what another thread waits for.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/net/file_descriptor.h"
#include "core/result.h"
#include "core/worker_pool.h"
#include "exporter/http/gate.h"
#include "exporter/http/message.h"
#include "exporter/http/transport.h"

namespace stapling::exporter {

// Which pool of workers a route uses.
enum class RequestClass {
  kProbe,  // may wait long for others
  kQuick,  // answers from memory, at once
};

struct HttpServerOptions {
  std::vector<std::string> listen_addresses = {":6960"};  // see ParseListenAddress

  std::size_t max_probe_workers = 2048;
  std::size_t max_quick_workers = 32;
  std::size_t warm_workers = 2;  // per class: started at once, never ended
  std::size_t kept_probe_workers = kKeptForHandshakes;
  std::chrono::milliseconds worker_idle_timeout = WorkerPoolOptions{}.idle_timeout;

  // 0: 8192, or where that is less half of what RLIMIT_NOFILE leaves beside a quarter of it, up to
  // 32, for files and the like; the other half is for the sockets of probes. An eighth, up to 16,
  // is kept for requests other than probes.
  std::size_t max_connections = 0;
  // Of responses that clients have not read, in all; beyond, the one that has waited longest goes.
  std::size_t max_unsent_bytes = std::size_t{64} * 1024 * 1024;
  std::size_t max_request_line_bytes = std::size_t{8} * 1024;  // longer: 414
  std::size_t max_head_bytes = std::size_t{16} * 1024;         // longer: 431
  std::size_t max_header_count = 200;                          // more: 431
  std::size_t max_body_bytes = std::size_t{64} * 1024;         // longer: 413

  // From the first byte of a request (or from accept) to the last of its head and body.
  std::chrono::milliseconds head_timeout = std::chrono::seconds(10);
  // Between two requests of one connection.
  std::chrono::milliseconds idle_timeout = std::chrono::minutes(5);
  // For a whole response; a client that does not read is closed.
  std::chrono::milliseconds write_timeout = std::chrono::seconds(10);

  // gzip or brotli for text, for clients that ask. It costs more than it saves on a local network.
  bool compress = false;

  // Added to every response, errors included.
  HeaderList default_headers;

  OpenTransport open_transport;  // null: plain TCP
  std::shared_ptr<Gate> gate;    // null: everybody is admitted

  // Every response, the server's own refusals included (then parts of the request may be empty).
  // The duration runs from the complete head to the response. Called on workers and on the reactor:
  // must be quick and must not throw.
  std::function<void(const Request&, const Response&, std::chrono::nanoseconds)> on_response;
  // A handler threw: what it said. The client sees a fixed sentence and status 500.
  std::function<void(const Request&, const std::string& what)> on_handler_error;
};

struct BoundAddress {
  std::string address;  // 127.0.0.1:6960, [::]:6960
  std::uint16_t port = 0;
};

struct HttpServerStats {
  std::uint64_t connections_open = 0;
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_refused = 0;  // closed at once: too many, or no descriptor left
  std::uint64_t connections_evicted = 0;  // closed to make room: idle, or slow to send or to read
  std::uint64_t requests = 0;             // complete heads, whatever became of them
  std::uint64_t rejected_busy = 0;        // 503 for want of a worker
  std::uint64_t waiting = 0;              // requests that wait for a worker now
  std::uint64_t workers = 0;              // threads, both classes
};

struct RouteOptions {
  RequestClass request_class = RequestClass::kQuick;
  // How long a request may wait (without a thread) when every worker of its class is busy, before
  // it gets its 503. Unset: a quick one five seconds, a probe not at all. Called on the reactor:
  // must be quick and must not throw.
  std::function<std::chrono::milliseconds(const Request&)> busy_wait;
};

class HttpServer {
 public:
  using Handler = std::function<Response(const Request&)>;

  explicit HttpServer(HttpServerOptions options);
  // Stops with no grace, then waits for handlers that still run.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // One exact decoded path. A GET route answers HEAD too (the body is dropped). Other methods of a
  // known path get 405 with Allow, unknown paths 404. A second route of the same method and path
  // replaces the first.
  void Route(std::string method, std::string path, RouteOptions options, Handler handler);

  // Binds every address, all or none, and serves. The bound addresses come in the order given.
  // Where `sockets` are passed, which listen already, it serves on these instead.
  Result<std::vector<BoundAddress>> Start(std::vector<FileDescriptor> sockets = {});

  // Stops accepting, closes idle connections, lets running requests end and be answered within
  // `grace`, closes the rest, joins every thread. False: handlers still ran at the end of the
  // grace; their threads are left to the destructor, which waits for them. May be repeated.
  bool Stop(std::chrono::milliseconds grace);

  [[nodiscard]] HttpServerStats stats() const;

  // How often the reactor went round so far; it is made to go round once more. While it hangs, or a
  // pool of workers cannot be reached, the count stands still or the call does not return.
  [[nodiscard]] std::uint64_t Pulse() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace stapling::exporter
