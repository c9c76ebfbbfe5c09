// One PEM block as octets, and octets as a PEM block (RFC 7468).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/bytes.h"

namespace stapling {

// Of the first block with this label, such as "X509 CRL". Text before it is passed over; nothing
// but white space may follow it. nullopt if there is no such block or it is not base64.
std::optional<Bytes> DecodePem(BytesView pem, std::string_view label);

// `label` is ours. Not for empty octets: OpenSSL does not read such a block.
std::string EncodePem(BytesView octets, std::string_view label);

}  // namespace stapling
