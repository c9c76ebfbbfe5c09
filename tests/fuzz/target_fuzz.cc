// A target's text: parsed the same when it is put together again; refused in one printable line.
#include <algorithm>

#include "core/net/target.h"
#include "tests/fuzz/fuzz.h"

using stapling::fuzz::Require;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const auto target = stapling::ParseTarget(stapling::fuzz::TextOf(data, size));
  if (!target) {
    Require(target.error().size() < 300, "an error is short");
    Require(std::ranges::all_of(target.error(), [](char c) { return c >= 0x20 && c < 0x7f; }),
            "an error is printable ASCII");
    return 0;
  }
  const bool ip6 = target->address && target->address->is_ip6();
  const std::string text =
      (ip6 ? "[" + target->host + "]" : target->host) + ":" + std::to_string(target->port);
  const auto again = stapling::ParseTarget(text);
  Require(again.ok(), "host and port are a target");
  Require(again->host == target->host && again->port == target->port, "the same target");
  Require(again->address == target->address, "the same address");
  return 0;
}
