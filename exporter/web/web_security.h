// A web configuration made ready to serve: every file read, the TLS context built.
//
// Immutable, but for what basic authentication remembers; safe from any thread. A connection keeps
// the context that it was opened with, whatever is reloaded meanwhile; whether its client would
// still be let in is another question (client_policy.h).
#pragma once

#include <memory>
#include <string>

#include "core/result.h"
#include "core/x509/openssl_ptr.h"
#include "exporter/web/basic_auth.h"
#include "exporter/web/web_config.h"

namespace stapling::exporter {

struct WebSecurity {
  WebConfig config;
  SslCtxPtr tls;                          // null: plain HTTP
  std::unique_ptr<BasicAuth> basic_auth;  // null: everybody

  // Opens every file that the configuration names. `file` is what the error calls it.
  static Result<std::shared_ptr<const WebSecurity>> Make(WebConfig config, const std::string& file);
};

}  // namespace stapling::exporter
