#include "tests/e2e/webhook_receiver.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace stapling::testing {
namespace {

using Json = nlohmann::json;

ToldAlert ReadAlert(const Json& alert) {
  return {.status = alert.at("status").get<std::string>(),
          .labels = alert.at("labels").get<AlertLabels>(),
          .annotations = alert.at("annotations").get<std::map<std::string, std::string>>()};
}

}  // namespace

std::string ToldAlert::Label(const std::string& name) const {
  const auto found = labels.find(name);
  return found == labels.end() ? "" : found->second;
}

std::unique_ptr<WebhookReceiver> WebhookReceiver::Start() {
  std::unique_ptr<WebhookReceiver> receiver(new WebhookReceiver());
  auto started =
      HttpPeer::Start({.answer = [](const HttpPeerRequest&) { return HttpPeerAnswer{}; }});
  if (!started) {
    ADD_FAILURE() << started.error();
    return nullptr;
  }
  receiver->peer_ = std::move(started).value();
  return receiver;
}

std::vector<ToldAlert> WebhookReceiver::Told() const {
  std::vector<ToldAlert> told;
  for (const HttpPeerRequest& request : peer_->Requests()) {
    const Json notification = Json::parse(request.body, nullptr, /*allow_exceptions=*/false);
    if (!notification.contains("alerts")) {
      ADD_FAILURE() << "not a notification: " << request.body;
      continue;
    }
    for (const Json& alert : notification.at("alerts")) told.push_back(ReadAlert(alert));
  }
  return told;
}

}  // namespace stapling::testing
