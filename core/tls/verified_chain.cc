#include "core/tls/verified_chain.h"

namespace stapling {

std::size_t VerifiedChain::Bytes() const {
  std::size_t bytes =
      sizeof *this + links.capacity() * sizeof(Link) + facts.capacity() * sizeof(CertificateFacts);
  if (!leaf) return bytes;
  bytes += sizeof *leaf;
  for (const std::string* text : {&leaf->fingerprint_sha256, &leaf->subject, &leaf->issuer,
                                  &leaf->subject_alternative, &leaf->serial}) {
    bytes += text->capacity();
  }
  return bytes;
}

}  // namespace stapling
