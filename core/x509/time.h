// ASN.1 times as instants.
#pragma once

#include <openssl/types.h>

#include <chrono>
#include <optional>
#include <string>

#include "core/bytes.h"

namespace stapling {

// UTCTime or GeneralizedTime in the one form that RFC 5280 section 4.1.2.5 allows: with seconds,
// without fractions, in Z. nullopt for anything else.
std::optional<std::chrono::sys_seconds> ToInstant(const ASN1_TIME* time);
// The same of the content of a GeneralizedTime, or else of a UTCTime.
std::optional<std::chrono::sys_seconds> ToInstant(BytesView content, bool generalized);

// RFC 3339 in UTC, such as 2026-11-20T10:24:00Z.
std::string ToRfc3339(std::chrono::sys_seconds instant);

// RFC 3339 with Z or an offset, or Unix seconds; nullopt for anything else.
std::optional<std::chrono::sys_seconds> ParseInstant(const std::string& text);

}  // namespace stapling
