// The extensions of a certificate (RFC 5280 §4.2) and the encoding that OCSP shares with X.509.
#pragma once

#include <vector>

#include "tests/support/bytes.h"
#include "tests/support/pki.h"

namespace stapling::testing {

struct KeyIdentifiers {
  Bytes subject;
  Bytes authority;  // empty: left out
};

// What the spec asks for, in the order in which it is written.
std::vector<ExtensionSpec> CertificateExtensions(const CertificateSpec& spec,
                                                 const KeyIdentifiers& keys);

// Extensions ::= SEQUENCE OF Extension. With `non_der_boolean` the TRUE of critical ones is 0x01,
// which is BER but not DER.
Bytes EncodeExtensions(const std::vector<ExtensionSpec>& extensions, bool non_der_boolean = false);

}  // namespace stapling::testing
