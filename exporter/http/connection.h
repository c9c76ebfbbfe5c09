// Connection: one client, from accept to close, as a state machine over a Transport.
//
//   kHead ─► kBody ─► kHandling ─► kWriting ─► kHead ...
//                                     └─► kLingering ─► kClosed
//
// It never blocks and knows nothing of epoll, threads or routes. It holds no buffer while it is
// idle. Bodies are read and dropped. After the last response it stops writing, then reads and
// drops for a moment: a close with unread bytes would make the kernel throw the response away.
//
// The owner calls Advance whenever the socket may be ready, TakeRequest after that, Respond once
// for each request taken, and Expire when deadline() has passed. One thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "exporter/http/request_head.h"
#include "exporter/http/transport.h"

namespace stapling::exporter {

struct ConnectionOptions {
  HeadLimits limits;
  std::chrono::milliseconds head_timeout;
  std::chrono::milliseconds idle_timeout;
  std::chrono::milliseconds write_timeout;
  // The response to a request that no handler shall see, ready to send.
  std::function<std::string(const Refusal&)> refuse;
};

class Connection {
 public:
  using Clock = std::chrono::steady_clock;

  // What closing it would cost, the cheapest first.
  enum class Standing {
    kExpendable,  // nothing: it is idle, or has had its last response
    kUnfinished,  // a request that the client has been slow to send
    kUnread,      // a response that the client has been slow to read
    kOwed,        // a response that a handler is making
  };

  // `options` must outlive the connection.
  Connection(std::unique_ptr<Transport> transport, std::string remote_address,
             const ConnectionOptions& options);

  // Reads, parses and writes until the socket would block or a request is complete.
  void Advance(std::span<char> scratch);

  // The complete request, once; the connection then waits for Respond.
  std::unique_ptr<RequestHead> TakeRequest() { return std::move(request_); }

  // `bytes` is a whole response, or empty to close at once.
  void Respond(std::string bytes, bool keep_alive);

  void Expire();

  // What to expire at; nothing while a handler works, unless SetDeadline gave something.
  [[nodiscard]] std::optional<Clock::time_point> deadline() const { return deadline_; }
  void SetDeadline(std::optional<Clock::time_point> deadline) { deadline_ = deadline; }

  [[nodiscard]] bool handling() const { return state_ == State::kHandling; }
  [[nodiscard]] bool closed() const { return state_ == State::kClosed; }
  // What it holds of a response.
  [[nodiscard]] std::size_t unsent_bytes() const { return unsent_.size(); }
  [[nodiscard]] bool writing() const { return state_ == State::kWriting; }
  [[nodiscard]] Standing standing() const;
  [[nodiscard]] int descriptor() const { return transport_->descriptor(); }

 private:
  enum class State { kHead, kBody, kHandling, kWriting, kLingering, kClosed };
  enum class Step { kGoOn, kBlocked };

  Step StepHead(std::span<char> scratch);
  Step StepBody(std::span<char> scratch);
  Step StepWriting();
  Step StepLingering(std::span<char> scratch);

  Step BeginBody(CompleteHead complete);
  void BeginHead();
  void BeginWriting(std::string bytes, bool keep_alive);
  Step Refuse(const Refusal& refusal);
  Step Close();
  void DropReceived(std::size_t count);

  const ConnectionOptions& options_;
  const std::unique_ptr<Transport> transport_;
  const std::string remote_address_;
  State state_ = State::kHead;
  std::optional<Clock::time_point> deadline_;
  std::string received_;  // not yet understood
  std::unique_ptr<RequestHead> request_;
  std::size_t body_left_ = 0;
  std::string unsent_;
  std::size_t sent_ = 0;  // of unsent_
  bool keep_alive_ = true;
  std::size_t linger_bytes_left_ = 0;
};

}  // namespace stapling::exporter
