#include "tests/exporter/http/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>

namespace stapling::testing {
namespace {

// The digits at the front; 0 without any.
std::size_t ParseNumber(std::string_view text) {
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

std::string Reply::Header(const std::string& lower_case_name) const {
  const auto found = headers.find(lower_case_name);
  return found == headers.end() ? "" : found->second;
}

Client::Client(std::uint16_t port, int receive_buffer)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (receive_buffer > 0) {
    setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
  }
  const timeval ten_seconds{.tv_sec = 10, .tv_usec = 0};
  setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &ten_seconds, sizeof(ten_seconds));
  setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &ten_seconds, sizeof(ten_seconds));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  connected_ =
      connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
}

bool Client::Send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t count = send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool Client::SendGet(std::string_view path, std::string_view header_lines) const {
  return Send("GET " + std::string(path) + " HTTP/1.1\r\nHost: test\r\n" +
              std::string(header_lines) + "\r\n");
}

std::optional<Reply> Client::Receive(bool to_head) {
  std::size_t end = 0;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!Fill()) return std::nullopt;
  }
  Reply reply;
  std::string_view head = std::string_view(received_).substr(0, end + 2);
  if (!head.starts_with("HTTP/1.1 ")) return std::nullopt;
  reply.status = static_cast<int>(ParseNumber(std::string_view(received_).substr(9)));
  head.remove_prefix(head.find("\r\n") + 2);
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find("\r\n"));
    const std::size_t colon = line.find(": ");
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    reply.headers.emplace(name, line.substr(colon + 2));
    head.remove_prefix(line.size() + 2);
  }
  received_.erase(0, end + 4);
  if (to_head || reply.status == 100) return reply;
  const std::size_t length = ParseNumber(reply.Header("content-length"));
  while (received_.size() < length) {
    if (!Fill()) return std::nullopt;
  }
  reply.body = received_.substr(0, length);
  received_.erase(0, length);
  return reply;
}

std::optional<Reply> Client::Get(std::string_view path) {
  if (!SendGet(path)) return std::nullopt;
  return Receive();
}

bool Client::Closed() {
  if (!received_.empty()) return false;
  std::array<char, 1> byte{};
  const ssize_t count = recv(socket_.get(), byte.data(), byte.size(), 0);
  return count == 0 || (count < 0 && errno == ECONNRESET);
}

void Client::ShutdownWrite() const { shutdown(socket_.get(), SHUT_WR); }

void Client::Reset() {
  const linger now{.l_onoff = 1, .l_linger = 0};
  setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  socket_.Reset();
}

bool Client::Fill() {
  std::array<char, 65536> buffer{};
  const ssize_t count = recv(socket_.get(), buffer.data(), buffer.size(), 0);
  if (count <= 0) return false;
  received_.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

}  // namespace stapling::testing
