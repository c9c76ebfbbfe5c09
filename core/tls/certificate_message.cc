#include "core/tls/certificate_message.h"

namespace stapling {
namespace {

constexpr std::uint16_t kStatusRequest = 5;  // ExtensionType (RFC 6066)
constexpr std::uint8_t kOcsp = 1;            // CertificateStatusType

// Takes fields off the front; once one does not fit, everything after it is refused.
class Reader {
 public:
  explicit Reader(BytesView bytes) : rest_(bytes) {}

  [[nodiscard]] bool done() const { return rest_.empty(); }

  std::optional<std::size_t> Number(std::size_t octets) {
    if (rest_.size() < octets) return std::nullopt;
    std::size_t number = 0;
    for (const std::uint8_t octet : rest_.first(octets)) number = number << 8U | octet;
    rest_ = rest_.subspan(octets);
    return number;
  }

  // A vector with a length in front, as TLS writes opaque<..> (RFC 8446 section 3.4).
  std::optional<BytesView> Vector(std::size_t length_octets) {
    const auto length = Number(length_octets);
    if (!length || rest_.size() < *length) return std::nullopt;
    const BytesView content = rest_.first(*length);
    rest_ = rest_.subspan(*length);
    return content;
  }

 private:
  BytesView rest_;
};

// False if the extensions are malformed. A repeated status_request is (RFC 8446 section 4.2).
bool ReadExtensions(BytesView extensions, CertificateEntry& entry) {
  for (Reader reader(extensions); !reader.done();) {
    const auto type = reader.Number(2);
    const auto data = reader.Vector(2);
    if (!type || !data) return false;
    if (*type != kStatusRequest) continue;
    if (entry.staple) return false;
    const auto response = ParseCertificateStatus(*data);
    entry.staple = response ? *response : *data;
  }
  return true;
}

// The list after what precedes it; `with_extensions` as TLS 1.3 has them.
std::optional<std::vector<CertificateEntry>> ReadList(Reader message, bool with_extensions) {
  const auto list = message.Vector(3);
  if (!list || !message.done()) return std::nullopt;
  std::vector<CertificateEntry> entries;
  for (Reader reader(*list); !reader.done();) {
    const auto certificate = reader.Vector(3);
    if (!certificate) return std::nullopt;
    CertificateEntry entry{.certificate = *certificate};
    if (with_extensions) {
      const auto extensions = reader.Vector(2);
      if (!extensions || !ReadExtensions(*extensions, entry)) return std::nullopt;
    }
    entries.push_back(entry);
  }
  return entries;
}

}  // namespace

std::optional<std::vector<CertificateEntry>> ParseCertificateTls12(BytesView body) {
  return ReadList(Reader(body), false);
}

std::optional<std::vector<CertificateEntry>> ParseCertificateTls13(BytesView body) {
  Reader message(body);
  if (!message.Vector(1)) return std::nullopt;  // certificate_request_context
  return ReadList(message, true);
}

std::optional<BytesView> ParseCertificateStatus(BytesView body) {
  Reader reader(body);
  const auto type = reader.Number(1);
  if (!type || *type != kOcsp) return std::nullopt;
  const auto response = reader.Vector(3);
  if (!response || !reader.done()) return std::nullopt;
  return response;
}

}  // namespace stapling
