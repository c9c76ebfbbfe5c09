// Request and Response: what a handler gets and gives. Plain values, no I/O, no HTTP library.
//
// A Request was parsed from bytes that any client may send: its framing is valid (RFC 9112), its
// strings are not judged further and may hold any byte, NUL included. Bodies are read and dropped
// before the handler runs; no handler sees one.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stapling::exporter {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;  // as sent: GET, HEAD, POST, ...
  std::string target;  // as sent: path and query, still encoded
  std::string path;    // percent-decoded, without the query
  // Decoded ('+' is a space), in the order sent, duplicates kept. `a=b=c` is {a, "b=c"}; `a` is
  // {a, ""}; empty pairs are dropped.
  std::vector<std::pair<std::string, std::string>> query;
  HeaderList headers;          // as sent, values without surrounding white space
  std::string remote_address;  // 192.0.2.1:4711 or [2001:db8::1]:4711
  // When it had come whole. What it waits for its turn, it has already waited.
  std::chrono::steady_clock::time_point received = std::chrono::steady_clock::now();

  // The first header of that name, letter case ignored.
  [[nodiscard]] std::optional<std::string_view> Header(std::string_view name) const;

  // All values of that query key, in order.
  [[nodiscard]] std::vector<std::string_view> QueryValues(std::string_view key) const;
};

// Content-Length, Connection, Keep-Alive and Date are the server's; do not set them. A header whose
// value holds CR or LF is dropped, so nothing that a client sent can forge one.
struct Response {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  HeaderList headers;
  std::string body;
};

// A text response of one sentence; a newline is added.
[[nodiscard]] Response TextResponse(int status, std::string_view sentence);

}  // namespace stapling::exporter
