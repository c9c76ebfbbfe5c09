// The head of an HTTP answer: what is understood of it says the same when it is put together again,
// and one way alone is left to tell where the body ends.
#include "core/http/response_head.h"

#include <algorithm>

#include "tests/fuzz/fuzz.h"

using stapling::fuzz::Require;

namespace {

bool HasLineEnd(const std::string& text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const auto head = stapling::ParseResponseHead(stapling::fuzz::TextOf(data, size));
  if (!head) return 0;
  Require(head->status >= 100 && head->status <= 599, "a status has three digits");
  Require(!HasLineEnd(head->reason), "a reason is within its line");
  std::string text = "HTTP/1.1 " + std::to_string(head->status) + " " + head->reason + "\r\n";
  for (const auto& [name, value] : head->fields) {
    Require(!name.empty() && !HasLineEnd(name) && !HasLineEnd(value), "a field is within its line");
    text.append(name).append(": ").append(value).append("\r\n");
  }
  const auto again = stapling::ParseResponseHead(text + "\r\n");
  Require(again.ok(), "its parts are a head");
  Require(again->status == head->status && again->reason == head->reason &&
              again->fields == head->fields,
          "the same head");
  const auto framing = stapling::FramingOf(*head);
  if (!framing) return 0;
  Require(!(framing->chunked && framing->length), "a body is chunked or has a length");
  Require(framing->chunked == head->Find("transfer-encoding").has_value() &&
              framing->length.has_value() == head->Find("content-length").has_value(),
          "and it is so because the head says it");
  return 0;
}
