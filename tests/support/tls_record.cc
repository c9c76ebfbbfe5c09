#include "tests/support/tls_record.h"

#include <sys/socket.h>

#include <array>

namespace stapling::testing {
namespace {

bool ReadExactly(int fd, std::uint8_t* data, std::size_t size) {
  return recv(fd, data, size, MSG_WAITALL) == static_cast<ssize_t>(size);
}

}  // namespace

std::optional<Bytes> ReadRecord(int fd) {
  std::array<std::uint8_t, 5> header{};
  if (!ReadExactly(fd, header.data(), header.size())) return std::nullopt;
  Bytes body(static_cast<std::size_t>((header[3] << 8) | header[4]));
  if (!ReadExactly(fd, body.data(), body.size())) return std::nullopt;
  return body;
}

}  // namespace stapling::testing
