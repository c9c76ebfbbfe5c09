// Reactor: one thread, every socket. It accepts, moves bytes for each Connection, hands complete
// requests to a RequestSink, sends what the sink answers and closes what is late.
//
// It survives a lack of descriptors, as it does too many connections: an idle one, else the least
// prompt one, gives way to a newcomer; where every one is owed a response, a descriptor kept in
// reserve lets it accept and refuse rather than spin on a backlog that it cannot take. Where
// clients leave too much unread, the response that has waited longest goes. A lack of memory costs
// the connection at hand.
//
// Threads: Run on one; Respond, BeginStop, Wake and the counters on any.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/net/file_descriptor.h"
#include "core/result.h"
#include "exporter/http/connection.h"
#include "exporter/http/deadline_queue.h"
#include "exporter/http/listener.h"

namespace stapling::exporter {

using ConnectionId = std::uint64_t;  // never reused within a process

// Called on the reactor's thread; must not block.
class RequestSink {
 public:
  RequestSink() = default;
  RequestSink(const RequestSink&) = delete;
  RequestSink& operator=(const RequestSink&) = delete;
  virtual ~RequestSink() = default;

  // To be answered by Reactor::Respond, once, from any thread, now or later. With an instant
  // returned, OnOverdue is called then unless the response has come.
  virtual std::optional<Connection::Clock::time_point> OnRequest(ConnectionId id,
                                                                 RequestHead head) = 0;
  virtual void OnOverdue(ConnectionId id) = 0;
  // The client went away before its response; one that comes later is dropped.
  virtual void OnGone(ConnectionId id) = 0;
};

struct ReactorOptions {
  ConnectionOptions connection;
  OpenTransport open_transport;  // null: plain TCP
  std::size_t max_connections;
  std::size_t max_unsent_bytes;  // of responses, in all
};

struct ReactorCounters {
  std::atomic<std::uint64_t> open{0};
  std::atomic<std::uint64_t> accepted{0};
  std::atomic<std::uint64_t> refused{0};
  std::atomic<std::uint64_t> evicted{0};  // gave way to another
  std::atomic<std::uint64_t> turns{0};    // how often it went round
};

class Reactor {
 public:
  using Clock = Connection::Clock;

  // The sink must outlive the reactor's Run.
  static Result<std::unique_ptr<Reactor>> Create(ReactorOptions options,
                                                 std::vector<Listener> listeners,
                                                 RequestSink& sink);
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  // Returns when a stop has run its course.
  void Run();

  // Ignored when the connection is gone. Empty `bytes`: close it.
  void Respond(ConnectionId id, std::string bytes, bool keep_alive);

  // Closes the listeners and whatever owes nobody a response; the rest gets until `until`.
  void BeginStop(Clock::time_point until);

  // Has it go round once more.
  void Wake() const;

  [[nodiscard]] const ReactorCounters& counters() const { return counters_; }

 private:
  struct Answer {
    ConnectionId id;
    std::string bytes;
    bool keep_alive;
  };
  using Connections = std::unordered_map<ConnectionId, Connection>;

  Reactor(ReactorOptions options, std::vector<Listener> listeners, RequestSink& sink);

  Result<bool> Open();
  [[nodiscard]] bool Watch(int descriptor, std::uint32_t events, std::uint64_t key) const;
  void Wait();
  [[nodiscard]] int WaitMilliseconds() const;

  std::unique_ptr<Transport> Open(FileDescriptor socket, const std::string& remote) const;
  void AcceptSome(const Listener& listener);
  void Admit(FileDescriptor socket, const sockaddr_storage& peer);
  void RefusePolitely(FileDescriptor socket);
  bool FindDescriptor(const Listener& listener);
  bool MakeRoom();
  bool Evict(std::initializer_list<Connection::Standing> among);
  void StopAccepting() const;
  void PauseAccepting();
  void ResumeAccepting();

  void OnSocket(ConnectionId id, std::uint32_t events);
  template <typename Action>
  void Touch(Connections::iterator entry, Action action);
  void Settle(Connections::iterator entry);
  void Close(Connections::iterator entry);
  void TakeMessages();
  void ExpireDeadlines();
  void ApplyStop();

  const ReactorOptions options_;
  std::vector<Listener> listeners_;
  RequestSink& sink_;
  ReactorCounters counters_;
  FileDescriptor epoll_;
  FileDescriptor wake_;
  FileDescriptor reserve_;

  Connections connections_;
  ConnectionId next_id_;
  std::size_t unsent_bytes_ = 0;  // of all connections
  // By Connection::Standing, so that the next one to give way to a newcomer is found at once.
  std::array<DeadlineQueue, 4> deadlines_;
  std::optional<Clock::time_point> accept_again_at_;
  std::optional<Clock::time_point> stop_at_;
  std::array<char, std::size_t{16} * 1024> scratch_;
  std::vector<Answer> taken_answers_;

  std::mutex mutex_;  // guards what follows: messages from other threads
  std::vector<Answer> answers_;
  std::optional<Clock::time_point> stop_asked_;
};

}  // namespace stapling::exporter
