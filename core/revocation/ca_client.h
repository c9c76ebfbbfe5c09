// How a CA is asked: an OCSP request or a CRL's URL becomes a question for the cache of answers.
//
// A URL comes from a certificate: the caller must have verified its chain. What is fetched is
// bounded in size and judged by the target policy (core/http/fetch.h); the answer is decoded, so
// that one CRL is parsed once for all, and not verified. Safe from any thread.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>

#include "core/http/fetch.h"
#include "core/module.h"
#include "core/net/resolver.h"
#include "core/net/target_policy.h"
#include "core/revocation/ca_answer.h"
#include "core/x509/trust_store.h"

namespace stapling {

// No honest OCSP response is larger.
inline constexpr std::size_t kMaxOcspResponse = std::size_t{256} * 1024;

class CaClient {
 public:
  // Goes by the module's cross_check.proxy or directly, never by the proxy of its targets.
  CaClient(const Module& module, std::shared_ptr<const TrustStore> trust_store,
           const ResolverSettings& resolver, const TargetPolicy& policy);

  // By GET where the URL is short enough (RFC 5019 section 5), else by POST. A URL that is none is
  // an answer that says so. Throws std::bad_alloc without memory for the request.
  [[nodiscard]] CaQuestion AskResponder(const std::string& url, X509* certificate,
                                        X509* issuer) const;
  [[nodiscard]] CaQuestion AskForCrl(const std::string& url) const;

 private:
  // Shared with the questions, which may outlive this.
  std::shared_ptr<const FetchSettings> ocsp_settings_;
  std::shared_ptr<const FetchSettings> crl_settings_;
  std::string way_;  // how the CA is reached: whoever goes another may see another CA
  std::chrono::milliseconds min_interval_;
  std::chrono::milliseconds timeout_;
};

}  // namespace stapling
