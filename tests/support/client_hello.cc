#include "tests/support/client_hello.h"

#include <span>

namespace stapling::testing {
namespace {

constexpr std::uint16_t kServerName = 0;
constexpr std::uint16_t kStatusRequest = 5;
constexpr std::uint16_t kSignatureAlgorithms = 13;
constexpr std::uint16_t kAlpn = 16;
constexpr std::uint16_t kSessionTicket = 35;
constexpr std::uint16_t kPreSharedKey = 41;
constexpr std::uint16_t kSupportedVersions = 43;

// Reads TLS's presentation language (RFC 8446 §3). After the first short read it gives zeros.
class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> data) : data_(data) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool more() const { return ok_ && !data_.empty(); }

  std::span<const std::uint8_t> Take(std::size_t size) {
    if (size > data_.size()) ok_ = false;
    if (!ok_) return {};
    const auto taken = data_.first(size);
    data_ = data_.subspan(size);
    return taken;
  }
  std::uint8_t Uint8() {
    const auto octets = Take(1);
    return ok_ ? octets[0] : std::uint8_t{0};
  }
  std::uint16_t Uint16() {
    const auto octets = Take(2);
    return ok_ ? static_cast<std::uint16_t>((octets[0] << 8) | octets[1]) : std::uint16_t{0};
  }
  Reader Vector8() { return Reader(Take(Uint8())); }
  Reader Vector16() { return Reader(Take(Uint16())); }
  std::string Text() {
    const auto octets = Take(data_.size());
    return {octets.begin(), octets.end()};
  }

 private:
  std::span<const std::uint8_t> data_;
  bool ok_ = true;
};

void ReadExtension(std::uint16_t type, Reader data, ClientHello& hello) {
  switch (type) {
    case kServerName: {
      Reader names = data.Vector16();
      names.Uint8();  // name_type: host_name is the only one
      hello.server_name = names.Vector16().Text();
      break;
    }
    case kStatusRequest:
      hello.status_request = data.Uint8() == 1;
      break;
    case kSignatureAlgorithms:
      for (Reader schemes = data.Vector16(); schemes.more();) {
        hello.signature_algorithms.push_back(schemes.Uint16());
      }
      break;
    case kAlpn:
      for (Reader names = data.Vector16(); names.more();) {
        hello.alpn.push_back(names.Vector8().Text());
      }
      break;
    case kSupportedVersions:
      hello.versions.clear();
      for (Reader versions = data.Vector8(); versions.more();) {
        hello.versions.push_back(versions.Uint16());
      }
      break;
    case kSessionTicket:
    case kPreSharedKey:
      hello.session_ticket = true;
      break;
    default:
      break;
  }
}

}  // namespace

std::optional<ClientHello> ParseClientHello(const Bytes& body) {
  Reader message(body);
  ClientHello hello;
  hello.versions = {message.Uint16()};
  message.Take(32);    // random
  message.Vector8();   // legacy_session_id
  message.Vector16();  // cipher_suites
  message.Vector8();   // legacy_compression_methods
  for (Reader extensions = message.Vector16(); extensions.more();) {
    const std::uint16_t type = extensions.Uint16();
    ReadExtension(type, extensions.Vector16(), hello);
    if (!extensions.ok()) return std::nullopt;
  }
  if (!message.ok()) return std::nullopt;
  return hello;
}

}  // namespace stapling::testing
