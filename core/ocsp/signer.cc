#include "core/ocsp/signer.h"

#include <algorithm>
#include <array>

#include "core/bytes.h"
#include "core/x509/asn1_view.h"
#include "core/x509/certificate.h"
#include "core/x509/clear_errors.h"
#include "core/x509/issuer.h"
#include "core/x509/public_key_context.h"
#include "core/x509/relative_points.h"
#include "core/x509/signature_algorithm.h"
#include "core/x509/text.h"

namespace stapling {
namespace {

struct ResponderId {
  const X509_NAME* name = nullptr;              // byName
  const ASN1_OCTET_STRING* key_hash = nullptr;  // byKey: SHA-1 of the public key's bits
};

ResponderId ReadResponderId(const OCSP_BASICRESP* response) {
  ResponderId id;
  OCSP_resp_get0_id(response, &id.key_hash, &id.name);
  return id;
}

bool Matches(const ResponderId& id, const X509* certificate) {
  if (id.name != nullptr) {
    return X509_NAME_cmp(id.name, X509_get_subject_name(certificate)) == 0;
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (id.key_hash == nullptr ||
      X509_pubkey_digest(certificate, EVP_sha1(), digest.data(), &length) != 1) {
    return false;
  }
  return std::ranges::equal(ViewOf(id.key_hash), BytesView(digest).first(length));
}

bool Verifies(const OCSP_BASICRESP* response, const X509* certificate) {
  EVP_PKEY* key = X509_get0_pubkey(certificate);
  const bool verifies =
      key != nullptr &&
      ASN1_item_verify_ex(ASN1_ITEM_rptr(OCSP_RESPDATA), OCSP_resp_get0_tbs_sigalg(response),
                          OCSP_resp_get0_signature(response), OCSP_resp_get0_respdata(response),
                          nullptr, key, PublicKeyContext(), nullptr) == 1;
  ClearErrors();
  return verifies;
}

// The issuer's name and key make the issuer, whatever the rest of the certificate says.
bool IsTwin(X509* issuer, X509* certificate) {
  return X509_NAME_cmp(X509_get_subject_name(issuer), X509_get_subject_name(certificate)) == 0 &&
         EVP_PKEY_eq(X509_get0_pubkey(issuer), X509_get0_pubkey(certificate)) == 1;
}

// extendedKeyUsage must be there and say OCSPSigning: without the extension OpenSSL's accessor
// answers "everything". anyExtendedKeyUsage is not enough.
bool MaySignOcsp(X509* certificate) {
  const std::uint32_t flags = X509_get_extension_flags(certificate);
  constexpr std::uint32_t kUnusable = EXFLAG_INVALID | EXFLAG_CRITICAL;
  return (flags & kUnusable) == 0 && (flags & EXFLAG_XKUSAGE) != 0 &&
         (X509_get_extended_key_usage(certificate) & XKU_OCSP_SIGN) != 0;
}

bool IsAuthorized(X509* delegate, X509* issuer) {
  return !HasManyRelativePoints(delegate) && MaySignOcsp(delegate) && Issued(issuer, delegate);
}

}  // namespace

SignerFinding FindSigner(const OCSP_BASICRESP* response, X509* issuer) {
  const ResponderId id = ReadResponderId(response);
  const bool acceptable = ReadSignatureAlgorithm(OCSP_resp_get0_tbs_sigalg(response)).acceptable;
  SignerFinding finding;
  if (Matches(id, issuer)) {
    finding.verifies = acceptable && Verifies(response, issuer);
    if (*finding.verifies) {
      finding.authorized = true;
      finding.signer = Signer::kIssuer;
      return finding;
    }
  }
  const STACK_OF(X509)* embedded = OCSP_resp_get0_certs(response);
  int tried = 0;
  for (int i = 0; i < sk_X509_num(embedded) && tried < kMaxEmbeddedCandidates; ++i) {
    X509* candidate = sk_X509_value(embedded, i);
    if (!Matches(id, candidate) || IsTwin(issuer, candidate)) continue;
    ++tried;
    const bool verifies = acceptable && Verifies(response, candidate);
    finding.verifies = finding.verifies.value_or(false) || verifies;
    if (!verifies) continue;
    const bool authorized = IsAuthorized(candidate, issuer);
    finding.authorized = finding.authorized.value_or(false) || authorized;
    if (authorized) finding.delegates.push_back(ValidityOf(candidate));
  }
  if (!finding.delegates.empty()) finding.signer = Signer::kDelegated;
  ClearErrors();
  return finding;
}

std::string ResponderIdText(const OCSP_BASICRESP* response) {
  const ResponderId id = ReadResponderId(response);
  if (id.name != nullptr) return NameText(id.name);
  return id.key_hash == nullptr ? std::string() : CleanText(ToHex(ViewOf(id.key_hash)));
}

std::string SignatureAlgorithmName(const OCSP_BASICRESP* response) {
  return ReadSignatureAlgorithm(OCSP_resp_get0_tbs_sigalg(response)).name;
}

}  // namespace stapling
