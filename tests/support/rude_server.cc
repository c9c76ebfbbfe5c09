#include "tests/support/rude_server.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <utility>

#include "tests/support/connection_pool.h"
#include "tests/support/tls_record.h"

namespace stapling::testing {
namespace {

constexpr const char* kLoopback = "127.0.0.1";
constexpr std::size_t kMaxConnections = 1024;
constexpr std::uint8_t kAlertRecord = 21;
constexpr std::uint8_t kHandshakeRecord = 22;

// Until the client goes. What it sends meanwhile is thrown away.
void Drain(int fd) {
  std::array<std::uint8_t, 4096> ignored{};
  while (recv(fd, ignored.data(), ignored.size(), 0) > 0) {
  }
}

Bytes Record(std::uint8_t type, const Bytes& body) {
  Bytes record{type, 0x03, 0x03, static_cast<std::uint8_t>(body.size() >> 8),
               static_cast<std::uint8_t>(body.size() & 0xff)};
  Append(record, body);
  return record;
}

// Sends with a gap after each byte; false if the client or the pool goes first.
bool SendSlowly(const ConnectionPool& pool, int fd, const std::uint8_t* data, std::size_t size,
                std::chrono::milliseconds gap) {
  for (std::size_t i = 0; i < size; ++i) {
    if (!SendAll(fd, data + i, 1)) return false;
    if (gap.count() > 0 && pool.WaitForStop(gap)) return false;
  }
  return true;
}

void Finish(const Socket& socket, Afterwards afterwards) {
  if (afterwards == Afterwards::kHold) Drain(socket.get());
  if (afterwards == Afterwards::kReset) socket.ResetOnClose();
  if (afterwards != Afterwards::kClose) return;
  // Closing with unread bytes would send RST. What the client still says is read first.
  shutdown(socket.get(), SHUT_WR);
  Drain(socket.get());
}

}  // namespace

RudeBehaviour Silent() { return {}; }

RudeBehaviour PlainText(std::string_view banner, Afterwards afterwards) {
  return {.say = ToBytes(banner), .afterwards = afterwards};
}

RudeBehaviour CloseAfterAccept() { return {.afterwards = Afterwards::kClose}; }

RudeBehaviour ResetAfterAccept() { return {.afterwards = Afterwards::kReset}; }

RudeBehaviour CloseAfterClientHello() {
  return {.read_client_hello = true, .afterwards = Afterwards::kClose};
}

RudeBehaviour ResetAfterClientHello() {
  return {.read_client_hello = true, .afterwards = Afterwards::kReset};
}

RudeBehaviour AlertAfterClientHello(std::uint8_t description) {
  constexpr std::uint8_t kFatal = 2;
  return {.read_client_hello = true,
          .say = Record(kAlertRecord, {kFatal, description}),
          .afterwards = Afterwards::kClose};
}

RudeBehaviour GarbageAfterClientHello(std::size_t size) {
  return {.read_client_hello = true, .say = Noise(size), .afterwards = Afterwards::kClose};
}

RudeBehaviour EndlessGarbage() { return {.say = Noise(65536), .afterwards = Afterwards::kRepeat}; }

RudeBehaviour EndlessHandshake() {
  // A HelloRequest (RFC 5246 §7.4.1.1) is four octets of zero.
  return {.read_client_hello = true,
          .say = Record(kHandshakeRecord, Bytes(16384, 0)),
          .afterwards = Afterwards::kRepeat};
}

class RudeServer::Impl {
 public:
  Impl(RudeBehaviour behaviour, std::string address, Socket listener)
      : behaviour_(std::move(behaviour)),
        address_(std::move(address)),
        pool_(std::move(listener), kMaxConnections,
              [this](const Socket& socket, std::size_t /*number*/) { Serve(socket); }) {}

  [[nodiscard]] const ConnectionPool& pool() const { return pool_; }
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  void Serve(const Socket& socket) {
    if (behaviour_.read_client_hello && !ReadRecord(socket.get())) return;
    do {
      if (!Say(socket.get())) return;
    } while (behaviour_.afterwards == Afterwards::kRepeat);
    Finish(socket, behaviour_.afterwards);
  }

  bool Say(int fd) {
    const Bytes& say = behaviour_.say;
    if (behaviour_.gap.count() == 0) return SendAll(fd, say);
    return SendSlowly(pool_, fd, say.data(), say.size(), behaviour_.gap);
  }

  const RudeBehaviour behaviour_;
  const std::string address_;
  ConnectionPool pool_;
};

Result<std::unique_ptr<RudeServer>> RudeServer::Start(RudeBehaviour behaviour,
                                                      const std::string& address,
                                                      std::uint16_t port) {
  Result<Socket> listener = ListenTcp(address, port);
  if (!listener) return Error{listener.error()};
  auto impl = std::make_unique<Impl>(std::move(behaviour), address, std::move(listener).value());
  return std::unique_ptr<RudeServer>(new RudeServer(std::move(impl)));
}

RudeServer::RudeServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

RudeServer::~RudeServer() = default;

std::uint16_t RudeServer::port() const { return impl_->pool().port(); }

std::string RudeServer::Target() const { return HostPort(impl_->address(), port()); }

std::size_t RudeServer::Accepted() const { return impl_->pool().accepted(); }

class RudeProxy::Impl {
 public:
  Impl(RudeProxyOptions options, Socket listener)
      : options_(std::move(options)),
        pool_(std::move(listener), kMaxConnections,
              [this](const Socket& socket, std::size_t /*number*/) { Serve(socket); }) {}

  [[nodiscard]] const ConnectionPool& pool() const { return pool_; }
  [[nodiscard]] std::size_t forwarded() const { return forwarded_; }

 private:
  void Serve(const Socket& client) {
    const Result<Socket> server = ConnectTcp(options_.upstream_address, options_.upstream_port);
    if (!server) return;
    std::size_t left = options_.forward;
    while (left > 0) {
      std::array<pollfd, 2> readable{{{.fd = client.get(), .events = POLLIN, .revents = 0},
                                      {.fd = server->get(), .events = POLLIN, .revents = 0}}};
      poll(readable.data(), readable.size(), -1);
      if (readable[0].revents != 0 && !PassOn(client.get(), server->get())) return;
      if (readable[1].revents != 0 && !PassBack(server->get(), client.get(), left)) return;
    }
    Finish(client, options_.afterwards);
  }

  static bool PassOn(int from, int to) {
    std::array<std::uint8_t, 16384> chunk{};
    const ssize_t size = recv(from, chunk.data(), chunk.size(), 0);
    return size > 0 && SendAll(to, chunk.data(), static_cast<std::size_t>(size));
  }

  bool PassBack(int from, int to, std::size_t& left) {
    std::array<std::uint8_t, 16384> chunk{};
    const ssize_t received = recv(from, chunk.data(), std::min(left, chunk.size()), 0);
    if (received <= 0) return false;
    const auto size = static_cast<std::size_t>(received);
    left -= size;
    forwarded_ += size;
    if (!options_.byte_by_byte) return SendAll(to, chunk.data(), size);
    return SendSlowly(pool_, to, chunk.data(), size, options_.gap);
  }

  const RudeProxyOptions options_;
  std::atomic<std::size_t> forwarded_ = 0;
  ConnectionPool pool_;
};

Result<std::unique_ptr<RudeProxy>> RudeProxy::Start(RudeProxyOptions options) {
  Result<Socket> listener = ListenTcp(kLoopback, 0);
  if (!listener) return Error{listener.error()};
  auto impl = std::make_unique<Impl>(std::move(options), std::move(listener).value());
  return std::unique_ptr<RudeProxy>(new RudeProxy(std::move(impl)));
}

RudeProxy::RudeProxy(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

RudeProxy::~RudeProxy() = default;

std::uint16_t RudeProxy::port() const { return impl_->pool().port(); }

std::string RudeProxy::Target() const { return HostPort(kLoopback, port()); }

std::size_t RudeProxy::Accepted() const { return impl_->pool().accepted(); }

std::size_t RudeProxy::Forwarded() const { return impl_->forwarded(); }

Result<std::unique_ptr<FullBacklog>> FullBacklog::Start() {
  Result<Socket> listener = ListenTcp(kLoopback, 0, 0);
  if (!listener) return Error{listener.error()};
  std::unique_ptr<FullBacklog> full(new FullBacklog);
  full->port_ = LocalPort(*listener);
  full->listener_ = std::move(listener).value();
  // Linux holds one connection more than the backlog says, then drops SYNs.
  constexpr std::size_t kMostFillers = 16;
  for (std::size_t i = 0; i < kMostFillers; ++i) {
    Result<Socket> filler = StartConnecting(kLoopback, full->port_);
    if (!filler) return Error{filler.error()};
    const bool queued = FinishConnecting(*filler, std::chrono::milliseconds(100));
    full->fillers_.push_back(std::move(filler).value());
    if (!queued) return full;
  }
  return Error{"the backlog does not fill"};
}

std::string FullBacklog::Target() const { return HostPort(kLoopback, port_); }

}  // namespace stapling::testing
