#include "exporter/web/web_security.h"

#include <utility>

#include "core/x509/text.h"
#include "exporter/web/tls_context.h"

namespace stapling::exporter {

Result<std::shared_ptr<const WebSecurity>> WebSecurity::Make(WebConfig config,
                                                             const std::string& file) {
  auto security = std::make_shared<WebSecurity>();
  if (config.tls) {
    auto context = MakeTlsContext(*config.tls);
    if (!context) return Error{CleanText(file) + ": tls_server_config: " + context.error()};
    security->tls = std::move(context).value();
  }
  if (!config.users.empty()) security->basic_auth = std::make_unique<BasicAuth>(config.users);
  security->config = std::move(config);
  return std::shared_ptr<const WebSecurity>(std::move(security));
}

}  // namespace stapling::exporter
