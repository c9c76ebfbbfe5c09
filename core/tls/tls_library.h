// The TLS libraries that this build has, behind one interface.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "core/bytes.h"
#include "core/module.h"
#include "core/result.h"
#include "core/tls/handshake.h"
#include "core/tls/library_opinion.h"
#include "core/x509/trust_store.h"

namespace stapling {

bool IsBuiltIn(TlsLibrary library);

// The client of the library that the settings name. The error names the file that is no good, or
// says that this build lacks the library.
Result<std::unique_ptr<TlsClient>> MakeTlsClient(const TlsSettings& settings,
                                                 std::shared_ptr<const TrustStore> trust_store);

// The library's own opinion of a captured staple; none from one that has no such thing, as OpenSSL,
// whose primitives the judge itself is made of. `issuer` may be null.
std::optional<LibraryOpinion> OpinionOf(TlsLibrary library, BytesView response, X509* certificate,
                                        X509* issuer, std::chrono::sys_seconds now);

}  // namespace stapling
