#include "core/crl/crl.h"

#include <algorithm>
#include <climits>

#include "core/x509/certificate.h"
#include "core/x509/clear_errors.h"
#include "core/x509/encode.h"
#include "core/x509/pem.h"
#include "core/x509/signature.h"
#include "core/x509/signature_algorithm.h"

namespace stapling {
namespace {

constexpr std::size_t kMaxAnswers = 8;  // keys of one issuer name whose answers are kept

// OpenSSL's decoding of one element, all of it.
template <typename Pointer, auto Decode>
Pointer DecodeElement(BytesView element) {
  if (element.size() > INT_MAX) return nullptr;
  const unsigned char* position = element.data();
  Pointer decoded(Decode(nullptr, &position, static_cast<long>(element.size())));
  ClearErrors();
  if (!decoded || position != element.data() + element.size()) return nullptr;
  return decoded;
}

bool IsDer(BytesView octets) { return !octets.empty() && octets.front() == tag::kSequence; }

}  // namespace

std::shared_ptr<const Crl> Crl::Decode(Bytes octets) {
  if (!IsDer(octets)) {
    auto der = DecodePem(octets, "X509 CRL");
    if (!der) return nullptr;
    octets = std::move(*der);
  }
  auto crl = std::make_shared<Crl>(Private(), std::move(octets));
  return crl->Read() ? crl : nullptr;
}

bool Crl::Read() {
  DerReader input(der_);
  const auto list = input.Take(tag::kSequence);
  if (!list || !input.done()) return false;
  DerReader fields(list->content);
  const auto to_be_signed = fields.Take(tag::kSequence);
  const auto algorithm = fields.Take(tag::kSequence);
  const auto signature = fields.Take(tag::kBitString);
  if (!to_be_signed || !algorithm || !signature || !fields.done()) return false;
  if (signature->content.empty() || signature->content[0] != 0) return false;  // unused bits
  to_be_signed_ = to_be_signed->whole;
  signature_ = signature->content.subspan(1);
  algorithm_ = DecodeElement<AlgorithmPtr, d2i_X509_ALGOR>(algorithm->whole);
  return algorithm_ && ReadToBeSigned(to_be_signed->content, algorithm->whole);
}

bool Crl::ReadToBeSigned(BytesView content, BytesView outer_algorithm) {
  DerReader fields(content);
  const bool version2 = fields.NextIs(tag::kInteger);
  if (version2) {
    const auto version = fields.Take();
    if (!version || version->content.size() != 1 || version->content[0] != 1) return false;
  }
  const auto algorithm = fields.Take(tag::kSequence);
  const auto issuer = fields.Take(tag::kSequence);
  if (!algorithm || !issuer) return false;
  algorithms_agree_ = std::ranges::equal(algorithm->whole, outer_algorithm);
  issuer_ = DecodeElement<NamePtr, d2i_X509_NAME>(issuer->whole);
  return issuer_ && ReadTimes(fields) && ReadRevoked(fields, version2) &&
         ReadExtensions(fields, version2) && fields.done();
}

bool Crl::ReadTimes(DerReader& fields) {
  const auto this_update = TakeTime(fields);
  if (!this_update) return false;
  this_update_ = *this_update;
  if (!fields.NextIs(tag::kUtcTime) && !fields.NextIs(tag::kGeneralizedTime)) return true;
  next_update_ = TakeTime(fields);
  return next_update_.has_value();
}

bool Crl::ReadRevoked(DerReader& fields, bool version2) {
  if (!fields.NextIs(tag::kSequence)) return true;
  const auto revoked = fields.Take();
  if (!revoked) return false;
  revoked_ = revoked->content;
  auto index = RevokedIndex::Build(revoked_, version2);
  if (!index) return false;
  index_ = std::move(*index);
  return true;
}

bool Crl::ReadExtensions(DerReader& fields, bool version2) {
  if (!fields.NextIs(tag::Constructed(0))) return true;
  const auto field = fields.Take();
  if (!version2 || !field) return false;
  DerReader inner(field->content);
  const auto extensions = inner.Take(tag::kSequence);
  if (!extensions || !inner.done()) return false;
  for (DerReader reader(extensions->content); !reader.done();) {
    const auto extension = TakeExtension(reader);
    if (!extension || !ReadExtension(*extension)) return false;
  }
  return true;
}

bool Crl::ReadExtension(const ExtensionView& extension) {
  switch (extension.id) {
    case IdCe::kCrlNumber:
      return ReadNumber(extension.value);
    case IdCe::kDeltaCrlIndicator:
      is_delta_ = true;
      return true;
    case IdCe::kIssuingDistributionPoint:
      if (scope_) return false;
      scope_ = ReadIssuingDistributionPoint(extension.value);
      return scope_.has_value();
    case IdCe::kAuthorityKeyIdentifier:  // the key is known already
      return true;
    default:
      unknown_critical_extension_ |= extension.critical;
      return true;
  }
}

bool Crl::ReadNumber(BytesView value) {
  DerReader reader(value);
  const auto number = reader.Take(tag::kInteger);
  if (!number_.empty() || !number || !reader.done() || !IsDerInteger(number->content)) return false;
  using IntegerPtr = std::unique_ptr<ASN1_INTEGER, OpensslDeleter<ASN1_INTEGER_free>>;
  const auto integer = DecodeElement<IntegerPtr, d2i_ASN1_INTEGER>(number->whole);
  if (!integer) return false;
  number_ = SerialHex(integer.get());
  return true;
}

std::string Crl::SignatureAlgorithmName() const {
  return ReadSignatureAlgorithm(algorithm_.get()).name;
}

std::size_t Crl::memory_bytes() const {
  return sizeof *this + der_.capacity() + index_.memory_bytes() + number_.capacity() +
         (scope_ ? scope_->memory_bytes() : 0);
}

std::optional<Crl::Entry> Crl::Find(const ASN1_INTEGER* serial) const {
  const auto found = index_.Find(revoked_, EncodeDer(serial, i2d_ASN1_INTEGER));
  if (!found) return std::nullopt;
  return Entry{.revoked_at = found->revoked_at, .reason = found->reason};
}

bool Crl::SignedBy(X509* issuer) const {
  if (!algorithms_agree_) return false;
  Bytes key = EncodeDer(X509_get_X509_PUBKEY(issuer), i2d_X509_PUBKEY);
  const std::lock_guard lock(mutex_);
  const auto known = std::ranges::find(answers_, key, &std::pair<Bytes, bool>::first);
  if (known != answers_.end()) return known->second;
  const bool verifies =
      SignatureVerifies(to_be_signed_, algorithm_.get(), signature_, X509_get0_pubkey(issuer));
  if (answers_.size() == kMaxAnswers) answers_.erase(answers_.begin());
  answers_.emplace_back(std::move(key), verifies);
  return verifies;
}

}  // namespace stapling
