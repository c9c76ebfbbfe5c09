// An HTTP server on loopback that answers what a function says and records what it was asked.
//
// Made of cpp-httplib, so it is well-behaved; rude ones are in rude_server.h. Serves GET, HEAD and
// POST, over TLS with a chain.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "tests/support/pki.h"

namespace stapling::testing {

struct HttpPeerRequest {
  std::string method = {};
  std::string target = {};                          // as it was sent: path and query
  std::multimap<std::string, std::string> headers;  // names in lower case
  std::string body = {};

  // Of the first header of this name; empty without one.
  [[nodiscard]] std::string Header(const std::string& name) const;
};

struct HttpPeerAnswer {
  int status = 200;
  std::string body = {};
  std::string content_type = "application/octet-stream";
  std::multimap<std::string, std::string> headers = {};
  bool chunked = false;  // else with a Content-Length
};

struct HttpPeerOptions {
  // The function runs on several threads at once.
  std::function<HttpPeerAnswer(const HttpPeerRequest&)> answer;
  std::vector<Certificate> chain = {};  // leaf first; none: plain HTTP
};

class HttpPeer {
 public:
  static Result<std::unique_ptr<HttpPeer>> Start(HttpPeerOptions options);
  ~HttpPeer();
  HttpPeer(const HttpPeer&) = delete;
  HttpPeer& operator=(const HttpPeer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  // http://127.0.0.1:PORT/PATH, or https.
  [[nodiscard]] std::string Url(const std::string& path) const;

  // In the order in which they came.
  [[nodiscard]] std::vector<HttpPeerRequest> Requests() const;

 private:
  class Impl;
  explicit HttpPeer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace stapling::testing
