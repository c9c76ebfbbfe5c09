#include "tests/e2e/prometheus_server.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/e2e/ready_program.h"
#include "tests/support/free_port.h"
#include "tests/support/http_get.h"

namespace stapling::testing {

using Json = nlohmann::json;

std::unique_ptr<PrometheusServer> PrometheusServer::Start(const std::string& configuration) {
  std::unique_ptr<PrometheusServer> server(new PrometheusServer());
  server->port_ = FreePort();
  const std::string address = "127.0.0.1:" + std::to_string(server->port_);
  const TempDir& directory = server->directory_;
  server->process_ = StartUntilReady(
      {"prometheus", "--config.file=" + directory.Write("prometheus.yml", configuration),
       "--storage.tsdb.path=" + directory.Path("data"), "--web.listen-address=" + address},
      server->port_);
  if (!server->process_) return nullptr;
  return server;
}

std::vector<Series> PrometheusServer::Query(const std::string& expression) const {
  const auto response = HttpGet(port_, "/api/v1/query?query=" + UrlEncode(expression));
  if (!response || response->status != 200) return {};
  const Json answer = Json::parse(response->body, nullptr, /*allow_exceptions=*/false);
  if (answer.is_discarded()) return {};
  std::vector<Series> all;
  for (const Json& result : answer.at("data").at("result")) {
    all.push_back({.labels = result.at("metric").get<std::map<std::string, std::string>>(),
                   .value = result.at("value").at(1).get<std::string>()});
  }
  return all;
}

}  // namespace stapling::testing
