// Whether what the exporter writes can be read: by a scraper, by a JSON parser, by a person.
//
// Written from the formats' specifications, not from the exporter's code. Each stops the fuzzer
// with what is wrong.
#pragma once

#include <string>
#include <string_view>

namespace stapling::fuzz {

// Valid UTF-8 without control characters, line feeds aside.
void RequireClean(std::string_view text);

// The Prometheus text format 0.0.4, in which no series comes twice.
void RequireScrapeable(std::string_view text);

// One JSON value (RFC 8259).
void RequireJson(const std::string& text);

}  // namespace stapling::fuzz
