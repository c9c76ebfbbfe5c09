// Text of strangers made safe for the place where it is shown.
//
// Pure; safe from any thread. Certificates and servers write what they like: names with mark-up,
// control bytes, broken UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace stapling::exporter {

// For HTML text and for attribute values in double quotes. Controls and broken UTF-8 are left to
// CleanLines and CleanText.
std::string EscapeHtml(std::string_view text);

// For one value of a query: all but unreserved characters are percent-encoded (RFC 3986
// section 2.3).
std::string EscapeQuery(std::string_view text);

// One word of a POSIX shell command line, in single quotes where it needs them.
std::string EscapeShell(std::string_view text);

// In double quotes, for a sentence: at most 64 characters, everything but printable ASCII replaced
// by a question mark.
std::string Quote(std::string_view text);

// CleanText (core/x509/text.h) line by line, for a body of plain text.
std::string CleanLines(std::string_view text);

}  // namespace stapling::exporter
