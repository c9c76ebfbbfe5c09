// What was seen on the way to a failed handshake that the library's error does not hold.
#pragma once

namespace stapling {

struct HandshakeClues {
  bool peer_spoke = false;      // a whole record header came
  bool peer_spoke_tls = false;  // and it is one of TLS
  bool peer_closed = false;     // its end of file was read
  bool empty_staple = false;    // one of no octets came
  int read_error = 0;           // the last errno of reading that is not EAGAIN
  bool client_certificate_requested = false;
  bool client_certificate_sent = false;
};

}  // namespace stapling
