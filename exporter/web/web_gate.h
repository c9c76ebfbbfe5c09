// WebGate: rate limit, basic authentication and security headers of the web configuration in use.
//
// As in the exporter-toolkit, every path is behind it, and the limit counts before the password.
#pragma once

#include <functional>
#include <memory>

#include "exporter/http/gate.h"
#include "exporter/web/rate_limiter.h"
#include "exporter/web/web_security.h"

namespace stapling::exporter {

class WebGate final : public Gate {
 public:
  using Current = std::function<std::shared_ptr<const WebSecurity>()>;

  // `current` must stay callable for as long as the gate.
  explicit WebGate(Current current) : current_(std::move(current)) {}

  Admission Look(const Request& request) override;
  std::optional<Response> Examine(const Request& request) override;
  HeaderList Headers() override;

 private:
  const Current current_;
  RateLimiter limiter_;
};

}  // namespace stapling::exporter
