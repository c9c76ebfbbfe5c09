// The handshake by GnuTLS, for a second opinion: another stack over the same wire.
//
// It collects the same things as the OpenSSL client, and adds GnuTLS' own opinion of the leaf's
// staple (LibraryOpinion). Sessions are never resumed. GnuTLS' trust list is loaded at the first
// probe, for it costs 4 MiB, and serves the opinion alone: the chain is judged by VerifyChain()
// (chain_verification.h), as for every library.
//
// What GnuTLS stands on does not outlive a lack of memory: libtasn1 writes through the null that it
// got, GMP and Nettle abort. The process ends with them.
#pragma once

#include <memory>

#include "core/module.h"
#include "core/result.h"
#include "core/tls/handshake.h"
#include "core/x509/trust_store.h"

namespace stapling {

// Reads the client certificate and key, if the settings name them. The error names the file.
Result<std::unique_ptr<TlsClient>> MakeGnutlsClient(const TlsSettings& settings,
                                                    std::shared_ptr<const TrustStore> trust_store);

}  // namespace stapling
