// ServerFixture: an HttpServer on port 0 of 127.0.0.1 with the routes that the tests ask for.
//
//   GET /hello   "hello"                     POST /reload  "reloaded"
//   GET /echo    the query, one pair a line  GET /throw    throws
//   GET /big     4 MiB                       GET /remote   the client's address
//   GET /hang    (probe class) until Release, then "released"
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <string>

#include "exporter/http/http_server.h"
#include "tests/exporter/http/client.h"
#include "tests/support/wait_until.h"

namespace stapling::exporter {

class ServerFixture : public ::testing::Test {
 protected:
  ~ServerFixture() override { Release(); }

  void StartServer(HttpServerOptions options = {}, RouteOptions hang = {},
                   FileDescriptor socket = {}) {
    options.listen_addresses = {"127.0.0.1:0"};
    server_ = std::make_unique<HttpServer>(std::move(options));
    hang.request_class = RequestClass::kProbe;
    server_->Route("GET", "/hello", {}, [](const Request&) { return TextResponse(200, "hello"); });
    server_->Route("GET", "/echo", {}, &Echo);
    server_->Route("GET", "/big", {}, [](const Request&) {
      return TextResponse(200, std::string(kBigSize - 1, 'b'));
    });
    server_->Route("GET", "/remote", {}, [](const Request& request) {
      return TextResponse(200, request.remote_address);
    });
    server_->Route("POST", "/reload", {},
                   [](const Request&) { return TextResponse(200, "reloaded"); });
    server_->Route("GET", "/throw", {}, [](const Request&) -> Response {
      throw std::runtime_error("secret of the handler");
    });
    server_->Route("GET", "/hang", std::move(hang), [this](const Request&) {
      ++hanging_;
      release_.wait();
      --hanging_;
      return TextResponse(200, "released");
    });
    std::vector<FileDescriptor> sockets;
    if (socket) sockets.push_back(std::move(socket));
    const auto bound = server_->Start(std::move(sockets));
    ASSERT_TRUE(bound) << bound.error();
    port_ = bound->front().port;
  }

  void Release() {
    if (!released_.exchange(true)) release_.count_down();
  }
  // Until that many requests are inside /hang.
  [[nodiscard]] bool WaitForHanging(int count) {
    return testing::WaitUntil([&] { return hanging_ == count; });
  }
  [[nodiscard]] bool WaitForOpen(std::uint64_t connections) {
    return testing::WaitUntil([&] { return server_->stats().connections_open == connections; });
  }

  static constexpr std::size_t kBigSize = std::size_t{4} * 1024 * 1024;

  std::latch release_{1};
  std::atomic<bool> released_{false};
  std::atomic<int> hanging_{0};
  std::unique_ptr<HttpServer> server_;
  std::uint16_t port_ = 0;

 private:
  static Response Echo(const Request& request) {
    std::string text;
    for (const auto& [key, value] : request.query) {
      text.append(key).append("=").append(value).append(";");
    }
    return TextResponse(200, text);
  }
};

}  // namespace stapling::exporter
