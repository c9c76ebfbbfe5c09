#include "tests/e2e/alertmanager_server.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/e2e/ready_program.h"
#include "tests/support/free_port.h"
#include "tests/support/http_get.h"

namespace stapling::testing {

using Json = nlohmann::json;

std::unique_ptr<AlertmanagerServer> AlertmanagerServer::Start(const std::string& configuration) {
  std::unique_ptr<AlertmanagerServer> server(new AlertmanagerServer());
  server->port_ = FreePort();
  const TempDir& directory = server->directory_;
  server->process_ =
      StartUntilReady({"prometheus-alertmanager",
                       "--config.file=" + directory.Write("alertmanager.yml", configuration),
                       "--storage.path=" + directory.Path("data"),
                       "--web.listen-address=127.0.0.1:" + std::to_string(server->port_),
                       "--cluster.listen-address="},
                      server->port_);
  if (!server->process_) return nullptr;
  return server;
}

void AlertmanagerServer::Fire(const std::vector<AlertLabels>& alerts) const {
  Json body = Json::array();
  for (const AlertLabels& labels : alerts) body.push_back({{"labels", labels}});
  const auto response = SendHttp({.port = port_,
                                  .path = "/api/v2/alerts",
                                  .method = "POST",
                                  .headers = {{"Content-Type", "application/json"}},
                                  .body = body.dump()});
  ASSERT_TRUE(response.ok()) << response.error();
  ASSERT_EQ(response->status, 200) << response->body;
}

std::vector<AlertLabels> AlertmanagerServer::Alerts(bool with_inhibited) const {
  return Query(std::string("inhibited=") + (with_inhibited ? "true" : "false"));
}

std::vector<AlertLabels> AlertmanagerServer::Inhibited() const {
  return Query("active=false&unprocessed=false");
}

std::vector<AlertLabels> AlertmanagerServer::Query(const std::string& parameters) const {
  const auto response = HttpGet(port_, "/api/v2/alerts?" + parameters);
  if (!response || response->status != 200) return {};
  const Json answer = Json::parse(response->body, nullptr, /*allow_exceptions=*/false);
  std::vector<AlertLabels> alerts;
  if (!answer.is_array()) return alerts;
  for (const Json& alert : answer) alerts.push_back(alert.at("labels").get<AlertLabels>());
  return alerts;
}

}  // namespace stapling::testing
