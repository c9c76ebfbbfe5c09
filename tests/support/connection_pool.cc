#include "tests/support/connection_pool.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <utility>

namespace stapling::testing {
namespace {

// TLS libraries write to sockets without MSG_NOSIGNAL.
void BlockSigpipe() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace

ConnectionPool::ConnectionPool(Socket listener, std::size_t max_connections, Handler handler)
    : listener_(std::move(listener)),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      port_(LocalPort(listener_)),
      max_connections_(max_connections),
      handler_(std::move(handler)) {
  // A client may be gone between poll() and accept().
  SetBlocking(listener_, false);
  acceptor_ = std::thread([this] { AcceptLoop(); });
}

void ConnectionPool::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  Wake();
  if (acceptor_.joinable()) acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const Connection& connection : connections_) {
      if (connection.socket.valid()) shutdown(connection.socket.get(), SHUT_RDWR);
    }
  }
  // No thread adds to the list any more.
  for (Connection& connection : connections_) connection.thread.join();
  connections_.clear();
}

bool ConnectionPool::WaitForStop(std::chrono::milliseconds time) const {
  std::unique_lock lock(mutex_);
  return stop_.wait_for(lock, time, [this] { return stopping_.load(); });
}

void ConnectionPool::AcceptLoop() {
  while (!stopping_) {
    JoinFinished();
    std::array<pollfd, 2> events{{{.fd = wake_.get(), .events = POLLIN, .revents = 0},
                                  {.fd = listener_.get(), .events = POLLIN, .revents = 0}}};
    const bool has_room = connections_.size() < max_connections_;  // only this thread resizes it
    poll(events.data(), has_room ? 2 : 1, -1);
    if ((events[0].revents & POLLIN) != 0) {
      eventfd_t count = 0;
      eventfd_read(wake_.get(), &count);
    }
    if (has_room && events[1].revents != 0) Accept();
  }
}

void ConnectionPool::Accept() {
  Socket socket(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!socket.valid()) return;
  SetNoDelay(socket.get());
  const std::lock_guard lock(mutex_);
  const std::size_t number = accepted_++;
  Connection& connection = connections_.emplace_back(Connection{.socket = std::move(socket)});
  connection.thread = std::thread([this, &connection, number] { Serve(connection, number); });
}

void ConnectionPool::Serve(Connection& connection, std::size_t number) {
  BlockSigpipe();
  handler_(connection.socket, number);
  const std::lock_guard lock(mutex_);
  connection.socket.Close();
  connection.finished = true;
  Wake();
}

void ConnectionPool::JoinFinished() {
  const std::lock_guard lock(mutex_);
  for (auto it = connections_.begin(); it != connections_.end();) {
    if (!it->finished) {
      ++it;
      continue;
    }
    it->thread.join();  // has nothing left to do but let go of the mutex
    it = connections_.erase(it);
  }
}

void ConnectionPool::Wake() const { eventfd_write(wake_.get(), 1); }

}  // namespace stapling::testing
