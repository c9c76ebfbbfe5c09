#include "core/tls/gnutls_costly_key.h"

#include <gtest/gtest.h>

#include <ostream>

#include "tests/core/fixed_pki.h"
#include "tests/support/ocsp_response.h"
#include "tests/support/odd_key.h"

namespace stapling::testing {
namespace {

const auto kName = [](const auto& info) { return info.param.name; };

CertificateSpec SignerSpec() {
  return {
      .subject = "Signer", .issuer = &Pki().intermediate, .now = kNow, .ocsp_signing_eku = true};
}

Certificate OfKind(KeyKind kind) {
  CertificateSpec spec = SignerSpec();
  spec.key = kind;
  return IssueCertificate(spec);
}

Certificate WithKey(const Bytes& key) {
  CertificateSpec spec = SignerSpec();
  spec.public_key = key;
  return IssueCertificate(spec);
}

Bytes DsaKey(std::size_t bits) {
  const Bytes prime = der::UnsignedInteger(OddNumber(bits, 1));
  const Bytes parameters =
      der::Sequence({prime, der::UnsignedInteger(OddNumber(256, 2)), der::Integer(2)});
  return PublicKeyInfo(der::Sequence({der::Oid("1.2.840.10040.4.1"), parameters}),
                       der::UnsignedInteger(OddNumber(bits, 3)));
}

struct KeyRow {
  std::string name;
  Certificate certificate;
  bool costly;
};
std::ostream& operator<<(std::ostream& out, const KeyRow& row) { return out << row.name; }

class CostlyKeyTest : public ::testing::TestWithParam<KeyRow> {};

TEST_P(CostlyKeyTest, IsKnownInACertificate) {
  EXPECT_EQ(HasCostlyKey(GetParam().certificate.Der()), GetParam().costly);
}

TEST_P(CostlyKeyTest, IsKnownAmongThoseOfAStaple) {
  OcspResponseSpec spec =
      GoodDelegatedResponse(Pki().leaf, Pki().intermediate, Pki().ocsp_signer, kNow);
  spec.embedded.push_back(&GetParam().certificate);
  EXPECT_EQ(EmbedsCostlyKey(BuildOcspResponse(spec)), GetParam().costly);
}

INSTANTIATE_TEST_SUITE_P(
    Table, CostlyKeyTest,
    ::testing::Values(
        KeyRow{"ec_p256", OfKind(KeyKind::kEcP256), false},
        KeyRow{"ec_p384", OfKind(KeyKind::kEcP384), false},
        KeyRow{"ed25519", OfKind(KeyKind::kEd25519), false},
        KeyRow{"rsa_2048", OfKind(KeyKind::kRsa2048), false},
        KeyRow{"rsa_pss_2048", OfKind(KeyKind::kRsaPss2048), false},
        KeyRow{"rsa_16384", WithKey(RsaKey(16384, 17)), false},
        KeyRow{"rsa_16384_exponent_of_64_bits", WithKey(RsaKey(16384, 64)), false},
        KeyRow{"rsa_16384_exponent_of_72_bits", WithKey(RsaKey(16384, 72)), true},
        KeyRow{"rsa_16392", WithKey(RsaKey(16392, 17)), true},
        KeyRow{"rsa_2048_long_exponent", WithKey(RsaKey(2048, 2048)), true},
        KeyRow{"dsa_2048", WithKey(DsaKey(2048)), true},
        KeyRow{"dsa_65536", WithKey(DsaKey(65536)), true},
        // Which GnuTLS cannot read, and so does nothing with.
        KeyRow{"unknown_curve", WithKey(EcKey(der::Oid("1.3.6.1.4.1.99999.2"), Noise(65))), false},
        KeyRow{"unknown_algorithm",
               WithKey(PublicKeyInfo(der::Sequence({der::Oid("1.3.6.1.4.1.99999.3")}), Noise(100))),
               false},
        KeyRow{"no_key",
               WithKey(PublicKeyInfo(der::Sequence({der::Oid("1.2.840.113549.1.1.1"), der::Null()}),
                                     {})),
               false},
        KeyRow{"no_certificate", Certificate(ToBytes("not a certificate"), nullptr), false}),
    kName);

// What OpenSSL cannot decode GnuTLS may: a commonName that says UTF-8 and is none.
TEST(CostlyKey, IsKnownInACertificateThatOnlyGnutlsReads) {
  CertificateSpec spec = SignerSpec();
  spec.subject_attributes = {{.value = "\xFF"}};
  spec.public_key = RsaKey(32768, 32768);
  const Certificate certificate = IssueCertificate(spec);
  EXPECT_EQ(certificate.x509(), nullptr);
  EXPECT_TRUE(HasCostlyKey(certificate.Der()));
}

TEST(CostlyKey, IsNotInWhatIsNoStaple) {
  EXPECT_FALSE(EmbedsCostlyKey({}));
  EXPECT_FALSE(EmbedsCostlyKey(ToBytes("not a staple")));
  EXPECT_FALSE(EmbedsCostlyKey(ErrorResponse(3)));
  EXPECT_FALSE(
      EmbedsCostlyKey(BuildOcspResponse(GoodResponse(Pki().leaf, Pki().intermediate, kNow))));
}

}  // namespace
}  // namespace stapling::testing
