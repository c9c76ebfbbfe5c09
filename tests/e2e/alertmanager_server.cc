#include "tests/e2e/alertmanager_server.h"

#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "tests/support/free_port.h"
#include "tests/support/http_get.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {

using Json = nlohmann::json;

std::unique_ptr<AlertmanagerServer> AlertmanagerServer::Start(const std::string& configuration) {
  std::unique_ptr<AlertmanagerServer> server(new AlertmanagerServer());
  server->port_ = FreePort();
  const TempDir& directory = server->directory_;
  auto started = Process::Start(
      {.arguments = {"prometheus-alertmanager",
                     "--config.file=" + directory.Write("alertmanager.yml", configuration),
                     "--storage.path=" + directory.Path("data"),
                     "--web.listen-address=127.0.0.1:" + std::to_string(server->port_),
                     "--cluster.listen-address="}});
  if (!started) {
    ADD_FAILURE() << started.error();
    return nullptr;
  }
  server->process_ = std::move(started).value();
  const auto is_ready = [&] {
    const auto response = HttpGet(server->port_, "/-/ready");
    return response.ok() && response->status == 200;
  };
  if (!WaitUntil(is_ready, std::chrono::seconds(30))) {
    ADD_FAILURE() << "Alertmanager is not ready: " << server->process_->Errors();
    return nullptr;
  }
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
  const auto response = HttpGet(
      port_, std::string("/api/v2/alerts?inhibited=") + (with_inhibited ? "true" : "false"));
  if (!response || response->status != 200) return {};
  const Json answer = Json::parse(response->body, nullptr, /*allow_exceptions=*/false);
  std::vector<AlertLabels> alerts;
  if (!answer.is_array()) return alerts;
  for (const Json& alert : answer) alerts.push_back(alert.at("labels").get<AlertLabels>());
  return alerts;
}

}  // namespace stapling::testing
