// A URL's text, and a reference that is resolved against it: what comes out is the same when it is
// read again, and nothing of it can break out of a request line or a Host header.
#include "core/http/url.h"

#include <algorithm>

#include "tests/fuzz/fuzz.h"

using stapling::Url;
using stapling::fuzz::Require;

namespace {

bool IsPrintable(char character) { return character > 0x20 && character < 0x7f; }

void RequireGood(const Url& url) {
  const auto& [text, host, port, scheme, address] = url.target;
  Require(url.path.starts_with('/'), "a path begins with a slash");
  Require(std::ranges::all_of(url.path, IsPrintable), "a path is printable");
  Require(url.path.find('#') == std::string::npos, "a path has no fragment");
  Require(url.port != 0, "a port is one");
  Require(address ? host == address->ToString() : stapling::IsHostName(host),
          "a host is an address or a name");
  Require(!port && !scheme && text == host, "the target is the host alone");
  Require(std::ranges::all_of(url.Authority(), IsPrintable), "an authority is printable");
  Require(url.Authority().find_first_of("/?#@") == std::string::npos, "an authority is one");

  const auto again = Url::Parse(url.Text());
  Require(again.ok(), "its text is a URL");
  Require(again->Text() == url.Text(), "of the same text");
  Require(again->tls == url.tls && again->port == url.port && again->path == url.path &&
              again->target.host == host && again->target.address == address,
          "and the same URL");
}

}  // namespace

// Two lines: the URL and the reference.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view input = stapling::fuzz::TextOf(data, size);
  const std::size_t end = std::min(input.find('\n'), input.size());
  const auto url = Url::Parse(input.substr(0, end));
  if (!url) {
    Require(!url.error().empty() && url.error().size() < 100, "an error is short");
    return 0;
  }
  RequireGood(*url);
  if (end == input.size()) return 0;
  const auto resolved = url->Resolve(input.substr(end + 1));
  if (!resolved) return 0;
  RequireGood(*resolved);
  const std::string_view path =
      std::string_view(resolved->path).substr(0, resolved->path.find('?'));
  for (const char* dots : {"/./", "/../"}) {
    Require(path.find(dots) == std::string_view::npos, "a resolved path has no dot segments");
  }
  Require(!path.ends_with("/.") && !path.ends_with("/.."), "nor at its end");
  return 0;
}
