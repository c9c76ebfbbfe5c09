// The OCSP request about one certificate (RFC 6960 section 4.1) in the profile of RFC 5019: one
// CertID with SHA-1, no nonce, no signature, so that a CA may answer from its cache.
//
// Pure; safe from any thread.
#pragma once

#include <openssl/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "core/bytes.h"

namespace stapling {

// DER of an OCSPRequest, never empty; neither the certificate nor its issuer is null. Throws
// std::bad_alloc without memory, and leaves no error queued.
Bytes EncodeOcspRequest(X509* certificate, X509* issuer);

// The path that asks by GET (RFC 6960 appendix A.1): that of the responder's URL with the request
// appended in base64. nullopt where the responder's path holds a query.
std::optional<std::string> OcspGetPath(std::string_view responder_path, BytesView request);

// RFC 5019 section 5: asked by GET, unless the URL would be longer.
inline constexpr std::size_t kMaxOcspGetUrl = 255;

}  // namespace stapling
