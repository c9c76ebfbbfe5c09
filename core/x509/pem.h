// PEM blocks of a text, and octets as a PEM block (RFC 7468).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/bytes.h"

namespace stapling {

// Of the first block with this label, such as "X509 CRL". Text before it is passed over; nothing
// but white space may follow it. nullopt if there is no such block or it is not base64.
std::optional<Bytes> DecodePem(BytesView pem, std::string_view label);

// The blocks alone, whatever their labels: from each line that begins with "-----BEGIN " to the
// next that begins with "-----END ". OpenSSL takes every 254 octets of a longer line for a line, so
// that a name in the text beside the blocks could pass for one: what it reads of a text that others
// had a hand in goes through here first.
std::string PemBlocksOf(BytesView text);

// For OpenSSL's readers: an encrypted block is refused, as nobody is there to type its passphrase.
int NoPassphrase(char* buffer, int size, int writing, void* argument);

// `label` is ours. Not for empty octets: OpenSSL does not read such a block.
std::string EncodePem(BytesView octets, std::string_view label);

}  // namespace stapling
