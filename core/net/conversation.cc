#include "core/net/conversation.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "core/net/connection.h"
#include "core/x509/text.h"

namespace stapling {
namespace {

constexpr std::size_t kMaxQuoted = 200;

}  // namespace

void Conversation::Fail(Reason reason, std::string_view detail) {
  if (failure_) return;
  failure_ = Failure{phase_, reason, CleanText(detail.substr(0, kMaxQuoted))};
}

bool Conversation::Send(std::string_view text) {
  return Send(BytesView(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

bool Conversation::Send(BytesView bytes) {
  while (!failure_ && !bytes.empty()) {
    const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      if (WaitFor(socket_, POLLOUT, deadline_) == Ready::kTimeout) {
        Fail(Reason::kTimeout, "the peer takes no more");
      }
    } else if (errno != EINTR) {
      Fail(ReasonOf(errno), std::strerror(errno));
    }
  }
  return !failure_;
}

std::size_t Conversation::Peek(char* into, std::size_t size) {
  while (!failure_) {
    if (received_ == kMaxConversation) {
      Fail(Reason::kProtocolError, "the peer talks without end");
      break;
    }
    // Also where octets are at hand: a peer that sends one at a time must not go on for ever.
    if (deadline_.Passed() || WaitFor(socket_, POLLIN, deadline_) == Ready::kTimeout) {
      Fail(Reason::kTimeout, received_ == 0 ? "the peer said nothing" : "the peer fell silent");
      break;
    }
    const ssize_t seen =
        recv(socket_, into, std::min(size, kMaxConversation - received_), MSG_PEEK);
    if (seen > 0) return static_cast<std::size_t>(seen);
    if (seen == 0) {
      Fail(Reason::kClosed, "the peer closed the connection");
    } else if (errno != EAGAIN && errno != EINTR) {
      Fail(ReasonOf(errno), std::strerror(errno));
    }
  }
  return 0;
}

void Conversation::Take(std::size_t size) {
  std::array<char, 1024> sink{};
  received_ += size;
  while (size > 0) {
    const ssize_t taken = recv(socket_, sink.data(), std::min(size, sink.size()), 0);
    if (taken <= 0) return;  // the next look at the socket tells why
    size -= static_cast<std::size_t>(taken);
  }
}

std::optional<std::string> Conversation::ReadUntil(char end) {
  std::string text;
  std::array<char, 1024> seen{};
  while (const std::size_t size = Peek(seen.data(), seen.size())) {
    const std::string_view chunk(seen.data(), size);
    const std::size_t at = chunk.find(end);
    const std::size_t wanted = at == std::string_view::npos ? size : at + 1;
    text += chunk.substr(0, wanted);
    Take(wanted);
    if (at != std::string_view::npos) return text;
  }
  return std::nullopt;
}

std::optional<std::string> Conversation::ReadLine() {
  auto line = ReadUntil('\n');
  if (!line) return std::nullopt;
  line->pop_back();
  if (line->ends_with('\r')) line->pop_back();
  return line;
}

std::optional<Bytes> Conversation::ReadExactly(std::size_t size) {
  Bytes bytes;
  std::array<char, 1024> seen{};
  while (bytes.size() < size) {
    const std::size_t here = Peek(seen.data(), std::min(seen.size(), size - bytes.size()));
    if (here == 0) return std::nullopt;
    bytes.insert(bytes.end(), seen.begin(), seen.begin() + static_cast<std::ptrdiff_t>(here));
    Take(here);
  }
  return bytes;
}

bool Conversation::Pending() const {
  char octet = 0;
  return recv(socket_, &octet, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

}  // namespace stapling
