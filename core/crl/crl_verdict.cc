#include "core/crl/crl_verdict.h"

#include <array>

namespace stapling {
namespace {

constexpr std::array<CrlVerdictInfo, kCrlVerdictCount> kVerdicts{{
    {CrlVerdict::kMalformed, "malformed", "What was fetched is not a well-formed CRL.",
     "Look at what the URL serves: an error page, a list cut short, or another format."},
    {CrlVerdict::kUnsupported, "unsupported",
     "The CRL is a delta or an indirect one, which are not judged.",
     "Have the certificate name a complete list by its own issuer, or rely on OCSP."},
    {CrlVerdict::kIssuerUnknown, "issuer_unknown",
     "The certificate's issuer is not at hand, so nothing vouches for the CRL.",
     "Have the server send its intermediate certificate, or name the right CA in ca_file."},
    {CrlVerdict::kWrongIssuer, "wrong_issuer", "The CRL is another issuer's.",
     "Tell the CA: the certificate's distribution point serves the list of another CA."},
    {CrlVerdict::kWrongScope, "wrong_scope",
     "The CRL does not cover this certificate: it is of another partition, of another kind of "
     "certificate, or of some reasons only.",
     "Tell the CA: the list does not fit the certificate's distribution point."},
    {CrlVerdict::kCriticalExtension, "critical_extension",
     "The CRL or one of its entries holds a critical extension that a client need not understand.",
     "Ask the CA to leave the critical extension out."},
    {CrlVerdict::kBadSignature, "bad_signature",
     "The CRL's signature does not verify under the issuer's key.",
     "Fetch the list again; if that is bad too, tell the CA, which may have changed its key."},
    {CrlVerdict::kUnauthorizedSigner, "unauthorized_signer",
     "The issuer's certificate does not allow its key to sign CRLs.",
     "Tell the CA: its certificate lacks cRLSign in keyUsage."},
    {CrlVerdict::kNotYetValid, "not_yet_valid", "The CRL's thisUpdate is in the future.",
     "Check the clocks of the exporter's host and of the CA."},
    {CrlVerdict::kExpired, "expired", "The CRL's nextUpdate has passed.",
     "Tell the CA that it no longer publishes its list, or look for a cache that serves an old "
     "one."},
    {CrlVerdict::kNoNextUpdate, "no_next_update",
     "The CRL has no nextUpdate, so nobody can tell whether it is current.",
     "Ask the CA for lists with nextUpdate, as RFC 5280 requires."},
    {CrlVerdict::kRevoked, "revoked", "The CA's list says that the certificate is revoked.",
     "Replace the certificate and its key."},
    {CrlVerdict::kNotRevoked, "not_revoked",
     "The CA's list covers the certificate and does not hold it.", ""},
}};

}  // namespace

std::span<const CrlVerdictInfo, kCrlVerdictCount> CrlVerdicts() { return kVerdicts; }
const CrlVerdictInfo& Describe(CrlVerdict verdict) {
  return kVerdicts.at(static_cast<std::size_t>(verdict));
}

}  // namespace stapling
