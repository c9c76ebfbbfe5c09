// A certificate, and the SHA-256 of its DER, by which it is told from any other without another
// look at it.
#pragma once

#include "core/x509/openssl_ptr.h"
#include "core/x509/sha256.h"

namespace stapling {

struct IdentifiedCertificate {
  X509Ptr certificate;
  Sha256Digest sha256{};
};

// Null stays null. Throws std::bad_alloc where there is no memory.
IdentifiedCertificate Identify(X509Ptr certificate);

}  // namespace stapling
