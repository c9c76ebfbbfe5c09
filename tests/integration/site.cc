#include "tests/integration/site.h"

namespace stapling::testing {

using std::chrono::hours;

std::chrono::sys_seconds RealNow() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

namespace {

Certificate LeafWithCrl(const StandardPki& pki, std::chrono::sys_seconds now,
                        const std::vector<std::string>& responders) {
  return IssueCertificate({.subject = "leaf.test",
                           .issuer = &pki.intermediate,
                           .now = now,
                           .dns_names = {"leaf.test", "localhost"},
                           .responder_urls = responders,
                           .crl_urls = {kCrlUrl}});
}

Certificate Choose(const StandardPki& pki, std::chrono::sys_seconds now, Site::Leaf leaf) {
  switch (leaf) {
    case Site::Leaf::kNamesCrl:
      return LeafWithCrl(pki, now, {kResponderUrl});
    case Site::Leaf::kNamesCrlAlone:
      return LeafWithCrl(pki, now, {});
    case Site::Leaf::kMustStaple:
      return pki.leaf_must_staple;
    case Site::Leaf::kWithoutResponder:
      return pki.leaf_without_responder;
    case Site::Leaf::kPlain:
      break;
  }
  return pki.leaf;
}

}  // namespace

Site::Site(Leaf kind) : now(RealNow()), pki(now), leaf(Choose(pki, now, kind)) {
  directory_.Write("chain.pem", PemChain(Chain()));
  directory_.Write("key.pem", leaf.KeyPem());
  directory_.Write("ca.pem", pki.root.Pem());
}

std::string Site::WriteBytes(const std::string& name, const Bytes& bytes) const {
  return directory_.Write(name, ToString(bytes));
}

OcspResponseSpec Site::Good() const { return GoodResponse(leaf, pki.intermediate, now); }

OcspResponseSpec Site::Expired() const {
  OcspResponseSpec spec = Good();
  spec.produced_at = now - hours(49);
  spec.responses[0].this_update = now - hours(49);
  spec.responses[0].next_update = now - hours(1);
  return spec;
}

OcspResponseSpec Site::Revoked() const {
  constexpr int kKeyCompromise = 1;  // RFC 5280 §5.3.1
  OcspResponseSpec spec = Good();
  spec.responses[0].status = CertStatus::kRevoked;
  spec.responses[0].revoked_at = now - hours(24);
  spec.responses[0].revocation_reason = kKeyCompromise;
  return spec;
}

}  // namespace stapling::testing
