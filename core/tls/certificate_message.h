// The bodies of the TLS messages that carry certificates and staples, taken apart.
//
// Pure parsing with every length checked; nothing is decoded below the level of octets. The views
// point into the message.
#pragma once

#include <optional>
#include <vector>

#include "core/bytes.h"

namespace stapling {

struct CertificateEntry {
  BytesView certificate;  // DER of an X.509 certificate
  // The OCSPResponse of the status_request extension; the whole extension where it holds none.
  std::optional<BytesView> staple;
  bool unsolicited = false;  // it has an extension that we never ask for
};

// Certificate of TLS 1.2 (RFC 5246 section 7.4.2), without the four-octet handshake header.
std::optional<std::vector<CertificateEntry>> ParseCertificateTls12(BytesView body);

// Certificate of TLS 1.3 (RFC 8446 section 4.4.2), likewise.
std::optional<std::vector<CertificateEntry>> ParseCertificateTls13(BytesView body);

// What outlives the message: one for each certificate.
std::vector<std::optional<Bytes>> CopyStaples(const std::vector<CertificateEntry>& entries);

// CertificateStatus (RFC 6066 section 8): the OCSPResponse, which may be empty on the wire of a
// rude server. nullopt if the message is malformed or of another type.
std::optional<BytesView> ParseCertificateStatus(BytesView body);

}  // namespace stapling
