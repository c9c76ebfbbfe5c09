#include "tests/support/dns_server.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "tests/support/bytes.h"
#include "tests/support/socket.h"

namespace stapling::testing {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::uint16_t kTypeA = 1;
constexpr std::uint16_t kTypeAaaa = 28;
constexpr std::uint16_t kClassIn = 1;
// Response codes (RFC 1035 §4.1.1).
constexpr std::uint8_t kNoError = 0;
constexpr std::uint8_t kServFail = 2;
constexpr std::uint8_t kNxDomain = 3;

struct Question {
  std::string name;  // lower case, no final dot
  std::uint16_t type = 0;
  std::size_t end = 0;  // where it ends in the query
};

std::uint16_t ReadUint16(const Bytes& from, std::size_t at) {
  return static_cast<std::uint16_t>((from[at] << 8) | from[at + 1]);
}

void AppendUint16(Bytes& to, std::size_t value) {
  to.push_back(static_cast<std::uint8_t>(value >> 8));
  to.push_back(static_cast<std::uint8_t>(value & 0xff));
}

void AppendUint32(Bytes& to, std::uint32_t value) {
  AppendUint16(to, value >> 16);
  AppendUint16(to, value & 0xffff);
}

// The first question. Nothing if the query is cut short or its name compressed.
std::optional<Question> ParseQuestion(const Bytes& query) {
  Question question;
  std::size_t at = kHeader;
  while (at < query.size() && query[at] != 0) {
    const std::size_t size = query[at];
    if (size > 63 || at + 1 + size >= query.size()) return std::nullopt;
    if (!question.name.empty()) question.name += '.';
    for (std::size_t i = at + 1; i <= at + size; ++i) {
      question.name += static_cast<char>(std::tolower(query[i]));
    }
    at += 1 + size;
  }
  if (at + 5 > query.size()) return std::nullopt;
  question.type = ReadUint16(query, at + 1);
  question.end = at + 5;
  return question;
}

// The address's octets if it is of the asked family.
Bytes AddressOctets(std::uint16_t type, const std::string& literal) {
  std::array<std::uint8_t, 16> octets{};
  const int family = type == kTypeA ? AF_INET : AF_INET6;
  if (inet_pton(family, literal.c_str(), octets.data()) != 1) return {};
  return {octets.begin(), octets.begin() + (family == AF_INET ? 4 : 16)};
}

// Header, the question as it came, one record for each address.
Bytes EncodeAnswer(const Bytes& query, const Question& question, std::uint8_t code,
                   const std::vector<Bytes>& addresses, std::uint32_t ttl) {
  Bytes answer(query.begin(), query.begin() + 2);                         // ID
  answer.push_back(static_cast<std::uint8_t>(0x84 | (query[2] & 0x01)));  // QR, AA, RD as asked
  answer.push_back(static_cast<std::uint8_t>(0x80 | code));               // RA
  AppendUint16(answer, 1);
  AppendUint16(answer, addresses.size());
  AppendUint32(answer, 0);  // no authority, nothing additional
  const Bytes asked(query.begin() + kHeader,
                    query.begin() + static_cast<std::ptrdiff_t>(question.end));
  Append(answer, asked);
  for (const Bytes& address : addresses) {
    Append(answer, Bytes(asked.begin(), asked.end() - 4));  // the name, without compression
    AppendUint16(answer, question.type);
    AppendUint16(answer, kClassIn);
    AppendUint32(answer, ttl);
    AppendUint16(answer, address.size());
    Append(answer, address);
  }
  return answer;
}

}  // namespace

class DnsServer::Impl {
 public:
  Impl(DnsServerOptions options, Socket socket)
      : options_(std::move(options)),
        names_(Fixed(options_.names)),
        socket_(std::move(socket)),
        stop_(eventfd(0, EFD_CLOEXEC)),
        thread_([this] { Loop(); }) {}

  ~Impl() {
    eventfd_write(stop_.get(), 1);
    thread_.join();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  [[nodiscard]] std::uint16_t port() const { return LocalPort(socket_); }

  void SetTurns(const std::string& name, std::vector<std::vector<std::string>> turns) {
    const std::lock_guard lock(mutex_);
    names_[name] = std::move(turns);
  }

  [[nodiscard]] std::size_t Queries() const {
    const std::lock_guard lock(mutex_);
    std::size_t sum = 0;
    for (const auto& [name, count] : queries_) sum += count;
    return sum;
  }

  [[nodiscard]] std::size_t QueriesFor(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto found = queries_.find(name);
    return found != queries_.end() ? found->second : 0;
  }

 private:
  using Turns = std::vector<std::vector<std::string>>;  // the next one first

  static std::map<std::string, Turns> Fixed(
      const std::map<std::string, std::vector<std::string>>& names) {
    std::map<std::string, Turns> fixed;
    for (const auto& [name, addresses] : names) fixed[name] = {addresses};
    return fixed;
  }

  void Loop() {
    while (true) {
      std::array<pollfd, 2> events{{{.fd = stop_.get(), .events = POLLIN, .revents = 0},
                                    {.fd = socket_.get(), .events = POLLIN, .revents = 0}}};
      poll(events.data(), events.size(), -1);
      if (events[0].revents != 0) return;
      if (events[1].revents != 0) AnswerOne();
    }
  }

  void AnswerOne() {
    Bytes query(4096);
    sockaddr_storage from{};
    socklen_t from_size = sizeof from;
    auto* const peer = reinterpret_cast<sockaddr*>(&from);
    const ssize_t size =
        recvfrom(socket_.get(), query.data(), query.size(), MSG_DONTWAIT, peer, &from_size);
    if (size < static_cast<ssize_t>(kHeader)) return;
    query.resize(static_cast<std::size_t>(size));
    const std::optional<Question> question = ParseQuestion(query);
    if (!question) return;
    {
      const std::lock_guard lock(mutex_);
      ++queries_[question->name];
    }
    if (const std::optional<Bytes> answer = Answer(query, *question)) {
      sendto(socket_.get(), answer->data(), answer->size(), 0, peer, from_size);
    }
  }

  // Nothing for a name that is not there.
  [[nodiscard]] std::optional<std::vector<std::string>> NextAddressesOf(const std::string& name) {
    const std::lock_guard lock(mutex_);
    const auto found = names_.find(name);
    if (found == names_.end()) return std::nullopt;
    Turns& turns = found->second;
    std::ranges::rotate(turns, turns.begin() + 1);
    return turns.back();
  }

  // Nothing: stay silent.
  [[nodiscard]] std::optional<Bytes> Answer(const Bytes& query, const Question& question) {
    if (options_.answer_nothing || options_.silent.contains(question.name)) return std::nullopt;
    const auto encode = [&](std::uint8_t code, const std::vector<Bytes>& addresses = {}) {
      return EncodeAnswer(query, question, code, addresses, options_.ttl);
    };
    if (options_.servfail.contains(question.name)) return encode(kServFail);
    const auto literals = NextAddressesOf(question.name);
    if (!literals) return encode(kNxDomain);
    std::vector<Bytes> addresses;
    if (question.type == kTypeA || question.type == kTypeAaaa) {
      for (const std::string& literal : *literals) {
        Bytes octets = AddressOctets(question.type, literal);
        if (!octets.empty()) addresses.push_back(std::move(octets));
      }
    }
    return encode(kNoError, addresses);
  }

  const DnsServerOptions options_;
  mutable std::mutex mutex_;
  std::map<std::string, Turns> names_;          // guarded by mutex_
  std::map<std::string, std::size_t> queries_;  // guarded by mutex_
  const Socket socket_;
  const Socket stop_;
  std::thread thread_;  // last: it uses all of the above
};

Result<std::unique_ptr<DnsServer>> DnsServer::Start(DnsServerOptions options) {
  Result<Socket> socket = BindUdp(options.address, options.port);
  if (!socket) return Error{socket.error()};
  auto impl = std::make_unique<Impl>(std::move(options), std::move(socket).value());
  return std::unique_ptr<DnsServer>(new DnsServer(std::move(impl)));
}

DnsServer::DnsServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

DnsServer::~DnsServer() = default;

std::uint16_t DnsServer::port() const { return impl_->port(); }

void DnsServer::SetAddresses(const std::string& name, std::vector<std::string> addresses) {
  impl_->SetTurns(name, {std::move(addresses)});
}

void DnsServer::SetTurns(const std::string& name, std::vector<std::vector<std::string>> turns) {
  impl_->SetTurns(name, std::move(turns));
}

std::size_t DnsServer::Queries() const { return impl_->Queries(); }

std::size_t DnsServer::QueriesFor(const std::string& name) const { return impl_->QueriesFor(name); }

}  // namespace stapling::testing
