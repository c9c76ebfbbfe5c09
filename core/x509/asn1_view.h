// The octets of an ASN.1 string, without a copy.
#pragma once

#include <openssl/asn1.h>

#include <cstddef>

#include "core/bytes.h"

namespace stapling {

// Points into `string`, which is not null.
inline BytesView ViewOf(const ASN1_STRING* string) {
  return {ASN1_STRING_get0_data(string), static_cast<std::size_t>(ASN1_STRING_length(string))};
}

}  // namespace stapling
