// The head of an HTTP request: it consumes no more than came, and more input never changes a
// verdict that was reached.
#include "exporter/http/request_head.h"

#include "tests/fuzz/fuzz.h"

using stapling::exporter::CompleteHead;
using stapling::exporter::HeadLimits;
using stapling::exporter::NeedMore;
using stapling::exporter::Refusal;
using stapling::fuzz::Require;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  constexpr HeadLimits kLimits{
      .request_line_bytes = 8192, .head_bytes = 16384, .header_count = 100, .body_bytes = 65536};
  const std::string_view received = stapling::fuzz::TextOf(data, size);
  const auto outcome = stapling::exporter::ParseRequestHead(received, kLimits);
  if (const auto* complete = std::get_if<CompleteHead>(&outcome)) {
    Require(complete->consumed <= size, "a head lies in what was received");
    Require(received.substr(0, complete->consumed).ends_with("\r\n\r\n"), "a head ends empty");
    Require(!complete->head.request.method.empty(), "a request has a method");
    Require(complete->head.body_bytes <= kLimits.body_bytes, "a body is bounded");
    const auto exact =
        stapling::exporter::ParseRequestHead(received.substr(0, complete->consumed), kLimits);
    Require(std::holds_alternative<CompleteHead>(exact), "what follows does not matter");
  }
  if (std::holds_alternative<NeedMore>(outcome)) {
    Require(size < kLimits.head_bytes, "no endless waiting");
  }
  if (const auto* refusal = std::get_if<Refusal>(&outcome)) {
    Require(refusal->status >= 400 && refusal->status < 600, "a refusal is an error");
  }
  return 0;
}
