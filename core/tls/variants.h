// The TLS clients of a module that varies its handshakes: one for each TLS version and key type.
//
// Only what is offered differs: the trust store is shared.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/module.h"
#include "core/probe_result.h"
#include "core/result.h"
#include "core/tls/handshake.h"
#include "core/x509/trust_store.h"

namespace stapling {

// Clients by their settings, so that modules alike share one. Of one thread; what it handed out
// outlives it.
class TlsClientPool {
 public:
  Result<std::shared_ptr<const TlsClient>> Get(
      const TlsSettings& settings, const std::shared_ptr<const TrustStore>& trust_store);

 private:
  struct Entry {
    TlsSettings settings;
    std::shared_ptr<const TrustStore> trust_store;
    std::shared_ptr<const TlsClient> client;
  };
  std::vector<Entry> entries_;
};

struct TlsVariant {
  std::optional<TlsVersion> tls_version;  // if the module varies it
  std::optional<KeyType> key_type;        // likewise
  std::shared_ptr<const TlsClient> client;
};

// Never empty: a module that varies nothing has one.
Result<std::vector<TlsVariant>> MakeTlsVariants(
    const Module& module, const std::shared_ptr<const TrustStore>& trust_store,
    TlsClientPool& pool);

// Turns the failure of a combination that the server does not do into `unsupported`: it shows no
// certificate in any attempt, says that it shares no TLS version or key type with the client, and
// completes another handshake at the same address. For the key type the other differs in nothing
// else; of alerts, handshake_failure and insufficient_security alone say so.
void TellUnsupported(std::vector<Connection>& connections);

}  // namespace stapling
