// One HTTP/1.1 request with one deadline for all of it, over a fresh connection or one that is
// kept.
//
// Written on plain sockets so that it shows what the server sent, not what a library made of it.
// Content-Length, chunked bodies and bodies up to the end of the connection are understood;
// redirects and compression are not.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "tests/support/socket.h"

namespace stapling::testing {

struct HttpRequest {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  std::string path = "/";  // with the query, sent as it is
  std::string method = "GET";
  std::vector<std::pair<std::string, std::string>> headers = {};  // sent as they are
  std::string body = {};
  std::chrono::milliseconds timeout = std::chrono::seconds(10);
};

struct HttpResponse {
  int status = 0;
  std::map<std::string, std::string> headers = {};  // names in lower case; of equals, the last
  std::string body = {};
};

// An Error when no complete response came in time.
Result<HttpResponse> SendHttp(const HttpRequest& request);

// The same over a connection that is open, and stays so unless the server closes it. After an Error
// it is of no more use.
Result<HttpResponse> SendHttp(const Socket& connection, const HttpRequest& request);

Result<HttpResponse> HttpGet(std::uint16_t port, const std::string& path);

// For the value of a query parameter: percent-encodes all but unreserved characters.
std::string UrlEncode(std::string_view text);

}  // namespace stapling::testing
