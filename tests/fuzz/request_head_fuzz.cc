// The head of an HTTP request: it consumes no more than came, what a handler gets keeps within the
// limits, and however the octets are cut into packets, what is accepted or refused stays so.
#include "exporter/http/request_head.h"

#include <algorithm>

#include "tests/fuzz/fuzz.h"

using namespace stapling::exporter;  // NOLINT(google-build-using-namespace)
using stapling::fuzz::Require;

namespace {

// Low, so that the fuzzer reaches them.
constexpr HeadLimits kLimits{
    .request_line_bytes = 128, .head_bytes = 512, .header_count = 8, .body_bytes = 1000};

void RequireSound(const CompleteHead& complete, std::string_view received) {
  const RequestHead& head = complete.head;
  Require(complete.consumed <= std::min(received.size(), kLimits.head_bytes), "a head is bounded");
  Require(received.substr(0, complete.consumed).ends_with("\r\n\r\n"), "a head ends empty");
  Require(!head.request.method.empty(), "a request has a method");
  Require(head.request.path.starts_with('/') || head.request.path == "*", "a path is absolute");
  Require(head.body_bytes <= kLimits.body_bytes, "a body is bounded");
  Require(head.request.headers.size() <= kLimits.header_count, "headers are bounded");
  for (const auto& [name, value] : head.request.headers) {
    Require(!name.empty() && value.find_first_of({"\r\n\0", 3}) == std::string::npos,
            "a header is one line");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view received = stapling::fuzz::TextOf(data, size);
  const HeadOutcome outcome = ParseRequestHead(received, kLimits);
  const auto* complete = std::get_if<CompleteHead>(&outcome);
  if (complete != nullptr) RequireSound(*complete, received);
  if (const auto* refusal = std::get_if<Refusal>(&outcome)) {
    Require(refusal->status >= 400 && refusal->status < 600, "a refusal is an error");
  }
  for (std::size_t length = 0; length < size; ++length) {
    const HeadOutcome earlier = ParseRequestHead(received.substr(0, length), kLimits);
    if (std::holds_alternative<NeedMore>(earlier)) {
      Require(length < kLimits.head_bytes, "no endless waiting");
      continue;
    }
    Require(earlier.index() == outcome.index(), "what follows does not matter");
    if (complete != nullptr) {
      Require(std::get<CompleteHead>(earlier).consumed == complete->consumed, "the same head");
    }
    break;
  }
  return 0;
}
