// Text for people, of which no line is long.
//
// OpenSSL takes every 254 octets of a line for a line of its own when it looks for PEM: a long name
// beside a block could pass for one.
#pragma once

#include <string>
#include <string_view>

namespace stapling::exporter {

// Breaks lines of more than 200 octets between characters of UTF-8; what goes on is indented, so
// that text of strangers begins no line.
std::string FoldedText(std::string_view text);

}  // namespace stapling::exporter
