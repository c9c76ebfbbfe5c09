#include "exporter/http/reactor.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <system_error>
#include <utility>

namespace stapling::exporter {
namespace {

constexpr std::uint64_t kWakeKey = 0;  // listeners follow, then connections
constexpr int kAcceptBatch = 128;      // then connections have their turn
constexpr std::size_t kEventBatch = 256;
constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr Refusal kTooMany{503, "Too many connections; try again."};

// Opened only to be closed when a descriptor is needed.
FileDescriptor OpenReserve() { return FileDescriptor(open("/dev/null", O_RDONLY | O_CLOEXEC)); }

bool IsShortage(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

FileDescriptor Accept(const Listener& listener, sockaddr_storage& peer) {
  socklen_t length = sizeof(peer);
  return FileDescriptor(accept4(listener.socket.get(), reinterpret_cast<sockaddr*>(&peer), &length,
                                SOCK_NONBLOCK | SOCK_CLOEXEC));
}

// Without descriptors accept fails whether anybody waits or not.
bool HasPending(const Listener& listener) {
  pollfd waiting{.fd = listener.socket.get(), .events = POLLIN, .revents = 0};
  return poll(&waiting, 1, 0) > 0;
}

// Keeps a sum right while one of its parts changes, also by an exception.
class Recount {
 public:
  Recount(std::size_t& sum, const Connection& part) : sum_(sum), part_(part) {
    sum_ -= part_.unsent_bytes();
  }
  ~Recount() { sum_ += part_.unsent_bytes(); }
  Recount(const Recount&) = delete;
  Recount& operator=(const Recount&) = delete;

 private:
  std::size_t& sum_;
  const Connection& part_;
};

}  // namespace

Reactor::Reactor(ReactorOptions options, std::vector<Listener> listeners, RequestSink& sink)
    : options_(std::move(options)),
      listeners_(std::move(listeners)),
      sink_(sink),
      next_id_(listeners_.size() + 1) {
  // A worker must be able to answer when memory is short.
  answers_.reserve(options_.max_connections);
  taken_answers_.reserve(options_.max_connections);
}

Result<std::unique_ptr<Reactor>> Reactor::Create(ReactorOptions options,
                                                 std::vector<Listener> listeners,
                                                 RequestSink& sink) {
  std::unique_ptr<Reactor> reactor(new Reactor(std::move(options), std::move(listeners), sink));
  const Result<bool> opened = reactor->Open();
  if (!opened) return Error{opened.error()};
  return reactor;
}

Result<bool> Reactor::Open() {
  epoll_ = FileDescriptor(epoll_create1(EPOLL_CLOEXEC));
  wake_ = FileDescriptor(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  reserve_ = OpenReserve();
  bool ready = epoll_ && wake_ && reserve_ && Watch(wake_.get(), EPOLLIN, kWakeKey);
  for (std::size_t i = 0; ready && i < listeners_.size(); ++i) {
    ready = Watch(listeners_[i].socket.get(), EPOLLIN, i + 1);
  }
  if (ready) return true;
  return Error{"cannot serve HTTP: " + std::generic_category().message(errno)};
}

bool Reactor::Watch(int descriptor, std::uint32_t events, std::uint64_t key) const {
  epoll_event event{};
  event.events = events;
  event.data.u64 = key;
  return epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) == 0;
}

void Reactor::Respond(ConnectionId id, std::string bytes, bool keep_alive) {
  {
    const std::lock_guard lock(mutex_);
    answers_.push_back({id, std::move(bytes), keep_alive});
    if (answers_.size() > 1) return;  // whoever put the first one woke the reactor
  }
  Wake();
}

void Reactor::BeginStop(Clock::time_point until) {
  {
    const std::lock_guard lock(mutex_);
    stop_asked_ = until;
  }
  Wake();
}

void Reactor::Wake() const {
  eventfd_write(wake_.get(), 1);  // fails only when it is awake anyway
}

void Reactor::Run() {
  while (!stop_at_ || (!connections_.empty() && Clock::now() < *stop_at_)) {
    Wait();
    ++counters_.turns;
    TakeMessages();
    ExpireDeadlines();
    if (accept_again_at_ && Clock::now() >= *accept_again_at_) ResumeAccepting();
  }
  while (!connections_.empty()) Close(connections_.begin());
}

void Reactor::Wait() {
  std::array<epoll_event, kEventBatch> events;
  const int count =
      epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), WaitMilliseconds());
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events.at(static_cast<std::size_t>(i));
    const std::uint64_t key = event.data.u64;
    if (key == kWakeKey) {
      eventfd_t wakes = 0;
      eventfd_read(wake_.get(), &wakes);
    } else if (key <= listeners_.size()) {
      AcceptSome(listeners_[key - 1]);
    } else {
      OnSocket(key, event.events);
    }
  }
}

int Reactor::WaitMilliseconds() const {
  auto next = Clock::time_point::max();
  for (const DeadlineQueue& queue : deadlines_) {
    if (const auto entry = queue.Earliest()) next = std::min(next, entry->when);
  }
  for (const auto& instant : {accept_again_at_, stop_at_}) {
    if (instant) next = std::min(next, *instant);
  }
  if (next == Clock::time_point::max()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now()).count();
  return static_cast<int>(std::clamp<long long>(left, 0, 3'600'000));
}

void Reactor::AcceptSome(const Listener& listener) {
  for (int i = 0; i < kAcceptBatch && listener.socket && !accept_again_at_; ++i) {
    sockaddr_storage peer{};
    FileDescriptor socket = Accept(listener, peer);
    if (socket) {
      try {
        Admit(std::move(socket), peer);
      } catch (const std::bad_alloc&) {
        ++counters_.refused;
      }
    } else if (IsShortage(errno)) {
      if (!HasPending(listener)) return;
      if (!FindDescriptor(listener)) PauseAccepting();
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return;
    }  // else: that client has gone already, or a signal came
  }
}

void Reactor::Admit(FileDescriptor socket, const sockaddr_storage& peer) {
  if (connections_.size() >= options_.max_connections && !MakeRoom()) {
    RefusePolitely(std::move(socket));
    return;
  }
  const int on = 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  const int descriptor = socket.get();
  const std::string remote = ToString(AddressOf(peer));
  auto transport = Open(std::move(socket), remote);
  if (!transport) {
    ++counters_.refused;
    return;
  }
  const ConnectionId id = next_id_++;
  const auto entry =
      connections_.try_emplace(id, std::move(transport), remote, options_.connection).first;
  ++counters_.accepted;
  ++counters_.open;
  if (!Watch(descriptor, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, id)) {
    Close(entry);
    return;
  }
  Touch(entry, [](Connection&) {});  // the first request is often here already
}

std::unique_ptr<Transport> Reactor::Open(FileDescriptor socket, const std::string& remote) const {
  if (options_.open_transport) return options_.open_transport(std::move(socket), remote);
  return std::make_unique<PlainTransport>(std::move(socket));
}

// Best effort: the client may see a reset instead, since its request is not read. Over TLS there is
// nothing to say before a handshake.
void Reactor::RefusePolitely(FileDescriptor socket) {
  ++counters_.refused;
  if (options_.open_transport) return;
  PlainTransport transport(std::move(socket));
  try {
    static_cast<void>(transport.Write(options_.connection.refuse(kTooMany)));
  } catch (const std::bad_alloc&) {  // it learns by the close alone
  }
  transport.ShutdownWrite();
}

// After a shortage: true when it is worth accepting again.
bool Reactor::FindDescriptor(const Listener& listener) {
  if (MakeRoom()) return true;
  if (!reserve_) return false;
  reserve_.Reset();
  sockaddr_storage peer{};
  if (FileDescriptor socket = Accept(listener, peer)) RefusePolitely(std::move(socket));
  reserve_ = OpenReserve();
  return static_cast<bool>(reserve_);
}

// Of the idle connections the one closest to its deadline goes, else of the unfinished ones.
bool Reactor::MakeRoom() {
  return Evict({Connection::Standing::kExpendable}) ||
         Evict({Connection::Standing::kUnfinished, Connection::Standing::kUnread});
}

// Closes the one closest to its deadline, if there is any.
bool Reactor::Evict(std::initializer_list<Connection::Standing> among) {
  std::optional<DeadlineQueue::Entry> first;
  for (const auto standing : among) {
    const auto entry = deadlines_.at(static_cast<std::size_t>(standing)).Earliest();
    if (entry && (!first || entry->when < first->when)) first = entry;
  }
  if (!first) return false;
  ++counters_.evicted;
  Close(connections_.find(first->key));
  return true;
}

void Reactor::StopAccepting() const {
  for (const Listener& listener : listeners_) {
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, listener.socket.get(), nullptr);
  }
}

void Reactor::PauseAccepting() {
  StopAccepting();
  accept_again_at_ = Clock::now() + kAcceptPause;
}

void Reactor::ResumeAccepting() {
  accept_again_at_.reset();
  if (!reserve_) reserve_ = OpenReserve();
  for (std::size_t i = 0; i < listeners_.size(); ++i) {
    if (Watch(listeners_[i].socket.get(), EPOLLIN, i + 1)) continue;
    PauseAccepting();
    return;
  }
}

void Reactor::OnSocket(ConnectionId id, std::uint32_t events) {
  const auto entry = connections_.find(id);
  if (entry == connections_.end()) return;
  // Reset, or closed in both directions: nobody is left to read a response.
  if (entry->second.handling() && (events & (EPOLLERR | EPOLLHUP)) != 0) {
    Close(entry);
    return;
  }
  Touch(entry, [](Connection&) {});
}

// Whatever one connection does, running out of memory included, must not hurt the others.
template <typename Action>
void Reactor::Touch(Connections::iterator entry, Action action) {
  try {
    {
      const Recount recount(unsent_bytes_, entry->second);
      action(entry->second);
      entry->second.Advance(scratch_);
    }
    Settle(entry);
  } catch (const std::bad_alloc&) {
    Close(entry);
  }
}

// Draws the consequences of what a connection has become.
void Reactor::Settle(Connections::iterator entry) {
  auto& [id, connection] = *entry;
  if (connection.closed() ||
      (stop_at_ && connection.standing() == Connection::Standing::kExpendable)) {
    Close(entry);
    return;
  }
  if (connection.handling()) {
    if (const auto request = connection.TakeRequest()) {
      connection.SetDeadline(sink_.OnRequest(id, std::move(*request)));
    }
  }
  for (DeadlineQueue& queue : deadlines_) queue.Clear(id);
  if (connection.deadline()) {
    deadlines_.at(static_cast<std::size_t>(connection.standing())).Set(id, *connection.deadline());
  }
}

void Reactor::Close(Connections::iterator entry) {
  const auto& [id, connection] = *entry;
  if (connection.handling()) sink_.OnGone(id);
  unsent_bytes_ -= connection.unsent_bytes();
  for (DeadlineQueue& queue : deadlines_) queue.Clear(id);
  connections_.erase(entry);
  --counters_.open;
}

void Reactor::TakeMessages() {
  bool stop_begins = false;
  {
    const std::lock_guard lock(mutex_);
    taken_answers_.swap(answers_);
    stop_begins = stop_asked_ && !stop_at_;
    stop_at_ = stop_asked_;
  }
  for (Answer& answer : taken_answers_) {
    const auto entry = connections_.find(answer.id);
    if (entry == connections_.end()) continue;
    Touch(entry, [&](Connection& connection) {
      connection.Respond(std::move(answer.bytes), answer.keep_alive && !stop_at_);
    });
    while (unsent_bytes_ > options_.max_unsent_bytes && Evict({Connection::Standing::kUnread})) {
    }
  }
  taken_answers_.clear();
  if (stop_begins) ApplyStop();
}

void Reactor::ExpireDeadlines() {
  const auto now = Clock::now();
  for (DeadlineQueue& queue : deadlines_) {
    for (auto due = queue.Earliest(); due && due->when <= now; due = queue.Earliest()) {
      const auto entry = connections_.find(due->key);
      if (!entry->second.handling()) {
        Touch(entry, [](Connection& connection) { connection.Expire(); });
        continue;
      }
      queue.Clear(due->key);
      entry->second.SetDeadline(std::nullopt);
      sink_.OnOverdue(due->key);
    }
  }
}

void Reactor::ApplyStop() {
  // A close is not enough where a service manager holds the same socket: it would be told of.
  StopAccepting();
  listeners_.clear();
  accept_again_at_.reset();
  for (auto entry = connections_.begin(); entry != connections_.end();) {
    const auto each = entry++;
    if (!each->second.handling() && !each->second.writing()) Close(each);
  }
}

}  // namespace stapling::exporter
