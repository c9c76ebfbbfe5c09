// Verifies a signature over octets exactly as they were received.
//
// ASN1_item_verify encodes the decoded value again, and holds that copy; here nothing is encoded,
// so that a list of 50 MB is hashed where it lies. Whose key it is, is the caller's to know.
#pragma once

#include <openssl/types.h>

#include "core/bytes.h"

namespace stapling {

// False also for an algorithm that ReadSignatureAlgorithm does not accept, for one that does not
// go with the key, and for a null key.
bool SignatureVerifies(BytesView data, const X509_ALGOR* algorithm, BytesView signature,
                       EVP_PKEY* key);

}  // namespace stapling
