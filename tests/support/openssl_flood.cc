#include <openssl/ssl.h>

#include <array>

#include "tests/support/socket.h"
#include "tests/support/tls_session.h"

namespace stapling::testing {
namespace {

constexpr std::size_t kFloodOctets = 100'000'000;
constexpr std::size_t kFloodChunk = 65536;

bool Write(SSL* ssl, RecordFlood flood) {
  static constexpr std::array<char, 16384> kData{};
  switch (flood) {
    case RecordFlood::kNone:
      return false;
    case RecordFlood::kKeyUpdates:
      return SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED) == 1 && SSL_do_handshake(ssl) == 1;
    case RecordFlood::kKeyUpdateRequests:
      return SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED) == 1 && SSL_do_handshake(ssl) == 1;
    case RecordFlood::kTickets:
      return SSL_new_session_ticket(ssl) == 1 && SSL_do_handshake(ssl) == 1;
    case RecordFlood::kData:
      return SSL_write(ssl, kData.data(), static_cast<int>(kData.size())) > 0;
  }
  return false;
}

}  // namespace

void Flood(SSL* ssl, int fd, RecordFlood flood) {
  if (flood == RecordFlood::kNone) return;
  // Collected, so that not every small record is a packet of its own.
  BIO* const written = BIO_new(BIO_s_mem());
  SSL_set0_wbio(ssl, written);
  for (std::size_t sent = 0; sent < kFloodOctets;) {
    while (BIO_ctrl_pending(written) < kFloodChunk) {
      if (!Write(ssl, flood)) return;
    }
    char* octets = nullptr;
    const auto size = static_cast<std::size_t>(BIO_get_mem_data(written, &octets));
    if (!SendAll(fd, reinterpret_cast<const std::uint8_t*>(octets), size)) return;
    BIO_reset(written);
    sent += size;
  }
}

}  // namespace stapling::testing
