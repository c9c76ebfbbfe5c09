#include "exporter/http/connection.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace stapling::exporter {
namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr Refusal kTooSlow{408, "The request did not arrive in time."};

// A client that keeps sending after the last response gets this much attention.
constexpr std::chrono::seconds kLingerTime{2};
constexpr std::size_t kLingerBytes = std::size_t{256} * 1024;

}  // namespace

Connection::Connection(std::unique_ptr<Transport> transport, std::string remote_address,
                       const ConnectionOptions& options)
    : options_(options),
      transport_(std::move(transport)),
      remote_address_(std::move(remote_address)),
      deadline_(Clock::now() + options.head_timeout) {}

void Connection::Advance(std::span<char> scratch) {
  Step step = Step::kGoOn;
  while (step == Step::kGoOn) {
    switch (state_) {
      case State::kHead:
        step = StepHead(scratch);
        break;
      case State::kBody:
        step = StepBody(scratch);
        break;
      case State::kWriting:
        step = StepWriting();
        break;
      case State::kLingering:
        step = StepLingering(scratch);
        break;
      case State::kHandling:
      case State::kClosed:
        step = Step::kBlocked;
        break;
    }
  }
}

void Connection::Respond(std::string bytes, bool keep_alive) {
  if (state_ != State::kHandling) return;
  if (bytes.empty()) {
    Close();
  } else {
    BeginWriting(std::move(bytes), keep_alive);
  }
}

void Connection::Expire() {
  const bool unfinished = state_ == State::kBody || (state_ == State::kHead && !received_.empty());
  if (unfinished) {
    Refuse(kTooSlow);
  } else {
    Close();
  }
}

Connection::Standing Connection::standing() const {
  if (handling()) return Standing::kOwed;
  if (writing()) return Standing::kUnread;
  const bool idle = state_ == State::kHead && received_.empty();
  return idle || state_ == State::kLingering ? Standing::kExpendable : Standing::kUnfinished;
}

Connection::Step Connection::StepHead(std::span<char> scratch) {
  if (!received_.empty()) {
    HeadOutcome outcome = ParseRequestHead(received_, options_.limits);
    if (const auto* refusal = std::get_if<Refusal>(&outcome)) return Refuse(*refusal);
    if (auto* complete = std::get_if<CompleteHead>(&outcome)) {
      return BeginBody(std::move(*complete));
    }
  }
  const IoResult read = transport_->Read(scratch);
  if (read.status == IoResult::Status::kWouldBlock) return Step::kBlocked;
  if (read.status == IoResult::Status::kClosed) return Close();
  if (received_.empty()) deadline_ = Clock::now() + options_.head_timeout;
  received_.append(scratch.data(), read.bytes);
  return Step::kGoOn;
}

Connection::Step Connection::BeginBody(CompleteHead complete) {
  DropReceived(complete.consumed);
  request_ = std::make_unique<RequestHead>(std::move(complete.head));
  request_->request.remote_address = remote_address_;
  body_left_ = request_->body_bytes;
  state_ = State::kBody;
  if (request_->expects_continue && received_.empty()) {
    const IoResult written = transport_->Write(kContinue);
    if (written.bytes != kContinue.size()) return Close();
  }
  return Step::kGoOn;
}

Connection::Step Connection::StepBody(std::span<char> scratch) {
  const std::size_t here = std::min(body_left_, received_.size());
  DropReceived(here);
  body_left_ -= here;
  if (body_left_ == 0) {
    state_ = State::kHandling;
    deadline_.reset();
    return Step::kBlocked;
  }
  const IoResult read = transport_->Read(scratch);
  if (read.status == IoResult::Status::kWouldBlock) return Step::kBlocked;
  if (read.status == IoResult::Status::kClosed) return Close();
  received_.append(scratch.data(), read.bytes);
  return Step::kGoOn;
}

Connection::Step Connection::StepWriting() {
  while (sent_ < unsent_.size()) {
    const IoResult written = transport_->Write(std::string_view(unsent_).substr(sent_));
    if (written.status == IoResult::Status::kWouldBlock) return Step::kBlocked;
    if (written.status == IoResult::Status::kClosed) return Close();
    sent_ += written.bytes;
  }
  std::string().swap(unsent_);
  sent_ = 0;
  if (keep_alive_) {
    BeginHead();
    return Step::kGoOn;
  }
  transport_->ShutdownWrite();
  state_ = State::kLingering;
  linger_bytes_left_ = kLingerBytes;
  deadline_ = Clock::now() + kLingerTime;
  DropReceived(received_.size());
  return Step::kGoOn;
}

Connection::Step Connection::StepLingering(std::span<char> scratch) {
  const IoResult read = transport_->Read(scratch);
  if (read.status == IoResult::Status::kWouldBlock) return Step::kBlocked;
  if (read.status == IoResult::Status::kClosed || read.bytes >= linger_bytes_left_) return Close();
  linger_bytes_left_ -= read.bytes;
  return Step::kGoOn;
}

void Connection::BeginHead() {
  state_ = State::kHead;
  deadline_ = Clock::now() + (received_.empty() ? options_.idle_timeout : options_.head_timeout);
}

void Connection::BeginWriting(std::string bytes, bool keep_alive) {
  state_ = State::kWriting;
  unsent_ = std::move(bytes);
  sent_ = 0;
  keep_alive_ = keep_alive;
  deadline_ = Clock::now() + options_.write_timeout;
}

Connection::Step Connection::Refuse(const Refusal& refusal) {
  request_.reset();
  BeginWriting(options_.refuse(refusal), false);
  return Step::kGoOn;
}

Connection::Step Connection::Close() {
  state_ = State::kClosed;
  request_.reset();
  deadline_.reset();
  return Step::kBlocked;
}

// An emptied buffer is given back: most connections are idle most of the time.
void Connection::DropReceived(std::size_t count) {
  if (count == received_.size()) {
    std::string().swap(received_);
  } else {
    received_.erase(0, count);
  }
}

}  // namespace stapling::exporter
