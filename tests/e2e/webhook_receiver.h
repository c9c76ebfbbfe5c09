// Who is told: a webhook receiver that accepts and keeps every notification of an Alertmanager.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/e2e/alertmanager_server.h"
#include "tests/support/http_peer.h"

namespace stapling::testing {

struct ToldAlert {
  std::string status;  // "firing" or "resolved"
  AlertLabels labels;
  std::map<std::string, std::string> annotations;

  // Empty without one of this name.
  [[nodiscard]] std::string Label(const std::string& name) const;
};

class WebhookReceiver {
 public:
  // Null, and the test fails, if it cannot listen.
  static std::unique_ptr<WebhookReceiver> Start();

  [[nodiscard]] std::string Url() const { return peer_->Url("/alerts"); }
  // The alerts of all notifications, in the order in which they came: what was told twice is there
  // twice.
  [[nodiscard]] std::vector<ToldAlert> Told() const;

 private:
  WebhookReceiver() = default;

  std::unique_ptr<HttpPeer> peer_;
};

}  // namespace stapling::testing
