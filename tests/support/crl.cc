#include "tests/support/crl.h"

#include <openssl/pem.h>

#include <cstring>

#include "tests/support/certificate_extensions.h"
#include "tests/support/der.h"
#include "tests/support/openssl_handle.h"

namespace stapling::testing {
namespace {

constexpr std::uint8_t kInteger = 0x02;
constexpr std::size_t kManySerial = 16;

Bytes EncodeEntry(const CrlEntrySpec& spec, bool non_der_boolean) {
  if (spec.raw) return *spec.raw;
  std::vector<ExtensionSpec> extensions;
  if (spec.reason) {
    extensions.push_back(
        {.oid = "2.5.29.21", .value = der::Enumerated(static_cast<std::uint8_t>(*spec.reason))});
  }
  extensions.insert(extensions.end(), spec.extensions.begin(), spec.extensions.end());
  return der::Sequence(
      {der::Element(kInteger, spec.serial),
       spec.revoked_at_text ? der::Text(der::kUtcTime, *spec.revoked_at_text)
                            : der::CertificateTime(spec.revoked_at),
       extensions.empty() ? Bytes{} : EncodeExtensions(extensions, non_der_boolean)});
}

Bytes EncodeRevoked(const CrlSpec& spec) {
  if (spec.revoked) return der::Sequence({*spec.revoked});
  if (spec.entries.empty()) return {};
  std::vector<Bytes> entries;
  entries.reserve(spec.entries.size());
  for (const CrlEntrySpec& entry : spec.entries) {
    entries.push_back(EncodeEntry(entry, spec.non_der_boolean));
  }
  return der::SequenceOf(entries);
}

Bytes EncodeCrlExtensions(const CrlSpec& spec) {
  if (spec.extensions_der) return *spec.extensions_der;
  std::vector<ExtensionSpec> extensions;
  if (spec.number) extensions.push_back({.oid = "2.5.29.20", .value = der::Integer(*spec.number)});
  extensions.insert(extensions.end(), spec.extensions.begin(), spec.extensions.end());
  if (extensions.empty()) return {};
  return der::Explicit(0, EncodeExtensions(extensions, spec.non_der_boolean));
}

Bytes EncodeNextUpdate(const CrlSpec& spec) {
  if (spec.next_update_der) return *spec.next_update_der;
  return spec.next_update ? der::CertificateTime(*spec.next_update) : Bytes{};
}

Bytes UriNames(const std::vector<std::string>& urls) {
  Bytes names;
  for (const std::string& url : urls) Append(names, der::Implicit(6, ToBytes(url)));
  return names;
}

// [number] IMPLICIT BOOLEAN DEFAULT FALSE.
Bytes Flag(std::uint8_t number, bool value) {
  return value ? der::Implicit(number, {0xff}) : Bytes{};
}

}  // namespace

Bytes BuildCrl(const CrlSpec& spec) {
  EVP_PKEY* const key = (spec.signer != nullptr ? spec.signer : spec.issuer)->key();
  const Bytes algorithm = SignatureAlgorithm(key, spec.scheme);
  const Bytes to_be_signed = der::Sequence({
      spec.version ? der::Element(kInteger, *spec.version) : Bytes{},
      spec.inner_algorithm.value_or(algorithm),
      spec.issuer_name ? *spec.issuer_name : spec.issuer->SubjectDer(),
      spec.this_update_der.value_or(der::CertificateTime(spec.this_update)),
      EncodeNextUpdate(spec),
      EncodeRevoked(spec),
      EncodeCrlExtensions(spec),
      spec.trailing_signed,
  });
  Signature signature = Sign(key, spec.scheme, to_be_signed);
  if (spec.corrupt_signature) signature.value.back() ^= 0x01;
  Bytes crl = der::Sequence({to_be_signed, spec.outer_algorithm.value_or(algorithm),
                             der::BitString(signature.value, spec.signature_unused_bits),
                             spec.trailing_inside});
  Append(crl, spec.trailing_outside);
  return crl;
}

std::string PemCrl(const Bytes& der) {
  const Bio memory(BIO_new(BIO_s_mem()));
  Require(PEM_write_bio(memory.get(), PEM_STRING_X509_CRL, "", der.data(),
                        static_cast<long>(der.size())) > 0,
          "writing PEM");
  return Contents(memory.get());
}

CrlSpec GoodCrl(const Certificate& issuer, std::chrono::sys_seconds now) {
  const auto made = now - std::chrono::hours(1);
  const auto before = now - std::chrono::days(3);
  return {.issuer = &issuer,
          .this_update = made,
          .next_update = made + std::chrono::days(7),
          .entries = {{.serial = {0x11, 0x22, 0x33}, .revoked_at = before},
                      {.serial = {0x00, 0xff, 0x01}, .revoked_at = before, .reason = 4}},
          .number = 7};
}

Bytes ManyEntries(std::size_t count, const Bytes& last) {
  constexpr std::size_t kSerialAt = 4;  // behind the headers of the entry and of the serial
  const Bytes noise = Noise(count * kManySerial);
  const Bytes entry = EncodeEntry(
      {.serial = Bytes(kManySerial, 0x40), .reason = 1, .revoked_at_text = "251231235959Z"}, false);
  Bytes entries(count * entry.size());
  for (std::size_t i = 0; i < count; ++i) {
    std::uint8_t* const at = entries.data() + (i * entry.size());
    std::memcpy(at, entry.data(), entry.size());
    std::memcpy(at + kSerialAt, i + 1 == count ? last.data() : &noise[i * kManySerial],
                kManySerial);
    at[kSerialAt] = static_cast<std::uint8_t>((at[kSerialAt] & 0x3f) | 0x40);  // full length
  }
  return entries;
}

ExtensionSpec IssuingDistributionPointExtension(const ScopeSpec& spec) {
  Bytes point;
  if (spec.distribution_point) {
    point = der::Explicit(0, *spec.distribution_point);
  } else if (!spec.urls.empty()) {
    point = der::Explicit(0, FullName(spec.urls));
  }
  return {.oid = "2.5.29.28",
          .critical = true,
          .value = der::Sequence(
              {point, Flag(1, spec.only_user_certificates), Flag(2, spec.only_ca_certificates),
               spec.only_some_reasons ? der::Implicit(3, *spec.only_some_reasons) : Bytes{},
               Flag(4, spec.indirect), Flag(5, spec.only_attribute_certificates)})};
}

ExtensionSpec DistributionPointsExtension(const std::vector<Bytes>& points) {
  return {.oid = "2.5.29.31", .value = der::SequenceOf(points)};
}

Bytes FullName(const std::vector<std::string>& urls) { return der::Explicit(0, UriNames(urls)); }

Bytes RelativeName(const std::string& common_name) {
  return der::Explicit(
      1, der::Sequence({der::Oid("2.5.4.3"), der::Text(der::kUtf8String, common_name)}));
}

ExtensionSpec RelativePointsExtension(std::size_t count) {
  return DistributionPointsExtension(
      std::vector<Bytes>(count, der::Sequence({der::Explicit(0, RelativeName("a"))})));
}

}  // namespace stapling::testing
