// Memory to spare for a call into GnuTLS.
//
// libtasn1, by which GnuTLS reads certificates and OCSP responses, looks at what malloc returned
// only at times, and ends the process where that was nothing. So before each call there is looked
// whether memory could be had for all that are inside: a probe that finds none fails with
// `resources`. What others allocate in the meantime is beyond it.
#pragma once

#include <cstddef>

namespace stapling {

// Lives as long as the call. Counts address space alone, takes none, and waits for nobody; throws
// std::bad_alloc where RLIMIT_DATA, RLIMIT_AS or the system gives no more. Safe from any thread.
class GnutlsRoom {
 public:
  // Several times what a handshake takes, and the opinion on it.
  static constexpr std::size_t kOfACall = std::size_t{256} << 10U;
  // The same with certificates of so many octets, each of which becomes up to a hundred.
  static constexpr std::size_t ToRead(std::size_t octets) { return kOfACall + 128 * octets; }

  explicit GnutlsRoom(std::size_t octets = kOfACall);
  ~GnutlsRoom();
  GnutlsRoom(const GnutlsRoom&) = delete;
  GnutlsRoom& operator=(const GnutlsRoom&) = delete;

 private:
  const std::size_t octets_;
};

}  // namespace stapling
