#include "core/ocsp/examination.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/ocsp/response.h"
#include "core/ocsp/signer.h"
#include "core/x509/asn1_view.h"
#include "core/x509/certificate.h"
#include "core/x509/clear_errors.h"

namespace stapling {
namespace {

// Two views of one certificate's CertID, in the digest that the response chose.
bool HashMatches(BytesView claimed, const EVP_MD* digest, BytesView data) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> computed{};
  unsigned int length = 0;
  return EVP_Digest(data.data(), data.size(), computed.data(), &length, digest, nullptr) == 1 &&
         std::ranges::equal(claimed, BytesView(computed).first(length));
}

BytesView EncodedName(const X509_NAME* name) {
  const unsigned char* der = nullptr;
  std::size_t length = 0;
  if (X509_NAME_get0_der(name, &der, &length) != 1) return {};
  return {der, length};
}

BytesView PublicKeyBits(const X509* certificate) {
  const ASN1_BIT_STRING* bits = X509_get0_pubkey_bitstr(certificate);
  return bits == nullptr ? BytesView() : ViewOf(bits);
}

CertIdText IdOf(const SingleResponse& single) {
  return {.serial = SerialHex(single.serial), .hash = single.hash_algorithm};
}

CertificateAnswer AnswerOf(const SingleResponse& single) {
  return {.id = IdOf(single),
          .status = single.status,
          .this_update = single.this_update,
          .next_update = single.next_update,
          .revoked_at = single.revoked_at,
          .revocation_reason = single.revocation_reason};
}

// One examination in the making.
class Examining {
 public:
  Examining(X509* certificate, X509* issuer)
      : certificate_(certificate),
        issuer_(issuer),
        // The caller vouches for the key; that the names fit costs nothing to see.
        issuer_known_(issuer != nullptr && X509_NAME_cmp(X509_get_subject_name(issuer),
                                                         X509_get_issuer_name(certificate)) == 0) {}

  Examination Run(BytesView response) {
    found_.size_bytes = response.size();
    found_.certificate = ValidityOf(certificate_);
    const DecodedResponse decoded = DecodeResponse(response);
    found_.response_status = decoded.status;
    Set(Check::kWellFormed, decoded.well_formed);
    if (decoded.well_formed) {
      Set(Check::kResponseSuccessful, decoded.status == ResponseStatus::kSuccessful);
    }
    Set(Check::kIssuerKnown, issuer_known_);
    if (decoded.basic && decoded.well_formed) ReadAnswers(decoded);
    ClearErrors();
    return std::move(found_);
  }

 private:
  void Set(Check check, bool passed) { found_.checks.Set(check, passed); }

  void ReadAnswers(const DecodedResponse& decoded) {
    found_.responder_id = ResponderIdText(decoded.basic.get());
    found_.signature_algorithm = SignatureAlgorithmName(decoded.basic.get());
    found_.produced_at = decoded.produced_at;
    bool unknown_extension = decoded.unknown_critical_extension;
    for (const SingleResponse& single : decoded.singles) {
      if (!IsMatch(single)) continue;
      found_.answers.push_back(AnswerOf(single));
      unknown_extension |= single.unknown_critical_extension;
    }
    const bool matches = !found_.answers.empty();
    // Without the issuer a match is not proved, but a mismatch is.
    if (issuer_known_ || !matches) Set(Check::kCertificateMatch, matches);
    if (!matches && !decoded.singles.empty()) found_.another = IdOf(decoded.singles.front());
    Set(Check::kCriticalExtensions, !unknown_extension);
    if (issuer_known_) ExamineSigner(*decoded.basic);
  }

  // By serial and both hashes; while the issuer is unknown by all but its key.
  [[nodiscard]] bool IsMatch(const SingleResponse& single) const {
    if (single.hash == nullptr ||
        ASN1_INTEGER_cmp(single.serial, X509_get0_serialNumber(certificate_)) != 0 ||
        !HashMatches(single.issuer_name_hash, single.hash,
                     EncodedName(X509_get_issuer_name(certificate_)))) {
      return false;
    }
    return !issuer_known_ ||
           HashMatches(single.issuer_key_hash, single.hash, PublicKeyBits(issuer_));
  }

  void ExamineSigner(const OCSP_BASICRESP& basic) {
    SignerFinding finding = FindSigner(&basic, issuer_);
    if (finding.verifies) Set(Check::kSignature, *finding.verifies);
    if (finding.authorized || !finding.verifies) {
      Set(Check::kSignerAuthorized, finding.authorized.value_or(false));
    }
    found_.signer = finding.signer;
    found_.delegates = std::move(finding.delegates);
  }

  X509* certificate_;
  X509* issuer_;
  bool issuer_known_;
  Examination found_;
};

}  // namespace

std::size_t Examination::Bytes() const {
  std::size_t bytes = sizeof *this + responder_id.capacity() + signature_algorithm.capacity() +
                      answers.capacity() * sizeof(CertificateAnswer) +
                      delegates.capacity() * sizeof(Validity);
  for (const CertificateAnswer& answer : answers) {
    bytes += answer.id.serial.capacity() + answer.id.hash.capacity();
  }
  return bytes;
}

Examination Examine(BytesView response, X509* certificate, X509* issuer) {
  return Examining(certificate, issuer).Run(response);
}

}  // namespace stapling
