#include "tests/support/certificate_extensions.h"

#include <arpa/inet.h>

#include <array>

#include "tests/support/der.h"
#include "tests/support/openssl_handle.h"

namespace stapling::testing {
namespace {

// GeneralName (RFC 5280 §4.2.1.6).
Bytes DnsName(const std::string& name) { return der::Implicit(2, ToBytes(name)); }
Bytes UriName(const std::string& uri) { return der::Implicit(6, ToBytes(uri)); }
Bytes IpName(const std::string& literal) {
  std::array<std::uint8_t, 16> address{};
  if (inet_pton(AF_INET, literal.c_str(), address.data()) == 1) {
    return der::Implicit(7, Bytes(address.begin(), address.begin() + 4));
  }
  Require(inet_pton(AF_INET6, literal.c_str(), address.data()) == 1, "reading an IP address");
  return der::Implicit(7, Bytes(address.begin(), address.end()));
}

ExtensionSpec SubjectAltName(const CertificateSpec& spec) {
  std::vector<Bytes> names;
  for (const std::string& name : spec.dns_names) names.push_back(DnsName(name));
  for (const std::string& address : spec.ip_addresses) names.push_back(IpName(address));
  return {.oid = "2.5.29.17", .value = der::SequenceOf(names)};
}

ExtensionSpec BasicConstraints(const CertificateSpec& spec) {
  return {.oid = "2.5.29.19",
          .critical = true,
          .value = der::Sequence({spec.is_ca ? der::Boolean(true) : Bytes{},
                                  spec.path_length ? der::Integer(*spec.path_length) : Bytes{}})};
}

// RFC 5280 §4.2.1.3, bit 0 first: digitalSignature alone, or with keyCertSign (5) and cRLSign (6).
ExtensionSpec KeyUsage(bool is_ca) {
  return {.oid = "2.5.29.15",
          .critical = true,
          .value = is_ca ? der::BitString({0x86}, 1) : der::BitString({0x80}, 7)};
}

ExtensionSpec ExtendedKeyUsage(const CertificateSpec& spec) {
  std::vector<Bytes> usages;
  if (spec.ocsp_signing_eku) usages.push_back(der::Oid("1.3.6.1.5.5.7.3.9"));
  for (const std::string& usage : spec.extended_key_usages) usages.push_back(der::Oid(usage));
  return {.oid = "2.5.29.37", .value = der::SequenceOf(usages)};
}

// RFC 5280 §4.2.2.1.
ExtensionSpec AuthorityInformationAccess(const CertificateSpec& spec) {
  std::vector<Bytes> descriptions;
  for (const std::string& url : spec.responder_urls) {
    descriptions.push_back(der::Sequence({der::Oid("1.3.6.1.5.5.7.48.1"), UriName(url)}));
  }
  for (const std::string& url : spec.ca_issuer_urls) {
    descriptions.push_back(der::Sequence({der::Oid("1.3.6.1.5.5.7.48.2"), UriName(url)}));
  }
  return {.oid = "1.3.6.1.5.5.7.1.1", .value = der::SequenceOf(descriptions)};
}

// RFC 5280 §4.2.1.13: one DistributionPoint for each URL.
ExtensionSpec CrlDistributionPoints(const std::vector<std::string>& urls) {
  std::vector<Bytes> points;
  points.reserve(urls.size());
  for (const std::string& url : urls) {
    points.push_back(der::Sequence({der::Explicit(0, der::Explicit(0, UriName(url)))}));
  }
  return {.oid = "2.5.29.31", .value = der::SequenceOf(points)};
}

void AppendKeyIdentifiers(std::vector<ExtensionSpec>& extensions, const KeyIdentifiers& keys) {
  extensions.push_back({.oid = "2.5.29.14", .value = der::OctetString(keys.subject)});
  if (keys.authority.empty()) return;
  extensions.push_back(
      {.oid = "2.5.29.35", .value = der::Sequence({der::Implicit(0, keys.authority)})});
}

}  // namespace

std::vector<ExtensionSpec> CertificateExtensions(const CertificateSpec& spec,
                                                 const KeyIdentifiers& keys) {
  std::vector<ExtensionSpec> extensions;
  extensions.push_back(BasicConstraints(spec));
  if (spec.key_usage) extensions.push_back(KeyUsage(spec.is_ca));
  if (spec.key_identifiers) AppendKeyIdentifiers(extensions, keys);
  if (!spec.dns_names.empty() || !spec.ip_addresses.empty()) {
    extensions.push_back(SubjectAltName(spec));
  }
  if (spec.ocsp_signing_eku || !spec.extended_key_usages.empty()) {
    extensions.push_back(ExtendedKeyUsage(spec));
  }
  if (!spec.responder_urls.empty() || !spec.ca_issuer_urls.empty()) {
    extensions.push_back(AuthorityInformationAccess(spec));
  }
  if (!spec.crl_urls.empty()) extensions.push_back(CrlDistributionPoints(spec.crl_urls));
  if (spec.must_staple) {
    extensions.push_back({.oid = "1.3.6.1.5.5.7.1.24", .value = der::Sequence({der::Integer(5)})});
  }
  if (spec.ocsp_nocheck) {
    extensions.push_back({.oid = "1.3.6.1.5.5.7.48.1.5", .value = der::Null()});
  }
  extensions.insert(extensions.end(), spec.extensions.begin(), spec.extensions.end());
  return extensions;
}

Bytes EncodeExtensions(const std::vector<ExtensionSpec>& extensions, bool non_der_boolean) {
  const Bytes critical = non_der_boolean ? Bytes{0x01, 0x01, 0x01} : der::Boolean(true);
  std::vector<Bytes> encoded;
  encoded.reserve(extensions.size());
  for (const ExtensionSpec& extension : extensions) {
    encoded.push_back(extension.raw.value_or(
        der::Sequence({der::Oid(extension.oid), extension.critical ? critical : Bytes{},
                       der::OctetString(extension.value)})));
  }
  return der::SequenceOf(encoded);
}

}  // namespace stapling::testing
