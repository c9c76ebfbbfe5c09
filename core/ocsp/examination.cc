#include "core/ocsp/examination.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "core/ocsp/response.h"
#include "core/ocsp/signer.h"
#include "core/x509/asn1_view.h"
#include "core/x509/certificate.h"
#include "core/x509/clear_errors.h"

namespace stapling {
namespace {

// What a CertID gives of the issuer as a hash, in the digest that the response chose. Hashed once
// in each: a name may be as long as a chain, and thousands of SingleResponses may claim to know it.
class HashedField {
 public:
  explicit HashedField(BytesView field) : field_(field) {}

  bool Matches(BytesView claimed, const EVP_MD* digest) {
    const int size = EVP_MD_get_size(digest);
    return size > 0 && claimed.size() == static_cast<std::size_t>(size) &&
           std::ranges::equal(claimed, HashIn(digest));
  }

 private:
  struct Hash {
    const EVP_MD* digest;
    std::array<unsigned char, EVP_MAX_MD_SIZE> octets{};
    unsigned int size = 0;
  };

  // Empty where the digest is not to be had. Digests are OpenSSL's own, each at one address.
  BytesView HashIn(const EVP_MD* digest) {
    auto known = std::ranges::find(hashes_, digest, &Hash::digest);
    if (known == hashes_.end()) known = hashes_.insert(known, Compute(digest));
    return BytesView(known->octets).first(known->size);
  }

  [[nodiscard]] Hash Compute(const EVP_MD* digest) const {
    Hash hash{.digest = digest};
    if (EVP_Digest(field_.data(), field_.size(), hash.octets.data(), &hash.size, digest, nullptr) !=
        1) {
      hash.size = 0;
    }
    return hash;
  }

  BytesView field_;
  std::vector<Hash> hashes_;
};

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
                                                         X509_get_issuer_name(certificate)) == 0),
        issuer_name_(EncodedName(X509_get_issuer_name(certificate))),
        issuer_key_(issuer_known_ ? PublicKeyBits(issuer) : BytesView()) {}

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
  bool IsMatch(const SingleResponse& single) {
    return single.hash != nullptr &&
           ASN1_INTEGER_cmp(single.serial, X509_get0_serialNumber(certificate_)) == 0 &&
           issuer_name_.Matches(single.issuer_name_hash, single.hash) &&
           (!issuer_known_ || issuer_key_.Matches(single.issuer_key_hash, single.hash));
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
  HashedField issuer_name_;
  HashedField issuer_key_;
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
