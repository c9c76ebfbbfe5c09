// The JSON of `check` and `verify`: stable names, RFC 3339 times in UTC, null for what is absent.
//
// Every name is always there. Text of strangers is valid UTF-8. Pure; safe from any thread.
#pragma once

#include <cstdint>
#include <string>

#include "exporter/report.h"

namespace stapling::exporter {

// Both end with a newline.
enum class JsonLayout : std::uint8_t { kIndented, kOneLine };

// The object of `check`. `key_type` is that of the leaf: rsa, ecdsa, or OpenSSL's word in lower
// case.
std::string CheckJson(const CheckReport& report, JsonLayout layout);

// The staple object. Without a handshake there is no depth, and nothing is required or expected, so
// those three are null; `present` is true. With the opinion of a TLS library there is one name
// more, `accepted_by_library`.
std::string VerifyJson(const VerifyReport& report);

}  // namespace stapling::exporter
