// Accepts connections and gives each a thread; ends all of them at once.
//
// Stopping shuts every socket down, so a handler that blocks in a read or a write returns by
// itself. One that waits for anything else must wait in WaitForStop().
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "tests/support/socket.h"

namespace stapling::testing {

class ConnectionPool {
 public:
  // Serves the `number`-th connection (from 0) on its own thread. The pool closes the socket when
  // the handler returns. SIGPIPE is blocked in these threads.
  using Handler = std::function<void(const Socket& socket, std::size_t number)>;

  // Further connections than `max_connections` at once wait in the listener's backlog.
  ConnectionPool(Socket listener, std::size_t max_connections, Handler handler);
  ~ConnectionPool() { Stop(); }
  ConnectionPool(const ConnectionPool&) = delete;
  ConnectionPool& operator=(const ConnectionPool&) = delete;

  // Returns when no thread is left. It may be called again.
  void Stop();

  [[nodiscard]] bool stopping() const { return stopping_; }
  // Sleeps for `time` unless the pool stops first; true if it does.
  [[nodiscard]] bool WaitForStop(std::chrono::milliseconds time) const;
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::size_t accepted() const { return accepted_; }

 private:
  struct Connection {
    Socket socket;
    bool finished = false;
    std::thread thread = {};
  };

  void AcceptLoop();
  void Accept();
  void Serve(Connection& connection, std::size_t number);
  void JoinFinished();
  void Wake() const;

  const Socket listener_;
  const Socket wake_;  // eventfd: a connection finished, or stop
  const std::uint16_t port_;
  const std::size_t max_connections_;
  const Handler handler_;

  mutable std::mutex mutex_;  // guards connections_ and what is in them
  mutable std::condition_variable stop_;
  std::list<Connection> connections_;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::size_t> accepted_ = 0;
  std::thread acceptor_;  // last: it uses all of the above
};

}  // namespace stapling::testing
