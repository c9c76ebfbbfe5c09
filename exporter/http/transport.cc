#include "exporter/http/transport.h"

#include <sys/socket.h>

#include <cerrno>

namespace stapling::exporter {
namespace {

IoResult FromErrno() {
  const bool retry = errno == EAGAIN || errno == EWOULDBLOCK;
  return {retry ? IoResult::Status::kWouldBlock : IoResult::Status::kClosed};
}

}  // namespace

IoResult PlainTransport::Read(std::span<char> buffer) {
  ssize_t count = 0;
  do {
    count = recv(socket_.get(), buffer.data(), buffer.size(), 0);
  } while (count < 0 && errno == EINTR);
  if (count < 0) return FromErrno();
  if (count == 0) return {IoResult::Status::kClosed};
  return {IoResult::Status::kDone, static_cast<std::size_t>(count)};
}

IoResult PlainTransport::Write(std::string_view bytes) {
  ssize_t count = 0;
  do {
    count = send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  } while (count < 0 && errno == EINTR);
  if (count < 0) return FromErrno();
  return {IoResult::Status::kDone, static_cast<std::size_t>(count)};
}

void PlainTransport::ShutdownWrite() { shutdown(socket_.get(), SHUT_WR); }

}  // namespace stapling::exporter
