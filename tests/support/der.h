// A DER writer (X.690): every function returns one complete element, header included.
//
// It writes what it is told and checks nothing: a response with a wrong tag, a foreign version or a
// time that is no time can be expressed as easily as a right one. It does not read.
#pragma once

#include <chrono>
#include <initializer_list>
#include <string_view>

#include "tests/support/bytes.h"

namespace stapling::testing::der {

inline constexpr std::uint8_t kUtf8String = 0x0c;
inline constexpr std::uint8_t kPrintableString = 0x13;
inline constexpr std::uint8_t kT61String = 0x14;
inline constexpr std::uint8_t kIa5String = 0x16;
inline constexpr std::uint8_t kUtcTime = 0x17;
inline constexpr std::uint8_t kGeneralizedTime = 0x18;
inline constexpr std::uint8_t kBmpString = 0x1e;

// Any element: tag byte, minimal length, content.
Bytes Element(std::uint8_t tag, const Bytes& content);

Bytes Sequence(std::initializer_list<Bytes> elements);
Bytes SequenceOf(const std::vector<Bytes>& elements);
Bytes Set(std::initializer_list<Bytes> elements);

// [number] EXPLICIT around `element`.
Bytes Explicit(std::uint8_t number, const Bytes& element);
// [number] IMPLICIT of a primitive type with this content.
Bytes Implicit(std::uint8_t number, const Bytes& content);

Bytes Boolean(bool value);
Bytes Integer(std::int64_t value);
// From a big-endian magnitude; a leading zero is added where the sign bit would be set.
Bytes UnsignedInteger(const Bytes& magnitude);
Bytes Enumerated(std::uint8_t value);
Bytes Null();
// Dotted decimal, as in "1.3.6.1.5.5.7.48.1.1".
Bytes Oid(std::string_view dotted);
Bytes OctetString(const Bytes& content);
Bytes BitString(const Bytes& content, std::uint8_t unused_bits = 0);
Bytes Text(std::uint8_t tag, std::string_view text);

// YYYYMMDDHHMMSSZ, in UTC.
Bytes GeneralizedTime(std::chrono::sys_seconds time);
// As RFC 5280 §4.1.2.5 wants: UTCTime from 1950 to 2049, GeneralizedTime elsewhere.
Bytes CertificateTime(std::chrono::sys_seconds time);

}  // namespace stapling::testing::der
