#include "core/ocsp/response.h"

#include <algorithm>
#include <climits>

#include "core/x509/asn1_view.h"
#include "core/x509/clear_errors.h"
#include "core/x509/der_reader.h"
#include "core/x509/encode.h"
#include "core/x509/extension.h"
#include "core/x509/public_key_context.h"
#include "core/x509/text.h"
#include "core/x509/time.h"

namespace stapling {
namespace {

// The one DER value that `der` is, or nullptr: decoded, nothing left over, and encoding it again
// gives the same bytes.
template <typename Pointer, auto Decode, auto Encode>
Pointer DecodeWhole(BytesView der) {
  if (der.empty() || der.size() > INT_MAX) return nullptr;
  const unsigned char* position = der.data();
  Pointer decoded(Decode(nullptr, &position, static_cast<long>(der.size())));
  ClearErrors();
  if (!decoded || position != der.data() + der.size()) return nullptr;
  return std::ranges::equal(der, EncodeDer(decoded.get(), Encode)) ? std::move(decoded) : nullptr;
}

OCSP_BASICRESP* DecodeBasic(OCSP_BASICRESP** /*reused*/, const unsigned char** der, long length) {
  return reinterpret_cast<OCSP_BASICRESP*>(ASN1_item_d2i_ex(
      nullptr, der, length, ASN1_ITEM_rptr(OCSP_BASICRESP), PublicKeyContext(), nullptr));
}

std::optional<ResponseStatus> DefinedStatus(std::uint8_t status) {
  for (const ResponseStatus defined : ResponseStatuses()) {
    if (static_cast<std::uint8_t>(defined) == status) return defined;
  }
  return std::nullopt;
}

// DER writes TRUE as FF and never writes the default FALSE; OpenSSL keeps whatever was sent.
bool IsDer(const X509_EXTENSION* extension) {
  const Bytes encoded = EncodeDer(extension, i2d_X509_EXTENSION);
  DerReader reader(encoded);
  return TakeExtension(reader).has_value();
}

// Nonces (RFC 8954) and lists of signed certificate timestamps (RFC 6962) are understood.
bool IsUnknownCritical(X509_EXTENSION* extension) {
  if (X509_EXTENSION_get_critical(extension) == 0) return false;
  const int nid = OBJ_obj2nid(X509_EXTENSION_get_object(extension));
  return nid != NID_id_pkix_OCSP_Nonce && nid != NID_ct_cert_scts;
}

// Notes in `unknown_critical` what one of `count` extensions is; false if one is not DER.
template <typename Holder>
bool ReadExtensions(Holder* holder, int count, X509_EXTENSION* (*get)(Holder*, int),
                    bool& unknown_critical) {
  for (int i = 0; i < count; ++i) {
    X509_EXTENSION* extension = get(holder, i);
    if (!IsDer(extension)) return false;
    unknown_critical |= IsUnknownCritical(extension);
  }
  return true;
}

// Writes the CertID's fields; false if one is not there.
bool ReadCertId(const OCSP_SINGLERESP* single, SingleResponse& read) {
  ASN1_OCTET_STRING* name_hash = nullptr;
  ASN1_OCTET_STRING* key_hash = nullptr;
  ASN1_OBJECT* algorithm = nullptr;
  ASN1_INTEGER* serial = nullptr;
  // The getters only hand out inner pointers; the const is missing from their signature.
  auto* id = const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(single));
  if (OCSP_id_get0_info(&name_hash, &algorithm, &key_hash, &serial, id) != 1) return false;
  read.hash = EVP_get_digestbyobj(algorithm);
  if (read.hash != nullptr) {
    read.hash_algorithm = OBJ_nid2sn(EVP_MD_get_type(read.hash));
  } else {
    char dotted[128] = "";
    OBJ_obj2txt(dotted, sizeof dotted, algorithm, 1);
    read.hash_algorithm = CleanText(dotted);
  }
  read.issuer_name_hash = ViewOf(name_hash);
  read.issuer_key_hash = ViewOf(key_hash);
  read.serial = serial;
  return true;
}

// nullopt if a time or an extension is not in DER's one form.
std::optional<SingleResponse> ReadSingle(OCSP_SINGLERESP* single) {
  SingleResponse read;
  if (!ReadCertId(single, read)) return std::nullopt;

  int reason = OCSP_REVOKED_STATUS_NOSTATUS;
  ASN1_GENERALIZEDTIME* revoked = nullptr;
  ASN1_GENERALIZEDTIME* this_update = nullptr;
  ASN1_GENERALIZEDTIME* next_update = nullptr;
  const int status = OCSP_single_get0_status(single, &reason, &revoked, &this_update, &next_update);

  const auto this_instant = ToInstant(this_update);
  if (!this_instant) return std::nullopt;
  read.this_update = *this_instant;
  if (next_update != nullptr) {
    read.next_update = ToInstant(next_update);
    if (!read.next_update) return std::nullopt;
  }
  if (status == V_OCSP_CERTSTATUS_GOOD) {
    read.status = CertificateStatus::kGood;
  } else if (status == V_OCSP_CERTSTATUS_REVOKED) {
    read.status = CertificateStatus::kRevoked;
    read.revoked_at = ToInstant(revoked);
    if (!read.revoked_at) return std::nullopt;
    if (reason != OCSP_REVOKED_STATUS_NOSTATUS) read.revocation_reason = reason;
  } else if (status != V_OCSP_CERTSTATUS_UNKNOWN) {
    return std::nullopt;
  }
  if (!ReadExtensions(single, OCSP_SINGLERESP_get_ext_count(single), OCSP_SINGLERESP_get_ext,
                      read.unknown_critical_extension)) {
    return std::nullopt;
  }
  return read;
}

// What OCSPResponse wraps. OpenSSL offers no view of the octets of `response`, and cuts
// responseStatus down to an int.
struct Envelope {
  BytesView status;
  std::optional<DerElement> type;
  std::optional<DerElement> response;
};

std::optional<Envelope> OpenEnvelope(BytesView der) {
  DerReader input(der);
  const auto outer = input.Take(tag::kSequence);
  if (!outer) return std::nullopt;
  DerReader fields(outer->content);
  const auto status = fields.Take(tag::kEnumerated);
  if (!status) return std::nullopt;
  Envelope envelope{.status = status->content, .type = std::nullopt, .response = std::nullopt};
  if (fields.done()) return envelope;
  const auto explicit_bytes = fields.Take(tag::Constructed(0));
  if (!explicit_bytes) return std::nullopt;
  const auto bytes = DerReader(explicit_bytes->content).Take(tag::kSequence);
  if (!bytes) return std::nullopt;
  DerReader body(bytes->content);
  envelope.type = body.Take(tag::kOid);
  envelope.response = body.Take(tag::kOctetString);
  return envelope;
}

bool IsBasicType(const std::optional<DerElement>& type) {
  const ASN1_OBJECT* basic = OBJ_nid2obj(NID_id_pkix_OCSP_basic);
  return type &&
         std::ranges::equal(type->content, BytesView(OBJ_get0_data(basic), OBJ_length(basic)));
}

// RFC 6960 section 4.2.1: v1 alone. DER leaves the default out; responders that write it are taken
// as browsers take them.
bool IsVersion1(BytesView basic) {
  constexpr std::uint8_t kV1[] = {0};
  const auto outer = DerReader(basic).Take(tag::kSequence);
  if (!outer) return false;
  const auto data = DerReader(outer->content).Take(tag::kSequence);
  if (!data) return false;
  DerReader fields(data->content);
  if (!fields.NextIs(tag::Constructed(0))) return true;
  const auto wrapped = fields.Take();
  if (!wrapped) return false;
  const auto version = DerReader(wrapped->content).Take(tag::kInteger);
  return version && std::ranges::equal(version->content, kV1);
}

bool ReadBasic(DecodedResponse& decoded) {
  OCSP_BASICRESP* basic = decoded.basic.get();
  const auto produced_at = ToInstant(OCSP_resp_get0_produced_at(basic));
  if (!produced_at) return false;
  decoded.produced_at = *produced_at;
  if (!ReadExtensions(basic, OCSP_BASICRESP_get_ext_count(basic), OCSP_BASICRESP_get_ext,
                      decoded.unknown_critical_extension)) {
    return false;
  }
  const int count = OCSP_resp_count(basic);
  decoded.singles.reserve(static_cast<std::size_t>(std::max(0, count)));
  for (int i = 0; i < count; ++i) {
    auto single = ReadSingle(OCSP_resp_get0(basic, i));
    if (!single) return false;
    decoded.singles.push_back(std::move(*single));
  }
  return true;
}

}  // namespace

DecodedResponse DecodeResponse(BytesView der) {
  DecodedResponse decoded;
  if (!DecodeWhole<ResponsePtr, d2i_OCSP_RESPONSE, i2d_OCSP_RESPONSE>(der)) return decoded;
  const auto envelope = OpenEnvelope(der);
  if (!envelope || envelope->status.size() != 1) return decoded;
  decoded.status = DefinedStatus(envelope->status[0]);
  if (!decoded.status) return decoded;
  if (*decoded.status != ResponseStatus::kSuccessful) {
    decoded.well_formed = true;
    return decoded;
  }
  if (!IsBasicType(envelope->type) || !envelope->response) return decoded;
  decoded.basic =
      DecodeWhole<BasicResponsePtr, DecodeBasic, i2d_OCSP_BASICRESP>(envelope->response->content);
  decoded.well_formed =
      decoded.basic && IsVersion1(envelope->response->content) && ReadBasic(decoded);
  return decoded;
}

}  // namespace stapling
