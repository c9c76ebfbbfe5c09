#include "core/x509/certificate.h"

#include <algorithm>
#include <string_view>

#include "core/x509/asn1_view.h"
#include "core/x509/clear_errors.h"
#include "core/x509/decoded_extension.h"
#include "core/x509/encode.h"
#include "core/x509/public_key_context.h"
#include "core/x509/text.h"
#include "core/x509/time.h"

namespace stapling {
namespace {

constexpr long kStatusRequestFeature = 5;  // the TLS extension's number (RFC 6066)

using AccessPtr =
    std::unique_ptr<AUTHORITY_INFO_ACCESS, OpensslDeleter<AUTHORITY_INFO_ACCESS_free>>;
using FeaturePtr = std::unique_ptr<TLS_FEATURE, OpensslDeleter<TLS_FEATURE_free>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, OpensslDeleter<GENERAL_NAMES_free>>;

std::string_view TextOf(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<std::size_t>(ASN1_STRING_length(string))};
}

}  // namespace

bool IsMustStaple(X509* certificate) {
  constexpr int kAbsent = -1;
  int found = kAbsent;
  const auto features = DecodedExtension<FeaturePtr>(certificate, NID_tlsfeature, &found);
  if (!features) return found != kAbsent;
  for (int i = 0; i < sk_ASN1_INTEGER_num(features.get()); ++i) {
    if (ASN1_INTEGER_get(sk_ASN1_INTEGER_value(features.get(), i)) == kStatusRequestFeature) {
      return true;
    }
  }
  return false;
}

std::vector<std::string> ResponderUrls(X509* certificate) {
  std::vector<std::string> urls;
  const auto access = DecodedExtension<AccessPtr>(certificate, NID_info_access);
  if (!access) return urls;
  for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access.get()); ++i) {
    const ACCESS_DESCRIPTION* description = sk_ACCESS_DESCRIPTION_value(access.get(), i);
    if (OBJ_obj2nid(description->method) != NID_ad_OCSP) continue;
    if (description->location->type != GEN_URI) continue;
    urls.push_back(CleanText(TextOf(description->location->d.uniformResourceIdentifier)));
  }
  return urls;
}

bool IsSelfIssued(X509* certificate) {
  return (X509_get_extension_flags(certificate) & EXFLAG_SS) != 0;
}

std::optional<std::chrono::sys_seconds> NotBefore(X509* certificate) {
  return ToInstant(X509_get0_notBefore(certificate));
}

std::optional<std::chrono::sys_seconds> NotAfter(X509* certificate) {
  return ToInstant(X509_get0_notAfter(certificate));
}

Validity ValidityOf(X509* certificate) {
  return {.not_before = NotBefore(certificate), .not_after = NotAfter(certificate)};
}

std::string NameText(const X509_NAME* name) {
  const BioPtr text(BIO_new(BIO_s_mem()));
  constexpr unsigned long kFlags =
      XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
  if (!text || X509_NAME_print_ex(text.get(), name, 0, kFlags) < 0) return {};
  const char* data = nullptr;
  const long length = BIO_get_mem_data(text.get(), &data);
  return CleanText({data, static_cast<std::size_t>(std::max(0L, length))});
}

std::string SerialHex(const ASN1_INTEGER* serial) {
  const BytesView magnitude = ViewOf(serial);
  const auto first = std::ranges::find_if(magnitude, [](std::uint8_t octet) { return octet != 0; });
  const std::string hex = ToHex({first, magnitude.end()});
  const bool negative = ASN1_STRING_type(serial) == V_ASN1_NEG_INTEGER;
  return CleanText((negative ? "-" : "") + (hex.empty() ? std::string("00") : hex));
}

std::vector<std::string> DnsNames(X509* certificate) {
  std::vector<std::string> dns_names;
  const auto names = DecodedExtension<NamesPtr>(certificate, NID_subject_alt_name);
  if (!names) return dns_names;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) dns_names.push_back(CleanText(TextOf(name->d.dNSName)));
  }
  return dns_names;
}

Bytes ToDer(X509* certificate) { return EncodeDer(certificate, i2d_X509); }

X509Ptr DecodeCertificate(BytesView der) {
  const unsigned char* position = der.data();
  X509Ptr certificate(
      reinterpret_cast<X509*>(ASN1_item_d2i_ex(nullptr, &position, static_cast<long>(der.size()),
                                               ASN1_ITEM_rptr(X509), PublicKeyContext(), nullptr)));
  ClearErrors();
  return position == der.data() + der.size() ? std::move(certificate) : nullptr;
}

}  // namespace stapling
