// The request target (RFC 9112 §3.2) taken apart: path and query, percent-decoded.
//
// Pure; any bytes may come in, any bytes but malformed escapes come out. It does not normalise
// `..` or `//`: routes are compared exactly.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stapling::exporter {

struct RequestTarget {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;  // see Request::query
};

// Origin form (/path?query), absolute form (http://host/path?query: the authority is ignored) or
// `*`. nullopt: another form, or a `%` without two hexadecimal digits.
std::optional<RequestTarget> ParseRequestTarget(std::string_view target);

}  // namespace stapling::exporter
