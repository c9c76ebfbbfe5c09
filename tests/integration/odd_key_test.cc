// Keys and signatures that cost much or are none: RSA of many thousand bits, exponents as long,
// curves that nobody knows and curves that the certificate itself defines, MD5.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/integration/odd_case.h"
#include "tests/support/odd_key.h"
#include "tests/support/openssl_handle.h"

namespace stapling::testing {
namespace {

// A curve over a "prime" of so many bits that is most likely none, with generator and key
// compressed: whoever wants the points must take square roots (RFC 3279 section 2.3.5).
Bytes OwnCurveKey(std::size_t bits) {
  const std::size_t octets = bits / 8;
  Bytes point = Noise(octets, 4);
  point.front() &= 0x7F;
  point.insert(point.begin(), 2);
  const Bytes parameters = der::Sequence(
      {der::Integer(1),
       der::Sequence({der::Oid("1.2.840.10045.1.1"), der::UnsignedInteger(OddNumber(bits, 3))}),
       der::Sequence({der::OctetString(Noise(octets, 5)), der::OctetString(Noise(octets, 6))}),
       der::OctetString(point), der::UnsignedInteger(OddNumber(bits, 7)), der::Integer(1)});
  return EcKey(parameters, point);
}

const std::vector<std::string> kFailed = {"handshake/protocol_error"};
// Which parses every certificate under TLS 1.2, and the leaf alone under TLS 1.3.
const std::map<std::string, std::vector<std::string>> kRefusedByGnutls = {
    {"gnutls_tls12", kFailed}};

// A leaf with this key. The server signs by another, so no handshake ever comes to its end; but
// the client must look at the key to know that.
OddRow LeafRow(const Site& site, const std::string& name, const Bytes& key, KeyKind server_key) {
  CertificateSpec spec = OddLeaf(site);
  spec.key = server_key;
  spec.public_key = key;
  const Certificate leaf = IssueCertificate(spec);
  return {.name = "leaf_" + name,
          .chain = {leaf, site.pki.intermediate},
          .staples = {GoodFor(site, leaf, site.pki.intermediate)},
          .outcomes = kFailed,
          .server = TlsLibrary::kGnuTls};
}

// The certificate with another signature, noise of so many octets.
Certificate Resigned(const Certificate& certificate, std::size_t octets) {
  const X509_ALGOR* algorithm = nullptr;
  X509_get0_signature(nullptr, &algorithm, certificate.x509());
  return {
      der::Sequence({EncodeDer(certificate.x509(),
                               [](const X509* x509, unsigned char** to) {
                                 return i2d_re_X509_tbs(const_cast<X509*>(x509), to);
                               }),
                     EncodeDer(algorithm, i2d_X509_ALGOR), der::BitString(NoiseSignature(octets))}),
      certificate.shared_key()};
}

// An issuer with this key, which signs by another.
OddRow IssuerRow(const Site& site, const std::string& name, const Bytes& key, KeyKind signing_key,
                 std::size_t signature) {
  const Certificate issuer = IssueCertificate({.subject = "Odd",
                                               .issuer = &site.pki.root,
                                               .key = signing_key,
                                               .is_ca = true,
                                               .public_key = key});
  CertificateSpec spec = OddLeaf(site);
  spec.issuer = &issuer;
  const Certificate leaf = Resigned(IssueCertificate(spec), signature);
  return {.name = "issuer_" + name,
          .chain = {leaf, issuer},
          .staples = {GoodFor(site, leaf, issuer)},
          .outcomes = {"judge/chain_invalid"},
          .instead = signing_key == KeyKind::kEcP256 || key.size() < 64
                         ? kRefusedByGnutls
                         : std::map<std::string, std::vector<std::string>>(),
          .server = TlsLibrary::kGnuTls};
}

// A staple signed by somebody with this key, embedded as often as is tried and OpenSSL has room
// for; by another key, unless there are octets of noise in place of the signature.
OddRow SignerRow(const Site& site, const std::string& name, const Bytes& key, KeyKind signing_key,
                 std::size_t noise_signature = 0) {
  const Certificate signer = IssueCertificate({.subject = "Odd",
                                               .issuer = &site.pki.intermediate,
                                               .key = signing_key,
                                               .ocsp_signing_eku = true,
                                               .public_key = key});
  OcspResponseSpec spec = GoodDelegatedResponse(site.leaf, site.pki.intermediate, signer, site.now);
  if (noise_signature != 0) spec.signature = NoiseSignature(noise_signature);
  constexpr std::size_t kRoom = 15000;
  const bool fits = signer.Der().size() < kRoom;
  spec.embedded.assign(std::min<std::size_t>(8, 1 + kRoom / signer.Der().size()), &signer);
  if (fits) spec.embedded.resize(std::max<std::size_t>(1, spec.embedded.size() - 1));
  OddRow row{.name = "signer_" + name,
             .chain = site.Chain(),
             .staples = {BuildOcspResponse(spec)},
             .outcomes = {"judge/staple_invalid"}};
  if (!fits) row.instead = {{"openssl_tls12", {"handshake/staple_too_large"}}, {"tls13", {}}};
  return row;
}

TEST(BothLibrariesOddKey, IsSurvivedWhosesoeverItIs) {
  const Site site;
  struct OddKey {
    std::string name;
    Bytes key;
    KeyKind signs;
    std::size_t signature = 72;
  };
  const std::vector<OddKey> keys = {
      {"rsa_16384", RsaKey(16384, 17), KeyKind::kRsa2048, 2048},
      {"rsa_16384_long_exponent", RsaKey(16384, 16384), KeyKind::kRsa2048, 2048},
      {"rsa_32768", RsaKey(32768, 17), KeyKind::kRsa2048, 4096},
      {"rsa_32768_long_exponent", RsaKey(32768, 32768), KeyKind::kRsa2048, 4096},
      {"rsa_of_50_kb", RsaKey(400000, 17), KeyKind::kRsa2048, 256},
      {"unknown_curve", EcKey(der::Oid("1.3.6.1.4.1.99999.2"), Noise(65)), KeyKind::kEcP256},
      {"own_curve_256", OwnCurveKey(256), KeyKind::kEcP256},
      {"own_curve_656", OwnCurveKey(656), KeyKind::kEcP256},
      {"own_curve_16384", OwnCurveKey(16384), KeyKind::kEcP256},
      {"unknown_algorithm",
       PublicKeyInfo(der::Sequence({der::Oid("1.3.6.1.4.1.99999.3")}), Noise(100)),
       KeyKind::kEcP256},
      {"empty", PublicKeyInfo(der::Sequence({der::Oid("1.2.840.113549.1.1.1"), der::Null()}), {}),
       KeyKind::kRsa2048}};
  std::vector<OddRow> rows;
  for (const OddKey& key : keys) {
    rows.push_back(LeafRow(site, key.name, key.key, key.signs));
    rows.push_back(IssuerRow(site, key.name, key.key, key.signs, key.signature));
    rows.push_back(SignerRow(site, key.name, key.key, key.signs));
  }
  ExpectEndured("odd keys", site, rows);
}

// A signature of another length than the modulus is refused unseen; these have its length, and each
// would have to be raised to the exponent: for seconds, minutes or an hour.
TEST(BothLibrariesOddKey, ASignatureOfItsLengthIsSurvivedAsWell) {
  const Site site;
  struct CostlyKey {
    std::string name;
    Bytes key;
    std::size_t signature;
  };
  const std::vector<CostlyKey> keys = {
      {"rsa_32768_long_exponent", RsaKey(32768, 32768), 4096},
      {"rsa_16384_exponent_of_125_kb", RsaKey(16384, 1000000), 2048},
      {"rsa_of_65535_octets_long_exponent", RsaKey(524280, 524280), 65535}};
  std::vector<OddRow> rows;
  for (const CostlyKey& key : keys) {
    rows.push_back(LeafRow(site, key.name, key.key, KeyKind::kRsa2048));
    rows.back().noise_signature = key.signature;
    rows.push_back(IssuerRow(site, key.name, key.key, KeyKind::kRsa2048, key.signature));
    rows.push_back(SignerRow(site, key.name, key.key, KeyKind::kRsa2048, key.signature));
  }
  ExpectEndured("costly signatures", site, rows);
}

TEST(BothLibrariesOddKey, Md5IsRefusedWhereverItSigns) {
  const Site site;
  const Certificate issuer = IssueCertificate(
      {.subject = "RSA", .issuer = &site.pki.root, .key = KeyKind::kRsa2048, .is_ca = true});
  CertificateSpec spec = OddLeaf(site);
  spec.issuer = &issuer;
  const Certificate leaf = IssueCertificate(spec);
  spec.digest = "MD5";
  const Certificate leaf_by_md5 = IssueCertificate(spec);
  const Certificate signer = IssueCertificate(
      {.subject = "Signer", .issuer = &issuer, .ocsp_signing_eku = true, .digest = "MD5"});
  OcspResponseSpec by_md5 = GoodResponse(leaf, issuer, site.now);
  by_md5.scheme.digest = "MD5";
  const OddRow row{.name = "",
                   .chain = {leaf, issuer},
                   .staples = {GoodFor(site, leaf, issuer)},
                   .outcomes = {"judge/staple_invalid"}};
  OddRow sha256 = row;
  sha256.name = "none";
  sha256.outcomes = {kSuccess};
  OddRow chain = row;
  chain.name = "chain";
  chain.chain = {leaf_by_md5, issuer};
  chain.staples = {GoodFor(site, leaf_by_md5, issuer)};
  chain.outcomes = {"judge/chain_invalid"};
  OddRow staple = row;
  staple.name = "staple";
  staple.staples = {BuildOcspResponse(by_md5)};
  OddRow delegate = row;
  delegate.name = "signer";
  delegate.staples = {BuildOcspResponse(GoodDelegatedResponse(leaf, issuer, signer, site.now))};
  ExpectEndured("MD5", site, {sha256, chain, staple, delegate});
}

}  // namespace
}  // namespace stapling::testing
