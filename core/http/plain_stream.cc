#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "core/http/stream.h"
#include "core/net/connection.h"

namespace stapling {
namespace {

class PlainStream final : public Stream {
 public:
  PlainStream(FileDescriptor socket, Phase phase, Deadline deadline)
      : Stream(std::move(socket), phase, deadline) {}

  ssize_t Read(char* into, std::size_t size) override {
    // Also where octets are at hand: a peer that never stops must not go on for ever.
    while (!failure() && Wait(POLLIN)) {
      const ssize_t received = recv(socket(), into, size, 0);
      if (received >= 0) return received;
      if (errno != EAGAIN && errno != EINTR) Fail(ReasonOf(errno), std::strerror(errno));
    }
    return -1;
  }

  bool Write(std::string_view octets) override {
    while (!failure() && !octets.empty() && Wait(POLLOUT)) {
      const ssize_t sent = send(socket(), octets.data(), octets.size(), MSG_NOSIGNAL);
      if (sent >= 0) {
        octets.remove_prefix(static_cast<std::size_t>(sent));
      } else if (errno != EAGAIN && errno != EINTR) {
        Fail(ReasonOf(errno), std::strerror(errno));
      }
    }
    return !failure();
  }
};

}  // namespace

void Stream::Fail(Reason reason, std::string detail) {
  if (!failure_) failure_ = Failure{phase_, reason, std::move(detail)};
}

bool Stream::Wait(short events) {
  if (deadline_.Passed() || WaitFor(socket_.get(), events, deadline_) == Ready::kTimeout) {
    Fail(Reason::kTimeout,
         events == POLLIN ? "the peer did not say all" : "the peer takes no more");
  }
  return !failure_;
}

std::unique_ptr<Stream> MakePlainStream(FileDescriptor socket, Phase phase, Deadline deadline) {
  return std::make_unique<PlainStream>(std::move(socket), phase, deadline);
}

}  // namespace stapling
