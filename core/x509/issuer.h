// Who issued this certificate? The one question on which every staple's signature rests.
//
// The answer is the next certificate of the chain, and only of a chain that verified; else any
// certificate at hand whose subject is the certificate's issuer and whose key verifies the
// certificate's signature. Nothing is believed because somebody sent it: a same-name impostor has
// another key, a cross-signed twin with the same name and key is the issuer as much as any, and a
// kind of key that can be made to fit a signature is not looked at.
#pragma once

#include <span>

#include "core/x509/identified_certificate.h"
#include "core/x509/openssl_ptr.h"
#include "core/x509/trust_store.h"

namespace stapling {

inline constexpr int kMaxPresentedIssuers = 16;
// Of RSA. No CA has more than 17; with as many as the modulus has, a key fits any signature.
inline constexpr int kMaxExponentBits = 64;

// The certificate after this one in a chain that was verified, leaf to anchor; null at its end and
// outside of it.
const IdentifiedCertificate* NextInChain(const Sha256Digest& certificate,
                                         std::span<const IdentifiedCertificate> verified_chain);

// Where to look for the issuer of a certificate that no verified chain goes on from.
struct IssuerCandidates {
  // As the server sent them; not trusted. No more than kMaxPresentedIssuers of the issuer's name
  // are tried: each costs a verification, and a server may send thousands.
  std::span<const X509Ptr> presented;
  const TrustStore* trust_store = nullptr;
};

// nullptr when none is at hand.
X509Ptr FindIssuer(X509* certificate, const IssuerCandidates& candidates);

// A key that verifies a signature need not be the one that made it: who may choose an RSA exponent,
// a DSA base or the base point of a curve, makes a key of his own for a signature that he has seen.
bool MayBeMadeForASignature(EVP_PKEY* key);

// The subject of `issuer` is the issuer of `certificate`, and its key verifies the signature, which
// is not of MD5 or weaker. Of keys: RSA with an exponent up to kMaxExponentBits, elliptic curves
// that have a name, Ed25519 and Ed448. DSA, and curves of a certificate's own, are never issuers.
bool Issued(X509* issuer, X509* certificate);

}  // namespace stapling
