// The head of an HTTP/1 answer (RFC 9112 sections 4 and 5), taken apart strictly: what it says of
// the length of its body must not be misread, or a broken body passes for a whole one.
//
// Pure. Takes no bare CR or LF, no folded lines, no space before a colon, no control octets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace stapling {

struct ResponseHead {
  unsigned status = 0;                                      // 100 to 599
  std::string reason;                                       // may be empty
  std::vector<std::pair<std::string, std::string>> fields;  // names in lower case; as sent

  // Of the first field of this name; values are without the space around them.
  [[nodiscard]] std::optional<std::string> Find(std::string_view name) const;
};

// `text` ends with the empty line. The error is a clause and quotes nothing of the text.
Result<ResponseHead> ParseResponseHead(std::string_view text);

// How the end of a body is known (RFC 9112 section 6.3).
struct BodyFraming {
  bool chunked = false;
  std::optional<std::uint64_t> length;  // absent, and not chunked: the connection's end
};

// Refuses what is ambiguous, and what needs more than that to read it: other transfer codings and
// content codings, which were not asked for. The error is a clause.
Result<BodyFraming> FramingOf(const ResponseHead& head);

}  // namespace stapling
