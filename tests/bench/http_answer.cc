#include "tests/bench/http_answer.h"

#include <strings.h>
#include <sys/socket.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

namespace stapling::bench {
namespace {

// What came so far, and more when it is asked for.
class Incoming {
 public:
  explicit Incoming(int fd) : fd_(fd) {}

  // Up to `end`, which is taken away and not returned. Nothing when the connection ends first.
  std::optional<std::string> Until(std::string_view end) {
    std::size_t at = 0;
    while ((at = buffer_.find(end)) == std::string::npos) {
      if (!More()) return std::nullopt;
    }
    std::string taken = buffer_.substr(0, at);
    buffer_.erase(0, at + end.size());
    return taken;
  }

  std::optional<std::string> Exactly(std::size_t size) {
    while (buffer_.size() < size) {
      if (!More()) return std::nullopt;
    }
    std::string taken = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return taken;
  }

 private:
  bool More() {
    std::array<char, 16384> piece{};
    const ssize_t size = recv(fd_, piece.data(), piece.size(), 0);
    if (size <= 0) return false;
    buffer_.append(piece.data(), static_cast<std::size_t>(size));
    return true;
  }

  int fd_;
  std::string buffer_;
};

// The value of a header, the name in any case; empty without it.
std::string_view Header(std::string_view head, std::string_view name) {
  for (std::size_t line = head.find("\r\n"); line != std::string_view::npos;
       line = head.find("\r\n", line + 2)) {
    std::string_view rest = head.substr(line + 2);
    if (rest.size() <= name.size() || rest[name.size()] != ':' ||
        strncasecmp(rest.data(), name.data(), name.size()) != 0) {
      continue;
    }
    rest = rest.substr(name.size() + 1, rest.find("\r\n") - name.size() - 1);
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    return rest;
  }
  return {};
}

std::optional<std::size_t> Number(std::string_view digits, int base) {
  std::size_t number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  if (read.ec != std::errc{}) return std::nullopt;
  return number;
}

std::optional<std::string> Chunks(Incoming& incoming) {
  std::string body;
  for (;;) {
    const auto line = incoming.Until("\r\n");
    const auto size = line ? Number(*line, 16) : std::nullopt;
    if (!size) return std::nullopt;
    const auto chunk = incoming.Exactly(*size + 2);
    if (!chunk) return std::nullopt;
    if (*size == 0) return body;
    body.append(*chunk, 0, *size);
  }
}

std::optional<std::string> Unzip(const std::string& packed) {
  constexpr int kGzip = 16 + MAX_WBITS;
  z_stream stream{};
  if (inflateInit2(&stream, kGzip) != Z_OK) return std::nullopt;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string body;
  std::array<char, 65536> piece{};
  int status = Z_OK;
  while (status == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = piece.size();
    status = inflate(&stream, Z_NO_FLUSH);
    body.append(piece.data(), piece.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (status != Z_STREAM_END) return std::nullopt;
  return body;
}

std::optional<std::string> Body(Incoming& incoming, std::string_view head) {
  if (Header(head, "Transfer-Encoding") == "chunked") return Chunks(incoming);
  const auto size = Number(Header(head, "Content-Length"), 10);
  return size ? incoming.Exactly(*size) : std::nullopt;
}

}  // namespace

Result<HttpAnswer> ReadAnswer(int fd) {
  const Error broken{"the answer did not come, or not whole"};
  Incoming incoming(fd);
  const auto head = incoming.Until("\r\n\r\n");
  constexpr std::size_t kStatus = sizeof "HTTP/1.1";
  if (!head || head->size() < kStatus + 3) return broken;
  const auto status = Number(std::string_view(*head).substr(kStatus, 3), 10);
  auto body = Body(incoming, *head);
  if (!status || !body) return broken;
  if (Header(*head, "Content-Encoding") == "gzip") body = Unzip(*body);
  if (!body) return Error{"the answer's gzip is broken"};
  return HttpAnswer{.status = static_cast<int>(*status),
                    .keep_alive = Header(*head, "Connection") != "close",
                    .body = *std::move(body)};
}

}  // namespace stapling::bench
