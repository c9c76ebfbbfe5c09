#include "tests/bench/scraper.h"

#include <sys/socket.h>

#include <utility>

#include "tests/bench/http_answer.h"

namespace stapling::bench {
namespace {

using testing::Socket;

// As version 3 of Prometheus sends them. An exporter cannot tell this scraper from it.
std::string RequestFor(const std::string& path, std::uint16_t port, std::chrono::seconds timeout) {
  return "GET " + path + " HTTP/1.1\r\nHost: " + testing::HostPort("127.0.0.1", port) +
         "\r\nUser-Agent: Prometheus/3.0.0\r\n"
         "Accept: application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
         "application/openmetrics-text;version=0.0.1;q=0.5,"
         "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,"
         "*/*;q=0.2\r\n"
         "Accept-Encoding: gzip\r\nX-Prometheus-Scrape-Timeout-Seconds: " +
         std::to_string(timeout.count()) + "\r\n\r\n";
}

}  // namespace

bool Scraper::Send(const std::string& path) {
  if (!socket_.valid()) {
    auto connected = testing::ConnectTcp("127.0.0.1", port_);
    if (!connected) return false;
    socket_ = std::move(connected).value();
    const timeval patience{.tv_sec = timeout_.count() + 5, .tv_usec = 0};
    setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  return testing::SendAll(socket_.get(), testing::ToBytes(RequestFor(path, port_, timeout_)));
}

Result<Page> Scraper::Receive() {
  Result<HttpAnswer> answer = ReadAnswer(socket_.get());
  if (!answer) {
    socket_.Close();
    return Error{answer.error()};
  }
  if (!answer->keep_alive) socket_.Close();
  return Page{answer->status, std::move(answer.value().body)};
}

Result<Page> Scraper::Get(const std::string& path) {
  const bool kept = socket_.valid();
  if (Send(path)) {
    Result<Page> page = Receive();
    if (page || !kept) return page;
  }
  // Closed while it was idle, most likely.
  socket_.Close();
  if (!Send(path)) return Error{"there is no connection to port " + std::to_string(port_)};
  return Receive();
}

}  // namespace stapling::bench
