// The server, as GnuTLS sees it: the socket that it reads and writes, up to the deadline, and what
// is kept of the messages that come before GnuTLS looks into them.
//
// A message that GnuTLS must not look into ends the handshake: one that is too large, repeats what
// may be there once, is malformed where the staples are, or comes before the use of a costly key.
// GnuTLS itself shows the last of several staples for one certificate, and none of another status
// type, so that the staples are taken from the wire.
//
// It must outlive the session that it is attached to; one thread.
#pragma once

#include <gnutls/gnutls.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/bytes.h"
#include "core/net/deadline.h"
#include "core/tls/clues.h"

namespace stapling {

struct GnutlsPeer {
  // A handshake message, staples included, larger than this is refused.
  static constexpr std::size_t kMaxMessage = std::size_t{1} << 20U;

  int socket;         // connected and non-blocking; the caller's
  Deadline deadline;  // after it there is nothing to read
  HandshakeClues clues;
  gnutls_session_t session = nullptr;
  // Of the first record: type, version and length (RFC 8446 section 5.1).
  std::array<std::uint8_t, 5> header = {};
  std::size_t header_size = 0;
  std::size_t received = 0;                        // octets
  std::vector<std::optional<Bytes>> staples = {};  // one for each certificate, or the leaf's alone
  bool past_staple = false;                        // see Handshake

  // Before the handshake, and once.
  void Attach(gnutls_session_t to);
};

}  // namespace stapling
