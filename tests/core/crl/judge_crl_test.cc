// Who may say that a certificate is revoked, in which form, and who only claims to.
#include <gtest/gtest.h>

#include "tests/core/crl/crl_case.h"
#include "tests/support/der.h"

namespace stapling::testing {
namespace {

using enum CrlVerdict;

constexpr const char* kPrivate = "1.3.6.1.4.1.99999.1";
constexpr const char* kReasonCode = "2.5.29.21";
constexpr const char* kInvalidityDate = "2.5.29.24";
constexpr const char* kDeltaCrlIndicator = "2.5.29.27";
constexpr const char* kCertificateIssuer = "2.5.29.29";
constexpr const char* kAuthorityKeyIdentifier = "2.5.29.35";
constexpr const char* kFreshestCrl = "2.5.29.46";

class JudgeCrlTest : public ::testing::TestWithParam<CrlRow> {};
TEST_P(JudgeCrlTest, GivesTheVerdict) { ExpectRow(GetParam()); }
const auto kName = [](const auto& info) { return info.param.name; };

using Change = std::function<void(CrlCase&)>;

Change Extended(const char* oid, bool critical, const Bytes& value = der::Null()) {
  return
      [=](CrlCase& c) { c.spec.extensions = {{.oid = oid, .critical = critical, .value = value}}; };
}

// On the entry of another certificate than the one that is judged.
Change EntryExtended(const char* oid, bool critical, const Bytes& value = der::Null()) {
  return [=](CrlCase& c) {
    c.spec.entries[0].extensions = {{.oid = oid, .critical = critical, .value = value}};
  };
}

Change Revoked(std::optional<int> reason = {}) {
  return [reason](CrlCase& c) { c.Revoke(reason); };
}

INSTANTIATE_TEST_SUITE_P(
    Entries, JudgeCrlTest,
    ::testing::Values(CrlRow{"not_among_two", [](auto&) {}, kNotRevoked, false},
                      CrlRow{"none", [](auto& c) { c.spec.entries.clear(); }, kNotRevoked, false},
                      CrlRow{"empty_sequence", [](auto& c) { c.spec.revoked = Bytes{}; },
                             kNotRevoked, false},
                      CrlRow{"revoked", Revoked(), kRevoked, true},
                      CrlRow{"revoked_with_a_reason", Revoked(1), kRevoked, true},
                      CrlRow{"on_hold", Revoked(6), kRevoked, true},
                      CrlRow{"undefined_reason", Revoked(7), kRevoked, true},
                      // Only a delta may take an entry away.
                      CrlRow{"remove_from_crl_in_a_complete_list", Revoked(8), kRevoked, true},
                      CrlRow{"twice",
                             [](auto& c) {
                               c.Revoke(1);
                               c.Revoke(8);
                             },
                             kRevoked, true},
                      CrlRow{"twice_the_other_way",
                             [](auto& c) {
                               c.Revoke(8);
                               c.Revoke(1);
                             },
                             kRevoked, true},
                      CrlRow{"first",
                             [](auto& c) {
                               c.Revoke();
                               std::swap(c.spec.entries.front(), c.spec.entries.back());
                             },
                             kRevoked, true},
                      CrlRow{"same_serial_of_another_issuer",
                             [](auto& c) {
                               c.certificate =
                                   IssueCertificate({.subject = "twin.test",
                                                     .issuer = &Pki().sibling_ca,
                                                     .now = kNow,
                                                     .serial = Pki().leaf.SerialContent()});
                               c.issuer = Pki().sibling_ca;
                               c.Revoke();
                             },
                             kWrongIssuer}),
    kName);

// Another issuer's key kind, and what it signs with.
Change OfKind(KeyKind kind, const SignatureScheme& scheme = {}) {
  return [kind, scheme](CrlCase& c) {
    c.IssueBy({.subject = "Issuer", .now = kNow, .key = kind, .is_ca = true});
    c.spec.scheme = scheme;
    c.Revoke();
  };
}

INSTANTIATE_TEST_SUITE_P(
    Algorithm, JudgeCrlTest,
    ::testing::Values(
        CrlRow{"ecdsa_p256_sha256", OfKind(KeyKind::kEcP256), kRevoked, true},
        CrlRow{"ecdsa_p384_sha384", OfKind(KeyKind::kEcP384, {.digest = "SHA384"}), kRevoked, true},
        CrlRow{"rsa_sha256", OfKind(KeyKind::kRsa2048), kRevoked, true},
        CrlRow{"rsa_sha512", OfKind(KeyKind::kRsa2048, {.digest = "SHA512"}), kRevoked, true},
        CrlRow{"rsa_sha1", OfKind(KeyKind::kRsa2048, {.digest = "SHA1"}), kRevoked, true},
        CrlRow{"rsa_pss", OfKind(KeyKind::kRsa2048, {.pss = true}), kRevoked, true},
        CrlRow{"rsa_pss_sha1", OfKind(KeyKind::kRsa2048, {.digest = "SHA1", .pss = true}), kRevoked,
               true},
        CrlRow{"rsa_pss_sha512", OfKind(KeyKind::kRsa2048, {.digest = "SHA512", .pss = true}),
               kRevoked, true},
        CrlRow{"rsa_pss_key", OfKind(KeyKind::kRsaPss2048), kRevoked, true},
        CrlRow{"ed25519", OfKind(KeyKind::kEd25519), kRevoked, true},
        CrlRow{"rsa_md5", OfKind(KeyKind::kRsa2048, {.digest = "MD5"}), kBadSignature}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Form, JudgeCrlTest,
    ::testing::Values(
        CrlRow{"pem", [](auto& c) { c.octets = ToBytes(PemCrl(BuildCrl(c.spec))); }, kNotRevoked,
               false},
        CrlRow{"version_1",
               [](auto& c) {
                 c.spec.version.reset();
                 c.spec.number.reset();
                 c.spec.entries = {};
                 c.Revoke();
               },
               kRevoked, true},
        CrlRow{"html", [](auto& c) { c.octets = ToBytes("<html>Not found"); }, kMalformed},
        CrlRow{"empty", [](auto& c) { c.octets = Bytes(); }, kMalformed},
        CrlRow{"cut_short",
               [](auto& c) {
                 c.octets = c.Octets();
                 c.octets->resize(c.octets->size() - 1);
               },
               kMalformed},
        CrlRow{"trailing", [](auto& c) { c.spec.trailing_outside = {0}; }, kMalformed},
        CrlRow{"a_certificate", [](auto& c) { c.octets = Pki().leaf.Der(); }, kMalformed}),
    kName);

// keyUsage of the issuer in these bits: digitalSignature is 0, keyCertSign 5, cRLSign 6.
Change IssuerMay(const std::vector<Bytes>& usages) {
  return [usages](CrlCase& c) {
    CertificateSpec issuer{.subject = "Issuer", .now = kNow, .is_ca = true, .key_usage = false};
    for (const Bytes& usage : usages) {
      issuer.extensions.push_back({.oid = "2.5.29.15", .critical = true, .value = usage});
    }
    c.IssueBy(issuer);
    c.Revoke();
  };
}

INSTANTIATE_TEST_SUITE_P(
    Signer, JudgeCrlTest,
    ::testing::Values(
        CrlRow{"issuer_unknown", [](auto& c) { c.issuer.reset(); }, kIssuerUnknown},
        CrlRow{"issuer_of_another_name", [](auto& c) { c.issuer = Pki().sibling_ca; },
               kIssuerUnknown},
        CrlRow{"list_of_another_ca", [](auto& c) { c.spec = GoodCrl(Pki().sibling_ca, kNow); },
               kWrongIssuer},
        CrlRow{"list_of_the_root", [](auto& c) { c.spec = GoodCrl(Pki().root, kNow); },
               kWrongIssuer},
        CrlRow{"list_of_nobody", [](auto& c) { c.spec.issuer_name = der::Sequence({}); },
               kWrongIssuer},
        CrlRow{"impostor_with_the_name",
               [](auto& c) {
                 c.spec = GoodCrl(Pki().impostor_intermediate, kNow);
                 c.Revoke();
               },
               kBadSignature},
        CrlRow{"another_key", [](auto& c) { c.spec.signer = &Pki().sibling_ca; }, kBadSignature},
        CrlRow{"the_leaf_itself", [](auto& c) { c.spec.signer = &Pki().leaf; }, kBadSignature},
        CrlRow{"corrupt",
               [](auto& c) {
                 c.Revoke();
                 c.spec.corrupt_signature = true;
               },
               kBadSignature},
        CrlRow{"key_of_another_kind",
               [](auto& c) {
                 c.spec.signer = c.Keep(IssueCertificate(
                     {.subject = "x", .now = kNow, .key = KeyKind::kRsa2048, .is_ca = true}));
               },
               kBadSignature},
        CrlRow{"outer_algorithm_another",
               [](auto& c) {
                 c.spec.outer_algorithm =
                     SignatureAlgorithm(Pki().intermediate.key(), {.digest = "SHA384"});
               },
               kBadSignature},
        CrlRow{"inner_algorithm_another",
               [](auto& c) {
                 c.spec.inner_algorithm =
                     SignatureAlgorithm(Pki().intermediate.key(), {.digest = "SHA384"});
               },
               kBadSignature},
        CrlRow{"algorithm_unknown",
               [](auto& c) {
                 c.spec.inner_algorithm = der::Sequence({der::Oid(kPrivate)});
                 c.spec.outer_algorithm = c.spec.inner_algorithm;
               },
               kBadSignature},
        CrlRow{"without_key_usage", IssuerMay({}), kRevoked, true},
        CrlRow{"crl_sign_alone", IssuerMay({der::BitString({0x02}, 1)}), kRevoked, true},
        CrlRow{"without_crl_sign", IssuerMay({der::BitString({0x84}, 2)}), kUnauthorizedSigner},
        CrlRow{"key_usage_twice", IssuerMay({der::BitString({0x02}, 1), der::BitString({0x06}, 1)}),
               kUnauthorizedSigner}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Extensions, JudgeCrlTest,
    ::testing::Values(
        CrlRow{"unknown", Extended(kPrivate, false), kNotRevoked, false},
        CrlRow{"unknown_critical", Extended(kPrivate, true), kCriticalExtension},
        CrlRow{"freshest_crl", Extended(kFreshestCrl, false), kNotRevoked, false},
        CrlRow{"freshest_crl_critical", Extended(kFreshestCrl, true), kCriticalExtension},
        CrlRow{"authority_key_identifier_critical",
               Extended(kAuthorityKeyIdentifier, true, der::Sequence({})), kNotRevoked, false},
        CrlRow{"reason_code_of_the_list", Extended(kReasonCode, true), kCriticalExtension},
        CrlRow{"delta", Extended(kDeltaCrlIndicator, true, der::Integer(1)), kUnsupported},
        CrlRow{"delta_not_critical", Extended(kDeltaCrlIndicator, false, der::Integer(1)),
               kUnsupported},
        CrlRow{"of_an_entry_unknown", EntryExtended(kPrivate, false), kNotRevoked, false},
        CrlRow{"of_an_entry_unknown_critical", EntryExtended(kPrivate, true), kCriticalExtension},
        CrlRow{"of_its_own_entry_unknown_critical",
               [](auto& c) {
                 c.Revoke().extensions = {
                     {.oid = kPrivate, .critical = true, .value = der::Null()}};
               },
               kCriticalExtension},
        CrlRow{"of_an_entry_invalidity_date", EntryExtended(kInvalidityDate, false), kNotRevoked,
               false},
        CrlRow{"of_an_entry_reason_critical", EntryExtended(kReasonCode, true, der::Enumerated(1)),
               kNotRevoked, false},
        CrlRow{"of_an_entry_certificate_issuer", EntryExtended(kCertificateIssuer, true),
               kUnsupported},
        CrlRow{"of_an_entry_crl_number", EntryExtended("2.5.29.20", true), kCriticalExtension}),
    kName);

TEST(JudgeCrl, TellsWhatTheListSays) {
  CrlCase input;
  input.Revoke(1);
  input.octets = input.Octets();  // signatures differ in size
  const CrlJudgement judged = input.Judged();
  EXPECT_EQ(judged.this_update, kNow - 1h);
  EXPECT_EQ(judged.next_update, kNow - 1h + std::chrono::days(7));
  EXPECT_EQ(judged.revoked_at, kNow - 2h);
  EXPECT_EQ(judged.revocation_reason, 1);
  EXPECT_EQ(judged.entries, 3U);
  EXPECT_EQ(judged.size_bytes, input.octets->size());
}

TEST(JudgeCrl, TellsNothingOfAMalformedList) {
  CrlCase input;
  input.octets = Bytes{0x30};
  const CrlJudgement judged = input.Judged();
  EXPECT_EQ(judged.this_update, std::nullopt);
  EXPECT_EQ(judged.next_update, std::nullopt);
  EXPECT_EQ(judged.size_bytes, 0U);
}

}  // namespace
}  // namespace stapling::testing
