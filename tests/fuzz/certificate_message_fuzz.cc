// The Certificate message under both versions, and CertificateStatus: what is handed out lies in
// the input, a TLS 1.2 list put together again is the input, and a TLS 1.3 list reads the same. A
// list of extensions repeats one in whatever message it stands.
#include "core/tls/certificate_message.h"

#include <algorithm>

#include "core/tls/repeated_extension.h"
#include "tests/fuzz/fuzz.h"

using stapling::Bytes;
using stapling::BytesView;
using stapling::CertificateEntry;
using stapling::fuzz::Require;

namespace {

bool LiesIn(BytesView part, BytesView whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void Put(Bytes& out, unsigned octets, std::size_t number) {
  while (octets-- > 0) out.push_back(static_cast<std::uint8_t>(number >> (8 * octets)));
}

void PutVector(Bytes& out, unsigned length_octets, BytesView content) {
  Put(out, length_octets, content.size());
  out.insert(out.end(), content.begin(), content.end());
}

Bytes EncodeTls12(const std::vector<CertificateEntry>& entries) {
  Bytes list;
  for (const CertificateEntry& entry : entries) PutVector(list, 3, entry.certificate);
  Bytes body;
  PutVector(body, 3, list);
  return body;
}

// With an empty context and no extension but status_request.
Bytes EncodeTls13(const std::vector<CertificateEntry>& entries) {
  Bytes list;
  for (const CertificateEntry& entry : entries) {
    PutVector(list, 3, entry.certificate);
    Bytes extensions;
    if (entry.staple) {
      Bytes status = {1};
      PutVector(status, 3, *entry.staple);
      Put(extensions, 2, 5);
      PutVector(extensions, 2, status);
    }
    PutVector(list, 2, extensions);
  }
  Bytes body = {0};
  PutVector(body, 3, list);
  return body;
}

bool IsSame(const CertificateEntry& one, const CertificateEntry& other) {
  return std::ranges::equal(one.certificate, other.certificate) &&
         one.staple.has_value() == other.staple.has_value() &&
         (!one.staple || std::ranges::equal(*one.staple, *other.staple));
}

void RequireInside(const std::vector<CertificateEntry>& entries, BytesView input) {
  for (const CertificateEntry& entry : entries) {
    Require(LiesIn(entry.certificate, input), "a certificate lies in the message");
    if (entry.staple) Require(LiesIn(*entry.staple, input), "a staple lies in the message");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const BytesView input(data, size);
  if (const auto entries = stapling::ParseCertificateTls12(input)) {
    RequireInside(*entries, input);
    Require(std::ranges::equal(EncodeTls12(*entries), input), "a list encodes to the message");
  }
  if (const auto entries = stapling::ParseCertificateTls13(input)) {
    RequireInside(*entries, input);
    const Bytes message = EncodeTls13(*entries);
    const auto again = stapling::ParseCertificateTls13(message);
    Require(again && std::ranges::equal(*entries, *again, IsSame), "the same list");
  }
  if (const auto staple = stapling::ParseCertificateStatus(input)) {
    Require(LiesIn(*staple, input) && staple->size() + 4 == size, "all but the header is staple");
  }
  const bool repeats = stapling::EncryptedExtensionsRepeatOne(input);
  Bytes request = {0};
  request.insert(request.end(), input.begin(), input.end());
  Require(stapling::CertificateRequestRepeatsAnExtension(request) == repeats, "the same list");
  Bytes hello(2 + 32, 0);
  hello.insert(hello.end(), {0, 0x13, 0x01, 0});
  hello.insert(hello.end(), input.begin(), input.end());
  Require(stapling::ServerHelloRepeatsAnExtension(hello) == repeats, "the same list");
  return 0;
}
