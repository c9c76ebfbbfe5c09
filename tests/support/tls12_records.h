// Records of any type over an established TLS 1.2 connection, sealed as the client's: what no
// library lets a client send.
//
// The suite is ECDHE-ECDSA-AES128-GCM-SHA256 or another with AES-128-GCM and SHA-256; `client` has
// finished its handshake and sent nothing since. It must send nothing by itself afterwards.
#pragma once

#include <openssl/ssl.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace stapling::testing {

// Asks for a renegotiation, as far as a server that refuses any has to read.
inline constexpr std::string_view kEmptyClientHello("\x01\0\0\0", 4);

class Tls12Records {
 public:
  explicit Tls12Records(SSL* client);

  // The next record (RFC 5246 section 6.2.3.3, RFC 5288). `type` 22 is handshake.
  std::string Seal(std::uint8_t type, std::string_view content);

 private:
  std::array<unsigned char, 16> key_{};
  std::array<unsigned char, 4> salt_{};
  std::uint64_t sequence_ = 1;  // Finished was the first
};

}  // namespace stapling::testing
