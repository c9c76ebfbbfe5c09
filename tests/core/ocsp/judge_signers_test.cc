// Who may sign, with what, and who only claims to.
#include <gtest/gtest.h>

#include "core/x509/issuer.h"
#include "tests/core/ocsp/judge_case.h"
#include "tests/support/crl.h"

namespace stapling::testing {
namespace {

using enum Check;
constexpr auto kGoodStatus = CertificateStatus::kGood;
// Signed by a delegated signer: signer_current applies.
const std::vector<Check> kDelegated = {kMaxAge};
// The signature does not verify: who signed is not known.
const std::vector<Check> kNobody = {kSignerAuthorized, kSignerCurrent, kMaxAge};
// The ResponderID names nobody at hand: no key to try.
const std::vector<Check> kNoCandidate = {kSignature, kSignerCurrent, kMaxAge};

CertificateSpec Signer() {
  return {.subject = "OCSP Signer",
          .issuer = &Pki().intermediate,
          .now = kNow,
          .ocsp_signing_eku = true};
}

// Signed by `signer`, which is embedded.
std::function<void(JudgeCase&)> By(CertificateSpec signer) {
  return [signer = std::move(signer)](JudgeCase& c) { SignBy(c, signer); };
}

void SignByKey(JudgeCase& c) { c.spec.responder_id.by = ResponderId::By::kKey; }

// A whole PKI of another key kind; the response is signed by its intermediate.
std::function<void(JudgeCase&)> OfKind(KeyKind kind, const SignatureScheme& scheme = {}) {
  return [kind, scheme](JudgeCase& c) {
    const Certificate* issuer = c.Keep(IssueCertificate(
        {.subject = "Issuer", .issuer = &Pki().root, .now = kNow, .key = kind, .is_ca = true}));
    c.certificate = IssueCertificate({.subject = "leaf.test", .issuer = issuer, .now = kNow});
    c.issuer = *issuer;
    const Certificate* leaf = c.Keep(c.certificate);
    c.spec = GoodResponse(*leaf, *issuer, kNow);
    c.spec.scheme = scheme;
  };
}

class JudgeSignersTest : public ::testing::TestWithParam<JudgeRow> {};
TEST_P(JudgeSignersTest, GivesTheVerdict) { ExpectRow(GetParam()); }
const auto kName = [](const auto& info) { return info.param.name; };

INSTANTIATE_TEST_SUITE_P(
    Issuer, JudgeSignersTest,
    ::testing::Values(JudgeRow{.name = "by_name",
                               .change = [](auto&) {},
                               .verdict = Verdict::kGood,
                               .status = kGoodStatus},
                      JudgeRow{.name = "by_key",
                               .change = SignByKey,
                               .verdict = Verdict::kGood,
                               .status = kGoodStatus},
                      JudgeRow{.name = "repeated_in_certs",
                               .change = [](auto& c) { c.spec.embedded = {&Pki().intermediate}; },
                               .verdict = Verdict::kGood,
                               .status = kGoodStatus},
                      JudgeRow{.name = "repeated_in_certs_by_key",
                               .change =
                                   [](auto& c) {
                                     c.spec.embedded = {&Pki().intermediate};
                                     SignByKey(c);
                                   },
                               .verdict = Verdict::kGood,
                               .status = kGoodStatus},
                      JudgeRow{.name = "cross_signed_twin_in_certs",
                               .change =
                                   [](auto& c) {
                                     c.spec.embedded = {c.Keep(
                                         IssueCertificate({.subject = "Test Intermediate CA",
                                                           .issuer = &Pki().stranger_root,
                                                           .now = kNow,
                                                           .same_key_as = &Pki().intermediate,
                                                           .is_ca = true}))};
                                   },
                               .verdict = Verdict::kGood,
                               .status = kGoodStatus},
                      JudgeRow{.name = "bad_signature",
                               .change = [](auto& c) { c.spec.corrupt_signature = true; },
                               .verdict = Verdict::kBadSignature,
                               .failed = {kSignature},
                               .not_evaluated = kNobody},
                      JudgeRow{.name = "bad_signature_by_key",
                               .change =
                                   [](auto& c) {
                                     c.spec.corrupt_signature = true;
                                     SignByKey(c);
                                   },
                               .verdict = Verdict::kBadSignature,
                               .failed = {kSignature},
                               .not_evaluated = kNobody}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Algorithm, JudgeSignersTest,
    ::testing::Values(JudgeRow{.name = "ecdsa_p384_sha384",
                               .change = OfKind(KeyKind::kEcP384, {.digest = "SHA384"}),
                               .verdict = Verdict::kGood,
                               .status = kGoodStatus},
                      JudgeRow{.name = "ecdsa_sha1",
                               .change = OfKind(KeyKind::kEcP256, {.digest = "SHA1"}),
                               .verdict = Verdict::kGood,
                               .status = kGoodStatus},
                      JudgeRow{.name = "rsa_sha256",
                               .change = OfKind(KeyKind::kRsa2048),
                               .verdict = Verdict::kGood,
                               .status = kGoodStatus},
                      JudgeRow{.name = "rsa_sha1",
                               .change = OfKind(KeyKind::kRsa2048, {.digest = "SHA1"}),
                               .verdict = Verdict::kGood,
                               .status = kGoodStatus},
                      JudgeRow{.name = "rsa_md5",
                               .change = OfKind(KeyKind::kRsa2048, {.digest = "MD5"}),
                               .verdict = Verdict::kBadSignature,
                               .failed = {kSignature},
                               .not_evaluated = kNobody},
                      JudgeRow{.name = "rsa_pss",
                               .change = OfKind(KeyKind::kRsa2048, {.pss = true}),
                               .verdict = Verdict::kGood,
                               .status = kGoodStatus},
                      JudgeRow{.name = "rsa_pss_key",
                               .change = OfKind(KeyKind::kRsaPss2048, {.pss = true}),
                               .verdict = Verdict::kGood,
                               .status = kGoodStatus},
                      JudgeRow{.name = "rsa_pss_md5",
                               .change = OfKind(KeyKind::kRsa2048, {.digest = "MD5", .pss = true}),
                               .verdict = Verdict::kBadSignature,
                               .failed = {kSignature},
                               .not_evaluated = kNobody},
                      JudgeRow{.name = "ed25519",
                               .change = OfKind(KeyKind::kEd25519),
                               .verdict = Verdict::kGood,
                               .status = kGoodStatus},
                      JudgeRow{.name = "algorithm_of_another_key_type",
                               .change =
                                   [](auto& c) {
                                     c.spec.signature_algorithm = der::Sequence(
                                         {der::Oid("1.2.840.113549.1.1.11"), der::Null()});
                                   },
                               .verdict = Verdict::kBadSignature,
                               .failed = {kSignature},
                               .not_evaluated = kNobody},
                      JudgeRow{.name = "algorithm_of_another_digest",
                               .change =
                                   [](auto& c) {
                                     c.spec.signature_algorithm =
                                         der::Sequence({der::Oid("1.2.840.10045.4.3.3")});
                                   },
                               .verdict = Verdict::kBadSignature,
                               .failed = {kSignature},
                               .not_evaluated = kNobody},
                      JudgeRow{.name = "algorithm_that_nobody_knows",
                               .change =
                                   [](auto& c) {
                                     c.spec.signature_algorithm =
                                         der::Sequence({der::Oid("1.2.3.4.5")});
                                   },
                               .verdict = Verdict::kBadSignature,
                               .failed = {kSignature},
                               .not_evaluated = kNobody},
                      JudgeRow{.name = "algorithm_with_parameters",
                               .change =
                                   [](auto& c) {
                                     c.spec.signature_algorithm = der::Sequence(
                                         {der::Oid("1.2.840.10045.4.3.2"), der::OctetString({1})});
                                   },
                               .verdict = Verdict::kBadSignature,
                               .failed = {kSignature},
                               .not_evaluated = kNobody}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Delegated, JudgeSignersTest,
    ::testing::Values(
        JudgeRow{.name = "by_name",
                 .change = By(Signer()),
                 .verdict = Verdict::kGood,
                 .not_evaluated = kDelegated,
                 .status = kGoodStatus},
        JudgeRow{.name = "by_key",
                 .change =
                     [](auto& c) {
                       SignBy(c, Signer());
                       SignByKey(c);
                     },
                 .verdict = Verdict::kGood,
                 .not_evaluated = kDelegated,
                 .status = kGoodStatus},
        JudgeRow{.name = "rsa_signer_of_an_ecdsa_issuer",
                 .change =
                     [](auto& c) {
                       auto signer = Signer();
                       signer.key = KeyKind::kRsa2048;
                       SignBy(c, signer);
                     },
                 .verdict = Verdict::kGood,
                 .not_evaluated = kDelegated,
                 .status = kGoodStatus},
        JudgeRow{.name = "issuer_embedded_beside_it",
                 .change =
                     [](auto& c) {
                       SignBy(c, Signer());
                       c.spec.embedded.insert(c.spec.embedded.begin(), &Pki().intermediate);
                     },
                 .verdict = Verdict::kGood,
                 .not_evaluated = kDelegated,
                 .status = kGoodStatus},
        JudgeRow{.name = "bad_signature",
                 .change =
                     [](auto& c) {
                       SignBy(c, Signer());
                       c.spec.corrupt_signature = true;
                     },
                 .verdict = Verdict::kBadSignature,
                 .failed = {kSignature},
                 .not_evaluated = kNobody},
        JudgeRow{.name = "without_eku",
                 .change =
                     [](auto& c) {
                       auto signer = Signer();
                       signer.ocsp_signing_eku = false;
                       SignBy(c, signer);
                     },
                 .verdict = Verdict::kUnauthorizedSigner,
                 .failed = {kSignerAuthorized}},
        JudgeRow{.name = "with_server_auth_instead",
                 .change =
                     [](auto& c) {
                       auto signer = Signer();
                       signer.ocsp_signing_eku = false;
                       signer.extended_key_usages = {"1.3.6.1.5.5.7.3.1"};
                       SignBy(c, signer);
                     },
                 .verdict = Verdict::kUnauthorizedSigner,
                 .failed = {kSignerAuthorized}},
        JudgeRow{.name = "with_any_extended_key_usage_instead",
                 .change =
                     [](auto& c) {
                       auto signer = Signer();
                       signer.ocsp_signing_eku = false;
                       signer.extended_key_usages = {"2.5.29.37.0"};
                       SignBy(c, signer);
                     },
                 .verdict = Verdict::kUnauthorizedSigner,
                 .failed = {kSignerAuthorized}},
        JudgeRow{.name = "with_an_unknown_critical_extension",
                 .change =
                     [](auto& c) {
                       auto signer = Signer();
                       signer.extensions = {
                           {.oid = "1.3.6.1.4.1.99999.1", .critical = true, .value = der::Null()}};
                       SignBy(c, signer);
                     },
                 .verdict = Verdict::kUnauthorizedSigner,
                 .failed = {kSignerAuthorized}},
        JudgeRow{.name = "by_the_sibling_ca",
                 .change =
                     [](auto& c) {
                       auto signer = Signer();
                       signer.issuer = &Pki().sibling_ca;
                       SignBy(c, signer);
                     },
                 .verdict = Verdict::kUnauthorizedSigner,
                 .failed = {kSignerAuthorized}},
        JudgeRow{.name = "by_the_root_and_not_by_the_issuer",
                 .change =
                     [](auto& c) {
                       auto signer = Signer();
                       signer.issuer = &Pki().root;
                       SignBy(c, signer);
                     },
                 .verdict = Verdict::kUnauthorizedSigner,
                 .failed = {kSignerAuthorized}},
        JudgeRow{.name = "by_the_same_name_impostor",
                 .change =
                     [](auto& c) {
                       auto signer = Signer();
                       signer.issuer = &Pki().impostor_intermediate;
                       SignBy(c, signer);
                     },
                 .verdict = Verdict::kUnauthorizedSigner,
                 .failed = {kSignerAuthorized}},
        JudgeRow{.name = "by_the_issuers_key_under_another_name",
                 .change =
                     [](auto& c) {
                       auto signer = Signer();
                       signer.issuer = &Pki().root;
                       signer.signed_by = &Pki().intermediate;
                       SignBy(c, signer);
                     },
                 .verdict = Verdict::kUnauthorizedSigner,
                 .failed = {kSignerAuthorized}},
        JudgeRow{.name = "two_levels_below_the_issuer",
                 .change =
                     [](auto& c) {
                       const Certificate* between =
                           c.Keep(IssueCertificate({.subject = "Responders' CA",
                                                    .issuer = &Pki().intermediate,
                                                    .now = kNow,
                                                    .is_ca = true}));
                       auto signer = Signer();
                       signer.issuer = between;
                       SignBy(c, signer);
                       c.spec.embedded.push_back(between);
                     },
                 .verdict = Verdict::kUnauthorizedSigner,
                 .failed = {kSignerAuthorized}},
        JudgeRow{.name = "whose_certificate_is_signed_with_md5",
                 .change =
                     [](auto& c) {
                       OfKind(KeyKind::kRsa2048)(c);
                       auto signer = Signer();
                       const Certificate* issuer = c.Keep(*c.issuer);
                       signer.issuer = issuer;
                       signer.digest = "MD5";
                       const Certificate* kept = c.Keep(IssueCertificate(signer));
                       c.spec = GoodDelegatedResponse(c.certificate, *issuer, *kept, kNow);
                     },
                 .verdict = Verdict::kUnauthorizedSigner,
                 .failed = {kSignerAuthorized}},
        JudgeRow{.name = "self_signed_under_the_issuers_name",
                 .change =
                     [](auto& c) {
                       const Certificate* fake = c.Keep(IssueCertificate(
                           {.subject = "Test Intermediate CA", .now = kNow, .is_ca = true}));
                       c.spec.signer = fake;
                       c.spec.embedded = {fake};
                     },
                 .verdict = Verdict::kUnauthorizedSigner,
                 .failed = {kSignerAuthorized}},
        JudgeRow{.name = "the_leaf_itself",
                 .change =
                     [](auto& c) {
                       c.spec.signer = &Pki().leaf;
                       c.spec.embedded = {&Pki().leaf};
                     },
                 .verdict = Verdict::kUnauthorizedSigner,
                 .failed = {kSignerAuthorized}},
        JudgeRow{.name = "not_embedded",
                 .change =
                     [](auto& c) {
                       SignBy(c, Signer());
                       c.spec.embedded.clear();
                     },
                 .verdict = Verdict::kUnauthorizedSigner,
                 .failed = {kSignerAuthorized},
                 .not_evaluated = kNoCandidate},
        JudgeRow{.name = "another_certificate_embedded",
                 .change =
                     [](auto& c) {
                       SignBy(c, Signer());
                       c.spec.embedded = {&Pki().ocsp_signer};
                     },
                 .verdict = Verdict::kUnauthorizedSigner,
                 .failed = {kSignerAuthorized},
                 .not_evaluated = kNoCandidate},
        JudgeRow{.name = "issuers_key_and_another_name_embedded",
                 .change =
                     [](auto& c) {
                       const Certificate* twin =
                           c.Keep(IssueCertificate({.subject = "Another Name",
                                                    .issuer = &Pki().root,
                                                    .now = kNow,
                                                    .same_key_as = &Pki().intermediate,
                                                    .is_ca = true}));
                       c.spec.signer = twin;
                       c.spec.embedded = {twin};
                     },
                 .verdict = Verdict::kUnauthorizedSigner,
                 .failed = {kSignerAuthorized}}),
    kName);

// A signer that is in date at first and has the name and the key of the one that signs.
std::function<void(JudgeCase&)> BesideAnotherOfItsName(bool same_key, bool first) {
  return [same_key, first](JudgeCase& c) {
    SignBy(c, Signer());
    auto other = Signer();
    other.not_after = kNow - 24h;
    if (same_key) other.same_key_as = c.spec.signer;
    const Certificate* kept = c.Keep(IssueCertificate(other));
    c.spec.embedded.insert(first ? c.spec.embedded.begin() : c.spec.embedded.end(), kept);
  };
}

std::function<void(JudgeCase&)> ValidUntil(std::chrono::sys_seconds not_after) {
  auto signer = Signer();
  signer.not_after = not_after;
  return By(signer);
}

std::function<void(JudgeCase&)> ValidFrom(std::chrono::sys_seconds not_before) {
  auto signer = Signer();
  signer.not_before = not_before;
  return By(signer);
}

INSTANTIATE_TEST_SUITE_P(
    SeveralCandidates, JudgeSignersTest,
    ::testing::Values(JudgeRow{.name = "another_of_its_name_first",
                               .change = BesideAnotherOfItsName(false, true),
                               .verdict = Verdict::kGood,
                               .not_evaluated = kDelegated,
                               .status = kGoodStatus},
                      JudgeRow{.name = "another_of_its_name_last",
                               .change = BesideAnotherOfItsName(false, false),
                               .verdict = Verdict::kGood,
                               .not_evaluated = kDelegated,
                               .status = kGoodStatus},
                      JudgeRow{.name = "its_own_expired_certificate_first",
                               .change = BesideAnotherOfItsName(true, true),
                               .verdict = Verdict::kGood,
                               .not_evaluated = kDelegated,
                               .status = kGoodStatus},
                      JudgeRow{.name = "an_unauthorized_twin_first",
                               .change =
                                   [](auto& c) {
                                     SignBy(c, Signer());
                                     auto twin = Signer();
                                     twin.ocsp_signing_eku = false;
                                     twin.same_key_as = c.spec.signer;
                                     c.spec.embedded.insert(c.spec.embedded.begin(),
                                                            c.Keep(IssueCertificate(twin)));
                                   },
                               .verdict = Verdict::kGood,
                               .not_evaluated = kDelegated,
                               .status = kGoodStatus},
                      JudgeRow{.name = "seven_others_of_its_name_first",
                               .change =
                                   [](auto& c) {
                                     SignBy(c, Signer());
                                     for (int i = 0; i < 7; ++i) {
                                       c.spec.embedded.insert(c.spec.embedded.begin(),
                                                              c.Keep(IssueCertificate(Signer())));
                                     }
                                   },
                               .verdict = Verdict::kGood,
                               .not_evaluated = kDelegated,
                               .status = kGoodStatus},
                      JudgeRow{.name = "eight_others_of_its_name_first",
                               .change =
                                   [](auto& c) {
                                     SignBy(c, Signer());
                                     for (int i = 0; i < 8; ++i) {
                                       c.spec.embedded.insert(c.spec.embedded.begin(),
                                                              c.Keep(IssueCertificate(Signer())));
                                     }
                                   },
                               .verdict = Verdict::kBadSignature,
                               .failed = {kSignature},
                               .not_evaluated = kNobody}),
    kName);

std::function<void(JudgeCase&)> WithRelativePoints(std::size_t count) {
  auto signer = Signer();
  signer.extensions.push_back(RelativePointsExtension(count));
  return By(signer);
}

// See relative_points.h.
INSTANTIATE_TEST_SUITE_P(CostlySigner, JudgeSignersTest,
                         ::testing::Values(JudgeRow{.name = "one_relative_point",
                                                    .change = WithRelativePoints(1),
                                                    .verdict = Verdict::kGood,
                                                    .not_evaluated = kDelegated,
                                                    .status = kGoodStatus},
                                           JudgeRow{.name = "two_relative_points",
                                                    .change = WithRelativePoints(2),
                                                    .verdict = Verdict::kUnauthorizedSigner,
                                                    .failed = {kSignerAuthorized}}),
                         kName);

INSTANTIATE_TEST_SUITE_P(SignerCurrent, JudgeSignersTest,
                         ::testing::Values(JudgeRow{.name = "ends_now",
                                                    .change = ValidUntil(kNow),
                                                    .verdict = Verdict::kGood,
                                                    .not_evaluated = kDelegated,
                                                    .status = kGoodStatus},
                                           JudgeRow{.name = "ended_a_second_ago",
                                                    .change = ValidUntil(kNow - 1s),
                                                    .verdict = Verdict::kSignerExpired,
                                                    .failed = {kSignerCurrent},
                                                    .not_evaluated = kDelegated,
                                                    .status = kGoodStatus},
                                           JudgeRow{.name = "begins_now",
                                                    .change = ValidFrom(kNow),
                                                    .verdict = Verdict::kGood,
                                                    .not_evaluated = kDelegated,
                                                    .status = kGoodStatus},
                                           JudgeRow{.name = "begins_in_a_second",
                                                    .change = ValidFrom(kNow + 1s),
                                                    .verdict = Verdict::kSignerExpired,
                                                    .failed = {kSignerCurrent},
                                                    .not_evaluated = kDelegated,
                                                    .status = kGoodStatus}),
                         kName);

TEST(JudgeSigners, UnusedBitsInTheSignatureAreRefused) {
  JudgeCase input;
  input.spec.signature_unused_bits = 1;
  // Malformed where the unused bit is set, which DER forbids; else the signature is refused.
  const Verdict verdict = input.Judged().verdict;
  EXPECT_TRUE(verdict == Verdict::kMalformed || verdict == Verdict::kBadSignature);
}

// The chain does not verify; a same-name impostor of the issuer is presented and forged the
// staple. Its key did not sign the certificate, so it is nobody's issuer.
TEST(JudgeSigners, AnImpostorOfTheIssuerIsNotFound) {
  std::vector<X509Ptr> presented;
  presented.push_back(Share(Pki().leaf.x509()));
  presented.push_back(Share(Pki().impostor_intermediate.x509()));
  const X509Ptr issuer = FindIssuer(Pki().leaf.x509(), {.presented = presented});
  EXPECT_EQ(issuer, nullptr);

  JudgeCase input;
  input.spec = GoodResponse(Pki().leaf, Pki().impostor_intermediate, kNow);
  input.issuer.reset();
  EXPECT_EQ(input.Judged().verdict, Verdict::kIssuerUnknown);
  EXPECT_FALSE(input.Judged().certificate_status);
}

TEST(JudgeSigners, TheAlgorithmShowsInTheJudgement) {
  const auto algorithm = [](KeyKind kind, const SignatureScheme& scheme) {
    JudgeCase input;
    OfKind(kind, scheme)(input);
    return input.Judged().signature_algorithm;
  };
  EXPECT_EQ(algorithm(KeyKind::kEcP256, {.digest = "SHA1"}), "ecdsa-with-SHA1");
  EXPECT_EQ(algorithm(KeyKind::kRsa2048, {}), "sha256WithRSAEncryption");
  EXPECT_EQ(algorithm(KeyKind::kRsa2048, {.digest = "SHA1", .pss = true}), "RSASSA-PSS-SHA1");
  EXPECT_EQ(algorithm(KeyKind::kEd25519, {}), "ED25519");
}

}  // namespace
}  // namespace stapling::testing
