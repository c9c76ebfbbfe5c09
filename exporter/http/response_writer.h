// ResponseWriter: a Response as the bytes that go over the wire.
//
// cpp-httplib formats (status line, lengths, connection headers, no body for HEAD, compression).
// It never sees a byte that a client sent: it is given a request of our own making, so that what it
// does with hostile heads, ranges and targets does not matter here.
//
// Thread-safe: Write may run on any number of threads at once.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "exporter/http/message.h"

namespace stapling::exporter {

// What the form of a response depends on.
struct ResponseContext {
  bool head_request = false;  // headers only
  bool http_1_0 = false;
  bool keep_alive = true;
  bool accepts_gzip = false;
};

class ResponseWriter {
 public:
  // `idle_timeout` is told to clients in the Keep-Alive header.
  ResponseWriter(HeaderList default_headers, bool compress, std::chrono::seconds idle_timeout);
  ~ResponseWriter();
  ResponseWriter(const ResponseWriter&) = delete;
  ResponseWriter& operator=(const ResponseWriter&) = delete;

  // `imposed` headers stand in place of those of the same names.
  [[nodiscard]] std::string Write(const Response& response, const ResponseContext& context,
                                  const HeaderList& imposed = {}) const;

 private:
  class Formatter;
  const HeaderList default_headers_;
  const bool compress_;
  const std::unique_ptr<Formatter> formatter_;
};

// IMF-fixdate (RFC 9110 §5.6.7), whatever the locale.
[[nodiscard]] std::string HttpDate(std::chrono::system_clock::time_point time);

}  // namespace stapling::exporter
