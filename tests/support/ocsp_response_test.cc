#include "tests/support/ocsp_response.h"

#include <gtest/gtest.h>
#include <openssl/ocsp.h>

#include "tests/support/der.h"
#include "tests/support/openssl_handle.h"
#include "tests/support/process.h"
#include "tests/support/standard_pki.h"
#include "tests/support/temp_dir.h"

namespace stapling::testing {
namespace {

using std::chrono::sys_seconds;

const sys_seconds kNow = std::chrono::sys_days(std::chrono::year(2026) / 3 / 14);

std::string Hex(const Bytes& bytes) {
  static const char* const digits = "0123456789abcdef";
  std::string hex;
  for (const std::uint8_t octet : bytes) {
    hex += digits[octet >> 4];
    hex += digits[octet & 0xf];
  }
  return hex;
}

struct DerCase {
  const char* name;
  Bytes written;
  const char* hex;
};

void PrintTo(const DerCase& row, std::ostream* out) { *out << row.name; }

class DerTest : public ::testing::TestWithParam<DerCase> {};

TEST_P(DerTest, WritesAsX690Says) { EXPECT_EQ(Hex(GetParam().written), GetParam().hex); }

INSTANTIATE_TEST_SUITE_P(
    Rows, DerTest,
    ::testing::Values(
        DerCase{"Zero", der::Integer(0), "020100"},
        DerCase{"NeedsLeadingZero", der::Integer(128), "02020080"},
        DerCase{"MinusOne", der::Integer(-1), "0201ff"},
        DerCase{"Magnitude", der::UnsignedInteger({0x80}), "02020080"},
        DerCase{"Oid", der::Oid("1.2.840.113549"), "06062a864886f70d"},
        DerCase{"OidOfTwoSmallArcs", der::Oid("2.5.29.17"), "0603551d11"},
        DerCase{"BitString", der::BitString({0x86}, 1), "03020186"},
        DerCase{"Nested", der::Explicit(0, der::Sequence({der::Null()})), "a00430020500"},
        DerCase{"Time", der::GeneralizedTime(kNow), "180f32303236303331343030303030305a"},
        DerCase{"UtcTime", der::CertificateTime(kNow), "170d3236303331343030303030305a"}),
    [](const auto& row) { return row.param.name; });

TEST(DerLengthTest, IsMinimal) {
  EXPECT_EQ(Hex(der::OctetString(Bytes(127, 0))).substr(0, 4), "047f");
  EXPECT_EQ(Hex(der::OctetString(Bytes(128, 0))).substr(0, 6), "048180");
  EXPECT_EQ(Hex(der::OctetString(Bytes(256, 0))).substr(0, 8), "04820100");
}

// openssl(1), told to verify the response at kNow.
std::string OpensslSays(const StandardPki& pki, const Bytes& response) {
  const TempDir directory;
  auto ran = RunProcess(
      {.arguments = {
           "openssl", "ocsp", "-respin", directory.Write("response.der", ToString(response)),
           "-CAfile", directory.Write("root.pem", pki.root.Pem()), "-issuer",
           directory.Write("issuer.pem", pki.intermediate.Pem()), "-cert",
           directory.Write("leaf.pem", pki.leaf.Pem()), "-verify_other",
           directory.Path("issuer.pem"), "-no_nonce", "-attime",
           std::to_string(kNow.time_since_epoch().count()), "-validity_period", "999999999"}});
  return ran.ok() ? ran->output + ran->errors : ran.error();
}

struct SignerCase {
  const char* name;
  KeyKind key;
  SignatureScheme scheme;
  bool delegated = false;
};

void PrintTo(const SignerCase& row, std::ostream* out) { *out << row.name; }

class SignerTest : public ::testing::TestWithParam<SignerCase> {};

TEST_P(SignerTest, IsAcceptedByOpenssl) {
  const SignerCase& row = GetParam();
  const StandardPki pki(kNow, row.key);
  OcspResponseSpec spec =
      row.delegated ? GoodDelegatedResponse(pki.leaf, pki.intermediate, pki.ocsp_signer, kNow)
                    : GoodResponse(pki.leaf, pki.intermediate, kNow);
  spec.scheme = row.scheme;
  const std::string said = OpensslSays(pki, BuildOcspResponse(spec));
  EXPECT_NE(said.find("Response verify OK"), std::string::npos) << said;
  EXPECT_NE(said.find(": good"), std::string::npos) << said;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, SignerTest,
    ::testing::Values(SignerCase{"EcdsaP256Sha256", KeyKind::kEcP256, {}},
                      SignerCase{"EcdsaP256Delegated", KeyKind::kEcP256, {}, true},
                      SignerCase{"EcdsaP256Sha224", KeyKind::kEcP256, {.digest = "SHA224"}},
                      SignerCase{"EcdsaP384Sha384", KeyKind::kEcP384, {.digest = "SHA384"}},
                      SignerCase{"RsaSha256", KeyKind::kRsa2048, {}},
                      SignerCase{"RsaSha512", KeyKind::kRsa2048, {.digest = "SHA512"}},
                      SignerCase{"RsaPss", KeyKind::kRsa2048, {.pss = true}},
                      SignerCase{"RsaPssKey", KeyKind::kRsaPss2048, {.digest = "SHA384"}},
                      SignerCase{"Ed25519Delegated", KeyKind::kEd25519, {}, true}),
    [](const auto& row) { return row.param.name; });

using OcspResponse = std::unique_ptr<OCSP_RESPONSE, Freeing<OCSP_RESPONSE_free>>;
using BasicResponse = std::unique_ptr<OCSP_BASICRESP, Freeing<OCSP_BASICRESP_free>>;

OcspResponse Parse(const Bytes& response) {
  const unsigned char* at = response.data();
  return OcspResponse(d2i_OCSP_RESPONSE(nullptr, &at, static_cast<long>(response.size())));
}

// Under the key alone: weak digests verify too.
bool VerifiesUnder(const Bytes& response, const Certificate& signer) {
  const OcspResponse parsed = Parse(response);
  const BasicResponse basic(OCSP_response_get1_basic(parsed.get()));
  if (basic == nullptr) return false;
  return ASN1_item_verify(ASN1_ITEM_rptr(OCSP_RESPDATA), OCSP_resp_get0_tbs_sigalg(basic.get()),
                          const_cast<ASN1_BIT_STRING*>(OCSP_resp_get0_signature(basic.get())),
                          const_cast<OCSP_RESPDATA*>(OCSP_resp_get0_respdata(basic.get())),
                          signer.key()) == 1;
}

TEST(OcspResponseTest, SignsWithWeakDigests) {
  const StandardPki pki(kNow, KeyKind::kRsa2048);
  OcspResponseSpec spec = GoodResponse(pki.leaf, pki.intermediate, kNow);
  for (const char* digest : {"MD5", "SHA1"}) {
    spec.scheme.digest = digest;
    EXPECT_TRUE(VerifiesUnder(BuildOcspResponse(spec), pki.intermediate)) << digest;
  }
}

TEST(OcspResponseTest, CorruptSignatureFailsAlone) {
  const StandardPki pki(kNow);
  OcspResponseSpec spec = GoodResponse(pki.leaf, pki.intermediate, kNow);
  EXPECT_TRUE(VerifiesUnder(BuildOcspResponse(spec), pki.intermediate));
  EXPECT_FALSE(VerifiesUnder(BuildOcspResponse(spec), pki.sibling_ca));
  spec.corrupt_signature = true;
  EXPECT_FALSE(VerifiesUnder(BuildOcspResponse(spec), pki.intermediate));
}

TEST(OcspResponseTest, ErrorsHaveAStatusAndNothingElse) {
  EXPECT_EQ(Hex(ErrorResponse(3)), "30030a0103");
  EXPECT_EQ(Hex(ErrorResponse(17)), "30030a0111");
}

TEST(OcspResponseTest, NonDerFormsKeepTheContent) {
  const StandardPki pki(kNow);
  OcspResponseSpec spec = GoodResponse(pki.leaf, pki.intermediate, kNow);
  const Bytes good = BuildOcspResponse(spec);
  spec.long_form_length = true;
  const Bytes longer = BuildOcspResponse(spec);
  ASSERT_NE(Parse(longer), nullptr);
  EXPECT_EQ(Hex(good).substr(0, 4), "3082");
  EXPECT_EQ(Hex(longer).substr(0, 6), "308300");
  spec.long_form_length = false;
  spec.trailing_outside = {1, 2, 3};
  const Bytes trailing = BuildOcspResponse(spec);
  EXPECT_EQ(Hex(trailing).substr(Hex(trailing).size() - 6), "010203");
}

TEST(OcspResponseTest, RevokedSaysWhenAndWhy) {
  const StandardPki pki(kNow);
  OcspResponseSpec spec = GoodResponse(pki.leaf, pki.intermediate, kNow);
  spec.responses[0].status = CertStatus::kRevoked;
  spec.responses[0].revoked_at = kNow - std::chrono::days(1);
  spec.responses[0].revocation_reason = 1;
  const std::string said = OpensslSays(pki, BuildOcspResponse(spec));
  EXPECT_NE(said.find(": revoked"), std::string::npos) << said;
  EXPECT_NE(said.find("Reason: keyCompromise"), std::string::npos) << said;
  EXPECT_NE(said.find("Revocation Time: Mar 13 00:00:00 2026 GMT"), std::string::npos) << said;
}

TEST(CertificateTest, CarriesAnyBytesInItsName) {
  const std::string rude("a\0\n\"\xff\x01", 6);
  const Certificate certificate = IssueCertificate(
      {.subject = rude,
       .subject_attributes = {{.oid = "2.5.4.10", .value = rude, .tag = der::kT61String}},
       .now = kNow});
  // OpenSSL takes no UTF8String that is not UTF-8.
  EXPECT_EQ(certificate.x509(), nullptr);
  const Certificate latin = IssueCertificate(
      {.subject_attributes = {{.value = rude, .tag = der::kPrintableString}}, .now = kNow});
  EXPECT_NE(latin.x509(), nullptr);
}

TEST(StandardPkiTest, VerifiesAsAChain) {
  const StandardPki pki(kNow);
  EXPECT_EQ(X509_verify(pki.leaf.x509(), pki.intermediate.key()), 1);
  EXPECT_EQ(X509_verify(pki.intermediate.x509(), pki.root.key()), 1);
  EXPECT_NE(X509_verify(pki.intermediate.x509(), pki.stranger_root.key()), 1);
  EXPECT_EQ(pki.impostor_intermediate.SubjectDer(), pki.intermediate.SubjectDer());
  EXPECT_EQ(pki.impostor_intermediate.KeyIdentifier(), pki.intermediate.KeyIdentifier());
  EXPECT_NE(pki.impostor_intermediate.PublicKeyContent(), pki.intermediate.PublicKeyContent());
}

}  // namespace
}  // namespace stapling::testing
