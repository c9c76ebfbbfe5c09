#include "tests/support/rude_target.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace stapling::testing {
namespace {

constexpr const char* kLoopback = "127.0.0.1";
constexpr std::size_t kMaxConnections = 64;
constexpr std::size_t kFloodOctets = 100'000'000;
constexpr std::size_t kFloodChunk = 65536;
constexpr std::size_t kGarbage = 4096;
constexpr std::size_t kRecordHeader = 5;

constexpr std::array kAttacks{
    AttackInfo{Attack::kSilence, "silence", false},
    AttackInfo{Attack::kDrip, "drip", false},
    AttackInfo{Attack::kReset, "reset", false},
    AttackInfo{Attack::kClose, "close", false},
    AttackInfo{Attack::kGarbage, "garbage", false},
    AttackInfo{Attack::kNoiseFlood, "noise_flood", true},
    AttackInfo{Attack::kHelloRequestFlood, "hello_request_flood", true},
    AttackInfo{Attack::kCipherChangeFlood, "cipher_change_flood", true},
    AttackInfo{Attack::kWarningFlood, "warning_flood", true},
    AttackInfo{Attack::kEmptyRecordFlood, "empty_record_flood", true},
};

// The octets of one side, cut into TLS records (RFC 8446 section 5.1).
class Records {
 public:
  // False if the peer is gone.
  bool Read(int fd) {
    std::array<std::uint8_t, 16384> chunk{};
    const ssize_t size = recv(fd, chunk.data(), chunk.size(), 0);
    if (size > 0) octets_.insert(octets_.end(), chunk.begin(), chunk.begin() + size);
    return size > 0;
  }

  [[nodiscard]] std::optional<std::size_t> NextSize() const {
    if (octets_.size() < kRecordHeader) return std::nullopt;
    const std::size_t size = kRecordHeader + (octets_[3] * 256U + octets_[4]);
    return size <= octets_.size() ? std::optional(size) : std::nullopt;
  }

  Bytes Take(std::size_t size) {
    const auto end = octets_.begin() + static_cast<std::ptrdiff_t>(size);
    Bytes taken(octets_.begin(), end);
    octets_.erase(octets_.begin(), end);
    return taken;
  }

  Bytes TakeAll() { return std::exchange(octets_, {}); }

 private:
  Bytes octets_;
};

// Until the client goes. What it sends meanwhile is thrown away.
void Drain(int fd) {
  std::array<std::uint8_t, 4096> ignored{};
  while (recv(fd, ignored.data(), ignored.size(), 0) > 0) {
  }
}

bool AwaitText(int fd, const std::string& text) {
  std::string seen;
  std::array<char, 1024> chunk{};
  while (seen.find(text) == std::string::npos) {
    const ssize_t size = recv(fd, chunk.data(), chunk.size(), 0);
    if (size <= 0) return false;
    seen.append(chunk.data(), static_cast<std::size_t>(size));
  }
  return true;
}

bool Converse(int fd, const std::vector<Turn>& turns) {
  return std::ranges::all_of(turns, [&](const Turn& turn) {
    return (turn.await.empty() || AwaitText(fd, turn.await)) && SendAll(fd, ToBytes(turn.say));
  });
}

// Lets both sides talk up to the plan's point; what the server said beyond it. Nothing if one of
// the two goes first.
std::optional<Bytes> PassUpToThePoint(int client, int server, const RudePlan& plan) {
  Records from_client;
  Records from_server;
  std::size_t client_records = 0;
  std::size_t server_records = 0;
  for (;;) {
    while (const auto size = from_client.NextSize()) {
      if (!SendAll(server, from_client.Take(*size))) return std::nullopt;
      ++client_records;
    }
    auto next = from_server.NextSize();
    for (; next && server_records < plan.server_records; next = from_server.NextSize()) {
      if (!SendAll(client, from_server.Take(*next))) return std::nullopt;
      ++server_records;
    }
    if (server_records == plan.server_records && client_records >= plan.client_records &&
        (next || !plan.more_due)) {
      if (plan.half_record && next && !SendAll(client, from_server.Take(*next / 2))) {
        return std::nullopt;
      }
      return from_server.TakeAll();
    }
    std::array<pollfd, 2> readable{{{.fd = client, .events = POLLIN, .revents = 0},
                                    {.fd = server, .events = POLLIN, .revents = 0}}};
    poll(readable.data(), readable.size(), -1);
    if (readable[0].revents != 0 && !from_client.Read(client)) return std::nullopt;
    if (readable[1].revents != 0 && !from_server.Read(server)) return std::nullopt;
  }
}

Bytes Record(std::uint8_t type, const Bytes& body) {
  Bytes record{type, 3, 3, static_cast<std::uint8_t>(body.size() >> 8U),
               static_cast<std::uint8_t>(body.size() & 0xFFU)};
  record.insert(record.end(), body.begin(), body.end());
  return record;
}

// About a chunk of whole records, or of noise.
Bytes FloodChunk(Attack attack) {
  constexpr std::uint8_t kCipherChange = 20;
  constexpr std::uint8_t kAlert = 21;
  constexpr std::uint8_t kHandshake = 22;
  constexpr std::uint8_t kWarning = 1;
  constexpr std::uint8_t kUserCanceled = 90;
  Bytes record;
  if (attack == Attack::kHelloRequestFlood) record = Record(kHandshake, Bytes(16384, 0));
  if (attack == Attack::kCipherChangeFlood) record = Record(kCipherChange, {1});
  if (attack == Attack::kWarningFlood) record = Record(kAlert, {kWarning, kUserCanceled});
  if (attack == Attack::kEmptyRecordFlood) record = Record(kHandshake, {});
  if (record.empty()) return Noise(kFloodChunk);
  Bytes chunk;
  while (chunk.size() < kFloodChunk) Append(chunk, record);
  return chunk;
}

void Flood(int fd, Attack attack) {
  const Bytes chunk = FloodChunk(attack);
  for (std::size_t sent = 0; sent < kFloodOctets; sent += chunk.size()) {
    if (!SendAll(fd, chunk)) return;
  }
}

}  // namespace

std::span<const AttackInfo> Attacks() { return kAttacks; }

const AttackInfo& Describe(Attack attack) { return kAttacks.at(static_cast<std::size_t>(attack)); }

Result<std::unique_ptr<RudeTarget>> RudeTarget::Start(RudePlan plan) {
  Result<Socket> listener = ListenTcp(kLoopback, 0);
  if (!listener) return Error{listener.error()};
  return std::unique_ptr<RudeTarget>(new RudeTarget(std::move(plan), std::move(listener).value()));
}

RudeTarget::RudeTarget(RudePlan plan, Socket listener)
    : plan_(std::move(plan)),
      pool_(std::move(listener), kMaxConnections,
            [this](const Socket& client, std::size_t /*number*/) { Serve(client); }) {}

std::string RudeTarget::Target() const { return HostPort(kLoopback, port()); }

void RudeTarget::Serve(const Socket& client) const {
  if (!Converse(client.get(), plan_.prologue)) return;
  if (plan_.upstream_port == 0) return Do(client, ToBytes(plan_.due));
  const Result<Socket> server = ConnectTcp(kLoopback, plan_.upstream_port);
  if (!server) return;
  if (const auto due = PassUpToThePoint(client.get(), server->get(), plan_)) Do(client, *due);
}

void RudeTarget::Do(const Socket& client, const Bytes& due) const {
  const int fd = client.get();
  switch (plan_.attack) {
    case Attack::kSilence:
      break;
    case Attack::kDrip: {
      Bytes octets = due;
      Append(octets, Noise(kGarbage));
      for (std::size_t i = 0; i < octets.size(); ++i) {
        if (!SendAll(fd, &octets[i], 1) || pool_.WaitForStop(plan_.gap)) return;
      }
      break;
    }
    case Attack::kReset:
      return client.ResetOnClose();
    case Attack::kClose:
      // Closing with unread octets would send RST. What the client still says is read first.
      shutdown(fd, SHUT_WR);
      break;
    case Attack::kGarbage:
      SendAll(fd, Noise(kGarbage));
      break;
    default:
      Flood(fd, plan_.attack);
      break;
  }
  Drain(fd);
}

}  // namespace stapling::testing
