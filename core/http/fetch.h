// One resource of a CA, an OCSP response or a CRL, over HTTP or HTTPS, from a URL that a stranger
// wrote into a certificate.
//
// Bounded by the deadline (DNS, TLS and redirects included), by 64 KiB for each head and by
// max_bytes for the body. Every address is judged by the target policy before it is connected to,
// at every redirect; the name is resolved once for each. Through a proxy only names are seen, and
// the policy judges those and the proxy's address. No cookies, credentials, compression or cache.
//
// Does not look at what it fetched. Safe from any thread. TLS writes without MSG_NOSIGNAL: the
// program ignores SIGPIPE.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "core/bytes.h"
#include "core/failure.h"
#include "core/http/url.h"
#include "core/module.h"
#include "core/net/deadline.h"
#include "core/net/resolver.h"
#include "core/net/target_policy.h"
#include "core/proxy/proxy.h"
#include "core/x509/trust_store.h"

namespace stapling {

struct FetchRequest {
  Url url;
  Phase phase;         // of a failure: responder or crl
  std::string accept;  // media type
  std::string content_type = {};
  std::string body = {};  // sent by POST; empty: a GET
};

struct FetchSettings {
  std::size_t max_bytes = 0;  // of the body
  unsigned max_redirects = 3;
  std::optional<Proxy> proxy;  // which resolves the names
  IpProtocol preferred_ip_protocol = IpProtocol::kIp4;
  bool ip_protocol_fallback = true;
  std::string source_ip_address;  // an IP literal; empty: the system chooses
  ResolverSettings resolver;
  TargetPolicy policy;
  std::shared_ptr<const TrustStore> trust_store;  // for https; absent: nobody is trusted
};

struct FetchResult {
  std::optional<unsigned> http_status;  // of the last answer
  Bytes body;                           // of a 200 alone
  std::optional<Failure> failure;       // absent: a 200 with a whole body
};

// The failure's reason is one of those of Resolve, Connect and the proxy, or denied, closed,
// protocol_error, not_tls, alert, no_shared_version, tls_untrusted, http_status, bad_redirect and
// body_too_large. Its detail may hold what a stranger said, cleaned.
//
// A POST is repeated as it is after 307 and 308, becomes a GET after 303 (RFC 9110 section 15.4.4),
// and is given up after 301 and 302, where clients differ.
FetchResult Fetch(const FetchRequest& request, const FetchSettings& settings, Deadline deadline);

}  // namespace stapling
