// A target's text: parsed the same when it is put together again; refused in one printable line.
#include "core/net/target.h"

#include <algorithm>

#include "tests/fuzz/fuzz.h"

using stapling::fuzz::Require;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view input = stapling::fuzz::TextOf(data, size);
  const auto target = stapling::ParseTarget(input);
  if (!target) {
    Require(target.error().size() < 300, "an error is short");
    Require(std::ranges::all_of(target.error(), [](char c) { return c >= 0x20 && c < 0x7f; }),
            "an error is printable ASCII");
    return 0;
  }
  Require(target->text == input && target->port != 0, "the text is kept and the port is one");
  Require(target->address ? target->host == target->address->ToString()
                          : stapling::IsHostName(target->host),
          "a host is an address or a name");
  Require(std::ranges::none_of(target->host, [](char c) { return c >= 'A' && c <= 'Z'; }),
          "a host is in lower case");
  const bool ip6 = target->address && target->address->is_ip6();
  const std::string text = (target->scheme ? std::string(target->scheme->name) + "://" : "") +
                           (ip6 ? "[" + target->host + "]" : target->host) +
                           (target->port ? ":" + std::to_string(*target->port) : "");
  const auto again = stapling::ParseTarget(text);
  Require(again.ok(), "its parts are a target");
  Require(
      again->host == target->host && again->port == target->port && again->scheme == target->scheme,
      "the same target");
  Require(again->address == target->address, "the same address");
  return 0;
}
