// Form, identity and status: what is not one answer of this issuer about this certificate.
#include "core/ocsp/judge.h"

#include <gtest/gtest.h>

#include "tests/core/ocsp/judge_case.h"

namespace stapling::testing {
namespace {

using enum Check;
constexpr auto kGoodStatus = CertificateStatus::kGood;
constexpr auto kRevokedStatus = CertificateStatus::kRevoked;
constexpr auto kUnknownStatus = CertificateStatus::kUnknown;

// After a response that cannot be read, or is an error message.
const std::vector<Check> kUnread = {
    kResponseSuccessful, kCertificateMatch, kCriticalExtensions, kSignature,  kSignerAuthorized,
    kSignerCurrent,      kProducedAt,       kThisUpdate,         kNextUpdate, kMaxAge};
const std::vector<Check> kUnanswered = {kCertificateMatch, kCriticalExtensions, kSignature,
                                        kSignerAuthorized, kSignerCurrent,      kProducedAt,
                                        kThisUpdate,       kNextUpdate,         kMaxAge};
// No SingleResponse matches: nothing has a time.
const std::vector<Check> kUntimed = {kSignerCurrent, kProducedAt, kThisUpdate, kNextUpdate,
                                     kMaxAge};
// The issuer is unknown, and the response may be about this certificate.
const std::vector<Check> kIssuerless = {kCertificateMatch, kSignature, kSignerAuthorized,
                                        kSignerCurrent, kMaxAge};

Bytes Noise(std::size_t size) {
  Bytes noise(size);
  std::uint32_t state = 2463534242;  // xorshift, so that a failure can be had again
  for (std::uint8_t& octet : noise) {
    state ^= state << 13U;
    state ^= state >> 17U;
    state ^= state << 5U;
    octet = static_cast<std::uint8_t>(state);
  }
  return noise;
}

Bytes Truncated(const JudgeCase& of) {
  Bytes response = of.Response();
  response.pop_back();
  return response;
}

ExtensionSpec Critical(const std::string& oid, bool critical = true) {
  return {.oid = oid, .critical = critical, .value = der::OctetString({1, 2, 3, 4})};
}
constexpr const char* kNonce = "1.3.6.1.5.5.7.48.1.2";
constexpr const char* kSctList = "1.3.6.1.4.1.11129.2.4.5";
constexpr const char* kPrivate = "1.3.6.1.4.1.99999.1";

class JudgeTest : public ::testing::TestWithParam<JudgeRow> {};
TEST_P(JudgeTest, GivesTheVerdict) { ExpectRow(GetParam()); }

const auto kName = [](const auto& info) { return info.param.name; };

INSTANTIATE_TEST_SUITE_P(
    Form, JudgeTest,
    ::testing::Values(
        JudgeRow{.name = "good",
                 .change = [](auto&) {},
                 .verdict = Verdict::kGood,
                 .status = kGoodStatus},
        JudgeRow{.name = "empty_input",
                 .change = [](auto& c) { c.bytes = Bytes{}; },
                 .verdict = Verdict::kMalformed,
                 .failed = {kWellFormed},
                 .not_evaluated = kUnread},
        JudgeRow{.name = "one_octet",
                 .change = [](auto& c) { c.bytes = Bytes{0x30}; },
                 .verdict = Verdict::kMalformed,
                 .failed = {kWellFormed},
                 .not_evaluated = kUnread},
        JudgeRow{.name = "a_mebibyte_of_noise",
                 .change = [](auto& c) { c.bytes = Noise(1U << 20U); },
                 .verdict = Verdict::kMalformed,
                 .failed = {kWellFormed},
                 .not_evaluated = kUnread},
        JudgeRow{.name = "text",
                 .change =
                     [](auto& c) {
                       c.bytes = Bytes{'g', 'o', 'o', 'd'};
                     },
                 .verdict = Verdict::kMalformed,
                 .failed = {kWellFormed},
                 .not_evaluated = kUnread},
        JudgeRow{.name = "a_certificate",
                 .change = [](auto& c) { c.bytes = Pki().leaf.Der(); },
                 .verdict = Verdict::kMalformed,
                 .failed = {kWellFormed},
                 .not_evaluated = kUnread},
        JudgeRow{.name = "last_octet_cut_off",
                 .change = [](auto& c) { c.bytes = Truncated(c); },
                 .verdict = Verdict::kMalformed,
                 .failed = {kWellFormed},
                 .not_evaluated = kUnread},
        JudgeRow{.name = "trailing_octet_outside",
                 .change = [](auto& c) { c.spec.trailing_outside = {0}; },
                 .verdict = Verdict::kMalformed,
                 .failed = {kWellFormed},
                 .not_evaluated = kUnread},
        JudgeRow{.name = "trailing_octet_inside",
                 .change = [](auto& c) { c.spec.trailing_inside = {0}; },
                 .verdict = Verdict::kMalformed,
                 .failed = {kWellFormed},
                 .not_evaluated = kUnread},
        JudgeRow{.name = "two_responses_in_a_row",
                 .change = [](auto& c) { c.spec.trailing_outside = c.Response(); },
                 .verdict = Verdict::kMalformed,
                 .failed = {kWellFormed},
                 .not_evaluated = kUnread},
        JudgeRow{.name = "length_longer_than_needed",
                 .change = [](auto& c) { c.spec.long_form_length = true; },
                 .verdict = Verdict::kMalformed,
                 .failed = {kWellFormed},
                 .not_evaluated = kUnread},
        JudgeRow{.name = "boolean_not_der",
                 .change =
                     [](auto& c) {
                       c.spec.extensions = {Critical(kNonce)};
                       c.spec.non_der_boolean = true;
                     },
                 .verdict = Verdict::kMalformed,
                 .failed = {kWellFormed},
                 .not_evaluated = kUnread},
        JudgeRow{.name = "version_1_written_out",
                 .change = [](auto& c) { c.spec.version = 0; },
                 .verdict = Verdict::kGood,
                 .status = CertificateStatus::kGood},
        JudgeRow{.name = "version_2",
                 .change = [](auto& c) { c.spec.version = 1; },
                 .verdict = Verdict::kMalformed,
                 .failed = {kWellFormed},
                 .not_evaluated = kUnread},
        JudgeRow{.name = "version_of_four_octets",
                 .change = [](auto& c) { c.spec.version = 1 << 30; },
                 .verdict = Verdict::kMalformed,
                 .failed = {kWellFormed},
                 .not_evaluated = kUnread},
        JudgeRow{.name = "another_response_type",
                 .change = [](auto& c) { c.spec.response_type = "1.3.6.1.5.5.7.48.1.99"; },
                 .verdict = Verdict::kMalformed,
                 .failed = {kWellFormed},
                 .not_evaluated = kUnread},
        JudgeRow{.name = "basic_response_is_noise",
                 .change = [](auto& c) { c.spec.basic = Noise(300); },
                 .verdict = Verdict::kMalformed,
                 .failed = {kWellFormed},
                 .not_evaluated = kUnread},
        JudgeRow{.name = "successful_without_bytes",
                 .change = [](auto& c) { c.spec.with_bytes = false; },
                 .verdict = Verdict::kMalformed,
                 .failed = {kWellFormed},
                 .not_evaluated = kUnread},
        JudgeRow{.name = "this_update_without_seconds",
                 .change = [](auto& c) { c.answer().this_update_text = "202603011100Z"; },
                 .verdict = Verdict::kMalformed,
                 .failed = {kWellFormed},
                 .not_evaluated = kUnread},
        JudgeRow{.name = "this_update_with_fraction",
                 .change = [](auto& c) { c.answer().this_update_text = "20260301110000.5Z"; },
                 .verdict = Verdict::kMalformed,
                 .failed = {kWellFormed},
                 .not_evaluated = kUnread},
        JudgeRow{.name = "this_update_with_offset",
                 .change = [](auto& c) { c.answer().this_update_text = "20260301120000+0100"; },
                 .verdict = Verdict::kMalformed,
                 .failed = {kWellFormed},
                 .not_evaluated = kUnread},
        JudgeRow{.name = "this_update_in_month_13",
                 .change = [](auto& c) { c.answer().this_update_text = "20261301110000Z"; },
                 .verdict = Verdict::kMalformed,
                 .failed = {kWellFormed},
                 .not_evaluated = kUnread},
        JudgeRow{.name = "next_update_no_time",
                 .change = [](auto& c) { c.answer().next_update_text = "tomorrow"; },
                 .verdict = Verdict::kMalformed,
                 .failed = {kWellFormed},
                 .not_evaluated = kUnread},
        JudgeRow{.name = "produced_at_no_time",
                 .change = [](auto& c) { c.spec.produced_at_text = "20260230110000Z"; },
                 .verdict = Verdict::kMalformed,
                 .failed = {kWellFormed},
                 .not_evaluated = kUnread},
        JudgeRow{.name = "revoked_at_no_time",
                 .change =
                     [](auto& c) {
                       c.answer().status = CertStatus::kRevoked;
                       c.answer().revoked_at_text = "";
                     },
                 .verdict = Verdict::kMalformed,
                 .failed = {kWellFormed},
                 .not_evaluated = kUnread}),
    kName);

JudgeRow StatusRow(const char* name, int status, Verdict verdict, bool defined = true) {
  return {.name = name,
          .change = [status](JudgeCase& c) { c.bytes = ErrorResponse(status); },
          .verdict = verdict,
          .failed = {defined ? kResponseSuccessful : kWellFormed},
          .not_evaluated = defined ? kUnanswered : kUnread};
}

INSTANTIATE_TEST_SUITE_P(
    ResponseStatus, JudgeTest,
    ::testing::Values(StatusRow("status_0_without_bytes", 0, Verdict::kMalformed, false),
                      StatusRow("status_1_malformed_request", 1, Verdict::kResponderError),
                      StatusRow("status_2_internal_error", 2, Verdict::kResponderError),
                      StatusRow("status_3_try_later", 3, Verdict::kResponderError),
                      StatusRow("status_4_not_used", 4, Verdict::kMalformed, false),
                      StatusRow("status_5_sig_required", 5, Verdict::kResponderError),
                      StatusRow("status_6_unauthorized", 6, Verdict::kResponderError),
                      StatusRow("status_7_undefined", 7, Verdict::kMalformed, false),
                      StatusRow("status_17_undefined", 17, Verdict::kMalformed, false),
                      // An int would see 0 here, which is successful.
                      JudgeRow{.name = "status_of_five_octets_that_end_in_zeros",
                               .change =
                                   [](auto& c) {
                                     Bytes good = c.Response();
                                     const Bytes status = der::Element(0x0a, {1, 0, 0, 0, 0});
                                     const std::size_t header = good[1] == 0x82 ? 4 : 3;
                                     Bytes content = status;
                                     content.insert(content.end(),
                                                    good.begin() + static_cast<long>(header) + 3,
                                                    good.end());
                                     c.bytes = der::Element(0x30, content);
                                   },
                               .verdict = Verdict::kMalformed,
                               .failed = {kWellFormed},
                               .not_evaluated = kUnread}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Identity, JudgeTest,
    ::testing::Values(
        JudgeRow{.name = "issuer_unknown",
                 .change = [](auto& c) { c.issuer.reset(); },
                 .verdict = Verdict::kIssuerUnknown,
                 .failed = {kIssuerKnown},
                 .not_evaluated = kIssuerless},
        JudgeRow{.name = "issuer_of_another_name",
                 .change =
                     [](auto& c) {
                       c.issuer = IssueCertificate({.subject = "Another Name",
                                                    .issuer = &Pki().root,
                                                    .now = kNow,
                                                    .same_key_as = &Pki().intermediate,
                                                    .is_ca = true});
                     },
                 .verdict = Verdict::kIssuerUnknown,
                 .failed = {kIssuerKnown},
                 .not_evaluated = kIssuerless},
        JudgeRow{.name = "issuer_unknown_and_another_serial",
                 .change =
                     [](auto& c) {
                       c.issuer.reset();
                       c.answer().serial = Bytes{1};
                     },
                 .verdict = Verdict::kIssuerUnknown,
                 .failed = {kIssuerKnown, kCertificateMatch},
                 .not_evaluated = {kSignature, kSignerAuthorized, kSignerCurrent, kProducedAt,
                                   kThisUpdate, kNextUpdate, kMaxAge}},
        JudgeRow{.name = "another_serial",
                 .change = [](auto& c) { c.answer().serial = Bytes{1}; },
                 .verdict = Verdict::kWrongCertificate,
                 .failed = {kCertificateMatch},
                 .not_evaluated = kUntimed},
        JudgeRow{.name = "the_same_serial_negative",
                 .change =
                     [](auto& c) {
                       c.certificate = IssueCertificate({.subject = "leaf.test",
                                                         .issuer = &Pki().intermediate,
                                                         .now = kNow,
                                                         .serial = Bytes{0x01}});
                       c.spec = GoodResponse(c.certificate, Pki().intermediate, kNow);
                       c.answer().serial = Bytes{0xff};
                     },
                 .verdict = Verdict::kWrongCertificate,
                 .failed = {kCertificateMatch},
                 .not_evaluated = kUntimed},
        JudgeRow{.name = "another_leaf_of_the_issuer",
                 .change = [](auto& c) { c.certificate = Pki().leaf_must_staple; },
                 .verdict = Verdict::kWrongCertificate,
                 .failed = {kCertificateMatch},
                 .not_evaluated = kUntimed},
        JudgeRow{.name = "another_issuer_name_hash",
                 .change = [](auto& c) { c.answer().issuer_name_hash = Bytes(20, 0xab); },
                 .verdict = Verdict::kWrongCertificate,
                 .failed = {kCertificateMatch},
                 .not_evaluated = kUntimed},
        JudgeRow{.name = "another_issuer_key_hash",
                 .change = [](auto& c) { c.answer().issuer_key_hash = Bytes(20, 0xab); },
                 .verdict = Verdict::kWrongCertificate,
                 .failed = {kCertificateMatch},
                 .not_evaluated = kUntimed},
        JudgeRow{.name = "key_hash_cut_short",
                 .change =
                     [](auto& c) {
                       Bytes hash = Digest("SHA1", Pki().intermediate.PublicKeyContent());
                       hash.pop_back();
                       c.answer().issuer_key_hash = hash;
                     },
                 .verdict = Verdict::kWrongCertificate,
                 .failed = {kCertificateMatch},
                 .not_evaluated = kUntimed},
        JudgeRow{.name = "key_hash_of_the_same_name_impostor",
                 .change = [](auto& c) { c.answer().issuer = &Pki().impostor_intermediate; },
                 .verdict = Verdict::kWrongCertificate,
                 .failed = {kCertificateMatch},
                 .not_evaluated = kUntimed},
        JudgeRow{.name = "no_single_response",
                 .change = [](auto& c) { c.spec.responses.clear(); },
                 .verdict = Verdict::kWrongCertificate,
                 .failed = {kCertificateMatch},
                 .not_evaluated = kUntimed},
        JudgeRow{
            .name = "certid_of_an_unknown_digest",
            .change =
                [](auto& c) { c.answer().hash_algorithm = der::Sequence({der::Oid("1.2.3.4")}); },
            .verdict = Verdict::kWrongCertificate,
            .failed = {kCertificateMatch},
            .not_evaluated = kUntimed},
        JudgeRow{.name = "certid_sha256",
                 .change = [](auto& c) { c.answer().hash = "SHA256"; },
                 .verdict = Verdict::kGood,
                 .status = kGoodStatus},
        JudgeRow{.name = "certid_sha384",
                 .change = [](auto& c) { c.answer().hash = "SHA384"; },
                 .verdict = Verdict::kGood,
                 .status = kGoodStatus},
        JudgeRow{.name = "certid_sha512",
                 .change = [](auto& c) { c.answer().hash = "SHA512"; },
                 .verdict = Verdict::kGood,
                 .status = kGoodStatus},
        JudgeRow{.name = "certid_algorithm_without_null",
                 .change =
                     [](auto& c) {
                       c.answer().hash_algorithm = der::Sequence({der::Oid("1.3.14.3.2.26")});
                     },
                 .verdict = Verdict::kGood,
                 .status = kGoodStatus}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Extensions, JudgeTest,
    ::testing::Values(
        JudgeRow{.name = "critical_extension_of_the_response",
                 .change = [](auto& c) { c.spec.extensions = {Critical(kPrivate)}; },
                 .verdict = Verdict::kCriticalExtension,
                 .failed = {kCriticalExtensions}},
        JudgeRow{.name = "critical_extension_of_the_single_response",
                 .change = [](auto& c) { c.answer().extensions = {Critical(kPrivate)}; },
                 .verdict = Verdict::kCriticalExtension,
                 .failed = {kCriticalExtensions}},
        JudgeRow{.name = "critical_extension_of_a_single_response_about_another",
                 .change =
                     [](auto& c) {
                       SingleResponseSpec other = c.answer();
                       other.certificate = &Pki().leaf_must_staple;
                       other.extensions = {Critical(kPrivate)};
                       c.spec.responses.push_back(other);
                     },
                 .verdict = Verdict::kGood,
                 .status = kGoodStatus},
        JudgeRow{.name = "plain_extension",
                 .change = [](auto& c) { c.spec.extensions = {Critical(kPrivate, false)}; },
                 .verdict = Verdict::kGood,
                 .status = kGoodStatus},
        JudgeRow{.name = "critical_nonce",
                 .change = [](auto& c) { c.spec.extensions = {Critical(kNonce)}; },
                 .verdict = Verdict::kGood,
                 .status = kGoodStatus},
        JudgeRow{.name = "critical_sct_list",
                 .change = [](auto& c) { c.answer().extensions = {Critical(kSctList)}; },
                 .verdict = Verdict::kGood,
                 .status = kGoodStatus}),
    kName);

// Changes the good answer's copy and puts it before or after the good one.
std::function<void(JudgeCase&)> WithAnother(std::function<void(SingleResponseSpec&)> change,
                                            bool first = false) {
  return [change = std::move(change), first](JudgeCase& c) {
    SingleResponseSpec other = c.answer();
    change(other);
    c.spec.responses.insert(first ? c.spec.responses.begin() : c.spec.responses.end(), other);
  };
}

void Revoke(SingleResponseSpec& of) {
  of.status = CertStatus::kRevoked;
  of.revoked_at = kNow - 2h;
}

void Age(SingleResponseSpec& of) {  // stale by two weeks
  of.this_update = kNow - 21 * 24h;
  of.next_update = kNow - 14 * 24h;
}

INSTANTIATE_TEST_SUITE_P(
    Status, JudgeTest,
    ::testing::Values(
        JudgeRow{.name = "revoked",
                 .change = [](auto& c) { Revoke(c.answer()); },
                 .verdict = Verdict::kRevoked,
                 .status = kRevokedStatus},
        JudgeRow{.name = "unknown",
                 .change = [](auto& c) { c.answer().status = CertStatus::kUnknown; },
                 .verdict = Verdict::kUnknown,
                 .status = kUnknownStatus},
        JudgeRow{.name = "good_then_revoked",
                 .change = WithAnother(Revoke),
                 .verdict = Verdict::kRevoked,
                 .status = kRevokedStatus},
        JudgeRow{.name = "revoked_then_good",
                 .change = WithAnother(Revoke, true),
                 .verdict = Verdict::kRevoked,
                 .status = kRevokedStatus},
        JudgeRow{.name = "good_then_unknown",
                 .change = WithAnother([](auto& other) { other.status = CertStatus::kUnknown; }),
                 .verdict = Verdict::kUnknown,
                 .status = kUnknownStatus},
        JudgeRow{.name = "unknown_and_revoked_and_good",
                 .change =
                     [](auto& c) {
                       WithAnother([](auto& other) { other.status = CertStatus::kUnknown; })(c);
                       WithAnother(Revoke)(c);
                     },
                 .verdict = Verdict::kRevoked,
                 .status = kRevokedStatus},
        JudgeRow{.name = "fresh_good_and_stale_revoked",
                 .change = WithAnother([](auto& other) {
                   Revoke(other);
                   Age(other);
                 }),
                 .verdict = Verdict::kGood,
                 .status = kGoodStatus},
        JudgeRow{.name = "stale_good_and_fresh_revoked",
                 .change =
                     [](auto& c) {
                       WithAnother(Revoke)(c);
                       Age(c.answer());
                     },
                 .verdict = Verdict::kRevoked,
                 .status = kRevokedStatus},
        JudgeRow{.name = "stale_good_and_fresh_good",
                 .change = WithAnother(Age, true),
                 .verdict = Verdict::kGood,
                 .status = kGoodStatus},
        JudgeRow{.name = "all_stale",
                 .change =
                     [](auto& c) {
                       WithAnother(Revoke)(c);
                       Age(c.spec.responses[0]);
                       Age(c.spec.responses[1]);
                       c.spec.responses[0].this_update += 1s;  // the newest is reported
                     },
                 .verdict = Verdict::kExpired,
                 .failed = {kNextUpdate},
                 .status = kGoodStatus},
        JudgeRow{.name = "revoked_about_another_serial",
                 .change = WithAnother([](auto& other) {
                   Revoke(other);
                   other.serial = Bytes{1};
                 }),
                 .verdict = Verdict::kGood,
                 .status = kGoodStatus},
        JudgeRow{.name = "revoked_under_a_sha256_certid_and_good_under_sha1",
                 .change = WithAnother([](auto& other) {
                   Revoke(other);
                   other.hash = "SHA256";
                 }),
                 .verdict = Verdict::kRevoked,
                 .status = kRevokedStatus},
        JudgeRow{.name = "revoked_and_bad_signature",
                 .change =
                     [](auto& c) {
                       Revoke(c.answer());
                       c.spec.corrupt_signature = true;
                     },
                 .verdict = Verdict::kBadSignature,
                 .failed = {kSignature},
                 .not_evaluated = {kSignerAuthorized, kSignerCurrent, kMaxAge}}),
    kName);

TEST(JudgeFacts, OfAGoodResponse) {
  JudgeCase input;
  input.bytes = input.Response();
  const Judgement judged = input.Judged();
  EXPECT_EQ(judged.response_status, ResponseStatus::kSuccessful);
  EXPECT_EQ(judged.this_update, kNow - 1h);
  EXPECT_EQ(judged.produced_at, kNow - 1h);
  EXPECT_EQ(judged.next_update, kNow - 1h + 7 * 24h);
  EXPECT_EQ(judged.effective_expiry, kNow - 1h + 7 * 24h);
  EXPECT_EQ(judged.signer, Signer::kIssuer);
  EXPECT_EQ(judged.signature_algorithm, "ecdsa-with-SHA256");
  EXPECT_EQ(judged.certid_hash, "SHA1");
  EXPECT_EQ(judged.size_bytes, input.bytes->size());
  EXPECT_FALSE(judged.signer_not_after);
  EXPECT_FALSE(judged.revoked_at);
  EXPECT_FALSE(judged.revocation_reason);
}

TEST(JudgeFacts, SerialAndResponderIdAreTheResponses) {
  JudgeCase input;
  input.answer().serial = Bytes{0x00, 0xab, 0x0c};
  const Judgement judged = input.Judged();
  EXPECT_EQ(judged.serial, "ab0c");  // of the wrong certificate: that is the news
  EXPECT_NE(judged.responder_id.find("CN="), std::string::npos);
  EXPECT_FALSE(judged.this_update);
}

TEST(JudgeFacts, RevocationIsToldOnlyWhenAuthentic) {
  JudgeCase input;
  Revoke(input.answer());
  input.answer().revocation_reason = 1;
  const Judgement judged = input.Judged();
  EXPECT_EQ(judged.revoked_at, kNow - 2h);
  EXPECT_EQ(judged.revocation_reason, 1);

  input.spec.corrupt_signature = true;
  const Judgement forged = input.Judged();
  EXPECT_FALSE(forged.revoked_at);
  EXPECT_FALSE(forged.revocation_reason);
  EXPECT_TRUE(forged.this_update);  // times are as claimed
}

TEST(JudgeFacts, TimesAreClaimedWhileTheIssuerIsUnknown) {
  JudgeCase input;
  input.issuer.reset();
  EXPECT_EQ(input.Judged().this_update, kNow - 1h);
}

TEST(JudgeFacts, AnErrorResponseHasNothingButItsStatus) {
  JudgeCase input;
  input.bytes = ErrorResponse(3);
  const Judgement judged = input.Judged();
  EXPECT_EQ(judged.response_status, ResponseStatus::kTryLater);
  EXPECT_FALSE(judged.this_update);
  EXPECT_FALSE(judged.certificate_status);
  EXPECT_EQ(judged.serial, "");
  EXPECT_EQ(judged.size_bytes, 5U);
}

TEST(JudgeFacts, AnUndefinedStatusIsNoStatus) {
  JudgeCase input;
  input.bytes = ErrorResponse(17);
  EXPECT_FALSE(input.Judged().response_status);
}

}  // namespace
}  // namespace stapling::testing
