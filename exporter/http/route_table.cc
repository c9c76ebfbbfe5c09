#include "exporter/http/route_table.h"

#include <utility>

namespace stapling::exporter {

void RouteTable::Add(std::string method, std::string path, Route route) {
  routes_[std::move(path)].insert_or_assign(std::move(method), std::move(route));
}

std::variant<const Route*, Response> RouteTable::Find(const Request& request) const {
  const auto methods = routes_.find(request.path);
  if (methods == routes_.end()) return TextResponse(404, "There is nothing at this path.");
  auto found = methods->second.find(request.method);
  if (found == methods->second.end() && request.method == "HEAD") {
    found = methods->second.find("GET");
  }
  if (found == methods->second.end()) return MethodNotAllowed(methods->second);
  return &found->second;
}

Response RouteTable::MethodNotAllowed(const Methods& methods) {
  std::string allowed;
  for (const auto& [method, route] : methods) {
    if (!allowed.empty()) allowed += ", ";
    allowed += method;
    if (method == "GET" && methods.count("HEAD") == 0) allowed += ", HEAD";
  }
  Response response = TextResponse(405, "This path allows " + allowed + ".");
  response.headers.emplace_back("Allow", allowed);
  return response;
}

}  // namespace stapling::exporter
