// One HTTP/1.1 request and its answer over a stream, within bounds. Redirects are the caller's.
//
// The connection is for this request alone. Nothing is compressed; no cookies, no credentials. A
// chunked body with trailers, which nobody sends unasked, is refused as badly framed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "core/bytes.h"
#include "core/failure.h"
#include "core/http/stream.h"
#include "core/http/url.h"

namespace stapling {

// What a head, and what is not body between pieces of one, may hold.
inline constexpr std::size_t kMaxHead = std::size_t{64} * 1024;

struct HttpRequest {
  const Url& url;
  const std::string& accept;        // media type
  const std::string& content_type;  // of the body
  const std::string& body;          // sent by POST; empty: a GET
};

struct HttpAnswer {
  std::optional<unsigned> status;  // as soon as its head was read
  std::string reason_phrase;       // as sent: of a stranger
  std::optional<std::string> location;
  Bytes body;  // of a 200 alone: whole, or there is a failure
  std::optional<Failure> failure;
};

// An answer with another status than 200 is no failure here; its body is not read. Reasons: those
// of the stream, closed (before its end), protocol_error, body_too_large.
HttpAnswer Exchange(Stream& stream, const HttpRequest& request, std::size_t max_bytes, Phase phase);

}  // namespace stapling
