// The Certificate message under both versions, and CertificateStatus: what is handed out lies in
// the input, and a TLS 1.2 list put together again is the input.
#include "core/tls/certificate_message.h"

#include <algorithm>

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

void Put24(Bytes& out, std::size_t number) {
  for (const unsigned shift : {16U, 8U, 0U})
    out.push_back(static_cast<std::uint8_t>(number >> shift));
}

Bytes EncodeTls12(const std::vector<CertificateEntry>& entries) {
  Bytes list;
  for (const CertificateEntry& entry : entries) {
    Put24(list, entry.certificate.size());
    list.insert(list.end(), entry.certificate.begin(), entry.certificate.end());
  }
  Bytes body;
  Put24(body, list.size());
  body.insert(body.end(), list.begin(), list.end());
  return body;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const BytesView input(data, size);
  for (const auto& entries :
       {stapling::ParseCertificateTls12(input), stapling::ParseCertificateTls13(input)}) {
    if (!entries) continue;
    for (const CertificateEntry& entry : *entries) {
      Require(LiesIn(entry.certificate, input), "a certificate lies in the message");
      if (entry.staple) Require(LiesIn(*entry.staple, input), "a staple lies in the message");
    }
  }
  if (const auto entries = stapling::ParseCertificateTls12(input)) {
    Require(std::ranges::equal(EncodeTls12(*entries), input), "a list encodes to the message");
  }
  if (const auto staple = stapling::ParseCertificateStatus(input)) {
    Require(LiesIn(*staple, input) && staple->size() + 4 == size, "all but the header is staple");
  }
  return 0;
}
