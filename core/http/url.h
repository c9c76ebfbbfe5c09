// An absolute http or https URL (RFC 3986, RFC 9110 section 4.2) as certificates and Location
// headers name them, taken apart.
//
// Pure: resolves nothing. Whether the host may be asked is not decided here. No user information,
// no other scheme, no internationalised names; a fragment is dropped, and percent-encodings stay as
// they are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/net/target.h"
#include "core/result.h"

namespace stapling {

struct Url {
  bool tls = false;  // https
  Target target;     // without port and scheme
  std::uint16_t port = 80;
  std::string path = "/";  // origin-form, with the query: begins with /, printable ASCII, no space

  // The error is the end of a sentence that the caller begins, and quotes nothing of the input.
  static Result<Url> Parse(std::string_view text);

  // What a Location header of an answer from here means (RFC 3986 section 5.2).
  [[nodiscard]] Result<Url> Resolve(std::string_view location) const;

  // HOST[:PORT] as a Host header has it; the port only where it is not the scheme's own.
  [[nodiscard]] std::string Authority() const;
  // Parse makes the same URL of it.
  [[nodiscard]] std::string Text() const;
};

}  // namespace stapling
