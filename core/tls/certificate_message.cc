#include "core/tls/certificate_message.h"

#include "core/tls/message_reader.h"

namespace stapling {
namespace {

constexpr std::uint16_t kStatusRequest = 5;  // ExtensionType (RFC 6066)
constexpr std::uint8_t kOcsp = 1;            // CertificateStatusType

// False if the extensions are malformed. A repeated status_request is (RFC 8446 section 4.2).
bool ReadExtensions(BytesView extensions, CertificateEntry& entry) {
  for (MessageReader reader(extensions); !reader.done();) {
    const auto type = reader.Number(2);
    const auto data = reader.Vector(2);
    if (!type || !data) return false;
    if (*type != kStatusRequest) {
      entry.unsolicited = true;
      continue;
    }
    if (entry.staple) return false;
    const auto response = ParseCertificateStatus(*data);
    entry.staple = response ? *response : *data;
  }
  return true;
}

// The list after what precedes it; `with_extensions` as TLS 1.3 has them.
std::optional<std::vector<CertificateEntry>> ReadList(MessageReader message, bool with_extensions) {
  const auto list = message.Vector(3);
  if (!list || !message.done()) return std::nullopt;
  std::vector<CertificateEntry> entries;
  for (MessageReader reader(*list); !reader.done();) {
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
  return ReadList(MessageReader(body), false);
}

std::optional<std::vector<CertificateEntry>> ParseCertificateTls13(BytesView body) {
  MessageReader message(body);
  if (!message.Vector(1)) return std::nullopt;  // certificate_request_context
  return ReadList(message, true);
}

std::vector<std::optional<Bytes>> CopyStaples(const std::vector<CertificateEntry>& entries) {
  std::vector<std::optional<Bytes>> staples(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (const auto& staple = entries[i].staple) staples[i].emplace(staple->begin(), staple->end());
  }
  return staples;
}

std::optional<BytesView> ParseCertificateStatus(BytesView body) {
  MessageReader reader(body);
  const auto type = reader.Number(1);
  if (!type || *type != kOcsp) return std::nullopt;
  const auto response = reader.Vector(3);
  if (!response || !reader.done()) return std::nullopt;
  return response;
}

}  // namespace stapling
