#include "core/x509/issuer.h"

#include <openssl/err.h>

#include "core/x509/signature_algorithm.h"

namespace stapling {
namespace {

// The certificate after `certificate` in a verified chain; nullptr at its end or outside it.
X509Ptr NextInChain(X509* certificate, std::span<const X509Ptr> chain) {
  for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
    if (X509_cmp(chain[i].get(), certificate) == 0) return Share(chain[i + 1].get());
  }
  return nullptr;
}

bool HasIssuersName(X509* candidate, X509* certificate) {
  return X509_NAME_cmp(X509_get_subject_name(candidate), X509_get_issuer_name(certificate)) == 0;
}

}  // namespace

bool Issued(X509* issuer, X509* certificate) {
  if (!HasIssuersName(issuer, certificate)) return false;
  const X509_ALGOR* algorithm = nullptr;
  X509_get0_signature(nullptr, &algorithm, certificate);
  if (!ReadSignatureAlgorithm(algorithm).acceptable) return false;
  EVP_PKEY* key = X509_get0_pubkey(issuer);
  const bool verifies = key != nullptr && X509_verify(certificate, key) == 1;
  ERR_clear_error();
  return verifies;
}

X509Ptr FindIssuer(X509* certificate, const IssuerCandidates& candidates) {
  if (X509Ptr next = NextInChain(certificate, candidates.verified_chain)) return next;
  int tried = 0;
  for (const X509Ptr& candidate : candidates.presented) {
    if (!candidate || !HasIssuersName(candidate.get(), certificate)) continue;
    if (++tried > kMaxPresentedIssuers) break;
    if (Issued(candidate.get(), certificate)) return Share(candidate.get());
  }
  if (candidates.trust_store == nullptr) return nullptr;
  for (X509Ptr& candidate :
       candidates.trust_store->FindBySubject(X509_get_issuer_name(certificate))) {
    if (Issued(candidate.get(), certificate)) return std::move(candidate);
  }
  return nullptr;
}

}  // namespace stapling
