// A scraper: sends to the byte what Prometheus sends, one scrape after the other over a connection
// that it keeps alive.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "core/result.h"
#include "tests/support/socket.h"

namespace stapling::bench {

struct Page {
  int status = 0;
  std::string body;  // as it was before it was compressed
};

// Not safe from several threads.
class Scraper {
 public:
  // At 127.0.0.1:`port`. The timeout is what the exporter is told; the scraper waits a bit longer.
  explicit Scraper(std::uint16_t port, std::chrono::seconds timeout = std::chrono::seconds(10))
      : port_(port), timeout_(timeout) {}

  // Connects again where the server has closed the connection meanwhile.
  Result<Page> Get(const std::string& path);

  // The two halves of Get: ask, and wait for the answer.
  [[nodiscard]] bool Send(const std::string& path);
  Result<Page> Receive();

 private:
  std::uint16_t port_;
  std::chrono::seconds timeout_;
  testing::Socket socket_;
};

}  // namespace stapling::bench
