#include "tests/support/ocsp_response.h"

#include <utility>

#include "tests/support/certificate_extensions.h"
#include "tests/support/der.h"
#include "tests/support/openssl_handle.h"

namespace stapling::testing {
namespace {

using std::chrono::sys_seconds;

Bytes Time(sys_seconds time, const std::optional<std::string>& text) {
  return text ? der::Text(der::kGeneralizedTime, *text) : der::GeneralizedTime(time);
}

// RFC 6960 §4.1.1.
Bytes CertId(const SingleResponseSpec& spec) {
  const auto hashed = [&](const std::optional<Bytes>& instead, Bytes (Certificate::*part)() const) {
    if (instead) return *instead;
    Require(spec.issuer != nullptr, "naming the issuer of a SingleResponse");
    return Digest(spec.hash, (spec.issuer->*part)());
  };
  return der::Sequence({
      spec.hash_algorithm ? *spec.hash_algorithm : DigestAlgorithm(spec.hash),
      der::OctetString(hashed(spec.issuer_name_hash, &Certificate::SubjectDer)),
      der::OctetString(hashed(spec.issuer_key_hash, &Certificate::PublicKeyContent)),
      der::Element(0x02, spec.serial ? *spec.serial : spec.certificate->SerialContent()),
  });
}

Bytes EncodeStatus(const SingleResponseSpec& spec) {
  if (spec.cert_status) return *spec.cert_status;
  if (spec.status == CertStatus::kGood) return der::Implicit(0, {});
  if (spec.status == CertStatus::kUnknown) return der::Implicit(2, {});
  // RevokedInfo is [1] IMPLICIT, so its fields stand directly inside.
  Bytes revoked = Time(spec.revoked_at, spec.revoked_at_text);
  if (spec.revocation_reason) {
    const auto reason = static_cast<std::uint8_t>(*spec.revocation_reason);
    Append(revoked, der::Explicit(0, der::Enumerated(reason)));
  }
  return der::Explicit(1, revoked);
}

Bytes EncodeSingle(const SingleResponseSpec& spec, bool non_der_boolean) {
  if (spec.raw) return *spec.raw;
  std::vector<Bytes> parts{CertId(spec), EncodeStatus(spec),
                           Time(spec.this_update, spec.this_update_text)};
  if (spec.next_update || spec.next_update_text) {
    const sys_seconds next_update = spec.next_update.value_or(sys_seconds{});
    parts.push_back(der::Explicit(0, Time(next_update, spec.next_update_text)));
  }
  if (!spec.extensions.empty()) {
    parts.push_back(der::Explicit(1, EncodeExtensions(spec.extensions, non_der_boolean)));
  }
  return der::SequenceOf(parts);
}

Bytes EncodeResponderId(const OcspResponseSpec& spec) {
  const ResponderId& id = spec.responder_id;
  if (id.raw) return *id.raw;
  const Certificate* const named = id.certificate != nullptr ? id.certificate : spec.signer;
  Require(named != nullptr, "naming the responder");
  if (id.by == ResponderId::By::kName) return der::Explicit(1, named->SubjectDer());
  return der::Explicit(2, der::OctetString(Digest("SHA1", named->PublicKeyContent())));
}

Bytes EncodeResponseData(const OcspResponseSpec& spec) {
  std::vector<Bytes> singles;
  singles.reserve(spec.responses.size());
  for (const SingleResponseSpec& single : spec.responses) {
    singles.push_back(EncodeSingle(single, spec.non_der_boolean));
  }
  std::vector<Bytes> parts;
  if (spec.version) parts.push_back(der::Explicit(0, der::Integer(*spec.version)));
  parts.push_back(EncodeResponderId(spec));
  parts.push_back(Time(spec.produced_at, spec.produced_at_text));
  parts.push_back(der::SequenceOf(singles));
  if (!spec.extensions.empty()) {
    parts.push_back(der::Explicit(1, EncodeExtensions(spec.extensions, spec.non_der_boolean)));
  }
  return der::SequenceOf(parts);
}

Bytes EncodeBasic(const OcspResponseSpec& spec) {
  if (spec.basic) return *spec.basic;
  const Bytes data = EncodeResponseData(spec);
  Signature signature = Sign(spec.signer->key(), spec.scheme, data);
  if (spec.signature) signature.value = *spec.signature;
  if (spec.corrupt_signature) signature.value.back() ^= 0x01;
  std::vector<Bytes> parts{data, spec.signature_algorithm.value_or(signature.algorithm),
                           der::BitString(signature.value, spec.signature_unused_bits)};
  if (!spec.embedded.empty()) {
    std::vector<Bytes> certificates;
    certificates.reserve(spec.embedded.size());
    for (const Certificate* certificate : spec.embedded) {
      certificates.push_back(certificate->Der());
    }
    parts.push_back(der::Explicit(0, der::SequenceOf(certificates)));
  }
  return der::SequenceOf(parts);
}

// The same element with one octet more of length than DER allows.
Bytes WithLongFormLength(const Bytes& element) {
  const bool is_long = (element[1] & 0x80) != 0;
  const auto octets = static_cast<std::uint8_t>(is_long ? element[1] & 0x7f : 1);
  Bytes result{element[0], static_cast<std::uint8_t>(0x80 | (is_long ? octets + 1 : octets))};
  if (is_long) result.push_back(0);
  result.insert(result.end(), element.begin() + (is_long ? 2 : 1), element.end());
  return result;
}

}  // namespace

Bytes BuildOcspResponse(const OcspResponseSpec& spec) {
  std::vector<Bytes> parts{der::Enumerated(static_cast<std::uint8_t>(spec.status))};
  if (spec.with_bytes.value_or(spec.status == 0)) {
    Bytes basic = EncodeBasic(spec);
    Append(basic, spec.trailing_inside);
    parts.push_back(
        der::Explicit(0, der::Sequence({der::Oid(spec.response_type), der::OctetString(basic)})));
  }
  Bytes response = der::SequenceOf(parts);
  if (spec.long_form_length) response = WithLongFormLength(response);
  Append(response, spec.trailing_outside);
  return response;
}

OcspResponseSpec GoodResponse(const Certificate& certificate, const Certificate& issuer,
                              sys_seconds now) {
  const sys_seconds made = now - std::chrono::hours(1);
  return {.signer = &issuer,
          .produced_at = made,
          .responses = {{.certificate = &certificate,
                         .issuer = &issuer,
                         .this_update = made,
                         .next_update = made + std::chrono::days(7)}}};
}

OcspResponseSpec GoodDelegatedResponse(const Certificate& certificate, const Certificate& issuer,
                                       const Certificate& signer, sys_seconds now) {
  OcspResponseSpec spec = GoodResponse(certificate, issuer, now);
  spec.signer = &signer;
  spec.embedded = {&signer};
  return spec;
}

Bytes ErrorResponse(int status) {
  return BuildOcspResponse({.status = status, .with_bytes = false});
}

}  // namespace stapling::testing
