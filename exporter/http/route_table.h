// RouteTable: which handler answers a method and a path.
//
// Paths are compared exactly. Filled before the server starts, then only read: from any thread.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <variant>

#include "exporter/http/http_server.h"

namespace stapling::exporter {

struct Route {
  RouteOptions options;
  HttpServer::Handler handler;
};

class RouteTable {
 public:
  // A second route of the same method and path replaces the first.
  void Add(std::string method, std::string path, Route route);

  // The route, which a GET route is for HEAD too, or the response of a server that has none: 404,
  // or 405 with Allow. The route lives as long as the table.
  [[nodiscard]] std::variant<const Route*, Response> Find(const Request& request) const;

 private:
  using Methods = std::map<std::string, Route, std::less<>>;

  static Response MethodNotAllowed(const Methods& methods);

  std::map<std::string, Methods, std::less<>> routes_;
};

}  // namespace stapling::exporter
