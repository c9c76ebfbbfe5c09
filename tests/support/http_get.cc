#include "tests/support/http_get.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <sstream>
#include <string_view>

#include "tests/support/socket.h"

namespace stapling::testing {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kEndOfLine = "\r\n";
constexpr std::string_view kEndOfHead = "\r\n\r\n";

std::string Encode(const HttpRequest& request, bool keep_connection) {
  std::ostringstream text;
  text << request.method << ' ' << request.path
       << " HTTP/1.1\r\nHost: " << HostPort(request.address, request.port) << "\r\n";
  if (!keep_connection) text << "Connection: close\r\n";
  for (const auto& [name, value] : request.headers) text << name << ": " << value << "\r\n";
  if (request.method == "POST" || request.method == "PUT" || !request.body.empty()) {
    text << "Content-Length: " << request.body.size() << "\r\n";
  }
  text << "\r\n" << request.body;
  return text.str();
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

template <typename Number>
std::optional<Number> ParseNumber(std::string_view text, int base = 10) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return number;
}

// Nothing unless `head` starts with a status line.
std::optional<HttpResponse> ParseHead(std::string_view head) {
  constexpr std::string_view kVersion = "HTTP/1.";
  if (!head.starts_with(kVersion) || head.size() < kVersion.size() + 5) return std::nullopt;
  const auto status = ParseNumber<int>(head.substr(kVersion.size() + 2, 3));
  if (!status) return std::nullopt;
  HttpResponse response{.status = *status};
  for (std::size_t at = head.find(kEndOfLine); at != std::string_view::npos;) {
    const std::size_t start = at + kEndOfLine.size();
    at = head.find(kEndOfLine, start);
    const std::string_view line = head.substr(start, at - start);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    response.headers[LowerCase(line.substr(0, colon))] = Trim(line.substr(colon + 1));
  }
  return response;
}

// The decoded body; nothing while the last chunk is not there yet (RFC 9112 §7.1).
std::optional<std::string> Dechunk(std::string_view raw) {
  std::string body;
  while (true) {
    const std::size_t line_end = raw.find(kEndOfLine);
    if (line_end == std::string_view::npos) return std::nullopt;
    const auto size = ParseNumber<std::size_t>(raw.substr(0, line_end), 16);
    if (!size) return std::nullopt;
    if (*size == 0) return body;
    raw.remove_prefix(line_end + kEndOfLine.size());
    if (raw.size() < *size + kEndOfLine.size()) return std::nullopt;
    body += raw.substr(0, *size);
    raw.remove_prefix(*size + kEndOfLine.size());
  }
}

// The response in what was received so far, if it is all there.
std::optional<HttpResponse> Complete(std::string_view received, bool at_end, bool has_body) {
  const std::size_t head_end = received.find(kEndOfHead);
  if (head_end == std::string_view::npos) return std::nullopt;
  std::optional<HttpResponse> response = ParseHead(received.substr(0, head_end));
  if (!response) return std::nullopt;
  const std::string_view rest = received.substr(head_end + kEndOfHead.size());
  if (!has_body || response->status == 204 || response->status == 304) return response;

  const auto& headers = response->headers;
  if (const auto coding = headers.find("transfer-encoding"); coding != headers.end()) {
    std::optional<std::string> body = Dechunk(rest);
    if (!body) return std::nullopt;
    response->body = std::move(*body);
    return response;
  }
  if (const auto length = headers.find("content-length"); length != headers.end()) {
    const auto size = ParseNumber<std::size_t>(length->second);
    if (!size || rest.size() < *size) return std::nullopt;
    response->body = rest.substr(0, *size);
    return response;
  }
  if (!at_end) return std::nullopt;
  response->body = rest;
  return response;
}

// Until `end`.
Result<HttpResponse> Exchange(const Socket& socket, const HttpRequest& request,
                              bool keep_connection, Clock::time_point end) {
  const auto fail = [&](const std::string& why) {
    return Error{HostPort(request.address, request.port).append(request.path) + ": " + why};
  };
  const std::string text = Encode(request, keep_connection);
  SendAll(socket.get(), reinterpret_cast<const std::uint8_t*>(text.data()), text.size());

  std::string received;
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    pollfd readable{.fd = socket.get(), .events = POLLIN, .revents = 0};
    if (left.count() <= 0 || poll(&readable, 1, static_cast<int>(left.count())) == 0) {
      return fail("no complete response in time; so far: " + received);
    }
    std::array<char, 16384> chunk{};
    const ssize_t size = recv(socket.get(), chunk.data(), chunk.size(), 0);
    if (size > 0) received.append(chunk.data(), static_cast<std::size_t>(size));
    if (auto response = Complete(received, size == 0, request.method != "HEAD")) {
      return std::move(*response);
    }
    if (size < 0) return fail(std::strerror(errno));
    if (size == 0) return fail("the response is not complete: " + received);
  }
}

}  // namespace

Result<HttpResponse> SendHttp(const HttpRequest& request) {
  const Clock::time_point end = Clock::now() + request.timeout;
  const Result<Socket> socket = ConnectTcp(request.address, request.port, request.timeout);
  if (!socket) return Error{socket.error()};
  return Exchange(*socket, request, false, end);
}

Result<HttpResponse> SendHttp(const Socket& connection, const HttpRequest& request) {
  return Exchange(connection, request, true, Clock::now() + request.timeout);
}

Result<HttpResponse> HttpGet(std::uint16_t port, const std::string& path) {
  return SendHttp({.port = port, .path = path});
}

std::string UrlEncode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (std::isalnum(octet) != 0 || std::strchr("-._~", c) != nullptr) {
      encoded += c;
    } else {
      encoded += {'%', kHex[octet >> 4], kHex[octet & 0xf]};
    }
  }
  return encoded;
}

}  // namespace stapling::testing
