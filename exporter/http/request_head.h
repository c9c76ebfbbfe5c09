// RequestHead: the bytes of a request up to its empty line, judged and taken apart (RFC 9112).
//
// Strict where leniency lets two readers disagree on where a request ends: bare LF, folded lines,
// white space before a colon, two lengths, a length beside a transfer coding are all refused.
// Pure and stateless: parsing an unfinished head again costs at most one look at each of its bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "exporter/http/message.h"

namespace stapling::exporter {

struct HeadLimits {
  std::size_t request_line_bytes;
  std::size_t head_bytes;
  std::size_t header_count;
  std::size_t body_bytes;
};

struct RequestHead {
  Request request;  // remote_address is left empty
  bool http_1_0 = false;
  bool keep_alive = true;
  bool expects_continue = false;  // the client waits for "100 Continue" before it sends the body
  std::size_t body_bytes = 0;
};

// A request that no handler shall see. The connection is closed after the answer, since nobody
// knows where the next request would begin.
struct Refusal {
  int status;
  std::string_view sentence;  // static storage
};

struct NeedMore {};

struct CompleteHead {
  RequestHead head;
  std::size_t consumed;  // bytes of the input that belong to the head, empty line included
};

using HeadOutcome = std::variant<NeedMore, CompleteHead, Refusal>;

HeadOutcome ParseRequestHead(std::string_view received, const HeadLimits& limits);

}  // namespace stapling::exporter
