// What a certificate says that matters to stapling, and its names for labels.
//
// Reading only; nothing here trusts or verifies. Every function takes a certificate that is not
// null and is safe from any thread.
#pragma once

#include <openssl/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/x509/openssl_ptr.h"
#include "core/x509/validity.h"

namespace stapling {

// The TLS Feature extension lists status_request (RFC 7633); or it is malformed or there twice, so
// that what it demands cannot be told.
bool IsMustStaple(X509* certificate);

// OCSP URLs of Authority Information Access (RFC 5280 section 4.2.2.1), in order, as valid UTF-8.
std::vector<std::string> ResponderUrls(X509* certificate);

// Issued under its own name with its own key. The signature is not verified.
bool IsSelfIssued(X509* certificate);

// nullopt for a date that X.509 does not allow.
std::optional<std::chrono::sys_seconds> NotBefore(X509* certificate);
std::optional<std::chrono::sys_seconds> NotAfter(X509* certificate);
Validity ValidityOf(X509* certificate);

// RFC 2253 text, as valid UTF-8.
std::string NameText(const X509_NAME* name);
std::string SerialHex(const ASN1_INTEGER* serial);  // whole octets, lower case; "-" if negative
std::vector<std::string> DnsNames(X509* certificate);

Bytes ToDer(X509* certificate);

// The one certificate that `der` is; null if it is none, or more than that. Leaves no error queued;
// throws std::bad_alloc without memory.
X509Ptr DecodeCertificate(BytesView der);

}  // namespace stapling
