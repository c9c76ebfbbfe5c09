#include "exporter/explanation.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/exporter/sample_probe.h"

namespace stapling::exporter {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using stapling::testing::FailedProbe;
using stapling::testing::GoodJudgement;
using stapling::testing::GoodStaple;
using stapling::testing::HealthyProbe;
using stapling::testing::kNow;
using stapling::testing::MissingStaple;
using stapling::testing::OnlyVerdict;
using stapling::testing::UnreachableProbe;

Judgement Judged(Verdict verdict, const std::function<void(Judgement&)>& change = {}) {
  Judgement judgement = GoodJudgement();
  judgement.verdict = verdict;
  if (change) change(judgement);
  return judgement;
}

struct JudgementRow {
  const char* name;
  Judgement judgement;
  std::string reason;
  bool has_remedy = true;
};

const JudgementRow kJudgements[] = {
    {.name = "Good",
     .judgement = GoodJudgement(),
     .reason =
         "The CA says that the certificate is good, and the response lasts for another 6 days "
         "(until 2026-11-26T10:00:00Z).",
     .has_remedy = false},
    {.name = "GoodWithoutEnd",
     .judgement = Judged(Verdict::kGood, [](Judgement& of) { of.effective_expiry = {}; }),
     .reason = "The CA says that the certificate is good, and does not say for how long.",
     .has_remedy = false},
    {.name = "GoodWithinTheSkew",
     .judgement = Judged(Verdict::kGood, [](Judgement& of) { of.effective_expiry = kNow - 2min; }),
     .reason = "The CA says that the certificate is good, but the response is past its end by 2 "
               "minutes, which only the tolerated clock skew excuses.",
     .has_remedy = false},
    {.name = "Empty",
     .judgement = OnlyVerdict(Verdict::kMalformed),
     .reason = "The staple is empty."},
    {.name = "Malformed",
     .judgement = Judged(Verdict::kMalformed, [](Judgement& of) { of.size_bytes = 17; }),
     .reason = "The staple of 17 bytes is not one well-formed OCSP response."},
    {.name = "TryLater",
     .judgement = Judged(Verdict::kResponderError,
                         [](Judgement& of) { of.response_status = ResponseStatus::kTryLater; }),
     .reason = "The staple is the responder's error message try_later instead of an answer."},
    {.name = "WrongCertificate",
     .judgement = Judged(Verdict::kWrongCertificate, [](Judgement& of) { of.serial = "beef"; }),
     .reason = "The staple is about another certificate, with the serial number beef."},
    {.name = "BadSignature",
     .judgement = Judged(Verdict::kBadSignature),
     .reason = "The response's signature does not verify (ecdsa-with-SHA256)."},
    {.name = "UnauthorizedSigner",
     .judgement = Judged(Verdict::kUnauthorizedSigner,
                         [](Judgement& of) { of.responder_id = "CN=Mallory\n"; }),
     .reason =
         "The response was signed by CN=Mallory\xEF\xBF\xBD, whom the certificate's issuer did "
         "not authorise."},
    {.name = "SignerExpired",
     .judgement =
         Judged(Verdict::kSignerExpired, [](Judgement& of) { of.signer_not_after = kNow - 51h; }),
     .reason = "The delegated signer's certificate expired 2 days 3 hours ago (notAfter "
               "2026-11-18T07:00:00Z)."},
    {.name = "SignerNotYetValid",
     .judgement =
         Judged(Verdict::kSignerExpired, [](Judgement& of) { of.signer_not_after = kNow + 51h; }),
     .reason = "The delegated signer's certificate is not valid yet."},
    {.name = "NotYetValid",
     .judgement = Judged(Verdict::kNotYetValid, [](Judgement& of) { of.this_update = kNow + 1h; }),
     .reason = "The response begins in 1 hour (thisUpdate 2026-11-20T11:00:00Z)."},
    {.name = "Expired",
     .judgement = Judged(Verdict::kExpired,
                         [](Judgement& of) {
                           of.this_update = kNow - 100h;
                           of.next_update = kNow - 51h;
                         }),
     .reason = "The response expired 2 days 3 hours ago (nextUpdate 2026-11-18T07:00:00Z)."},
    {.name = "EndsBeforeItBegins",
     .judgement = Judged(Verdict::kExpired, [](Judgement& of) { of.next_update = kNow - 25h; }),
     .reason = "The response ends before it begins: nextUpdate 2026-11-19T09:00:00Z, thisUpdate "
               "2026-11-19T10:00:00Z."},
    {.name = "TooOld",
     .judgement = Judged(Verdict::kTooOld),
     .reason = "The response is 1 day old (thisUpdate 2026-11-19T10:00:00Z), and max_age allows 12 "
               "hours."},
    {.name = "ProducedInTheFuture",
     .judgement =
         Judged(Verdict::kProducedAtOutOfRange, [](Judgement& of) { of.produced_at = kNow + 1h; }),
     .reason = "The response claims to have been produced in 1 hour (producedAt "
               "2026-11-20T11:00:00Z)."},
    {.name = "ProducedBeforeTheCertificate",
     .judgement = Judged(Verdict::kProducedAtOutOfRange),
     .reason = "The response was produced outside the certificate's validity (producedAt "
               "2026-11-19T10:00:00Z)."},
    {.name = "Revoked",
     .judgement = Judged(Verdict::kRevoked,
                         [](Judgement& of) {
                           of.revoked_at = kNow - 72h;
                           of.revocation_reason = 4;
                         }),
     .reason = "The CA says that the certificate was revoked 3 days ago (at 2026-11-17T10:00:00Z), "
               "for the reason superseded."},
};

class JudgementExplanationTest : public ::testing::TestWithParam<JudgementRow> {};

TEST_P(JudgementExplanationTest, NamesTheCase) {
  const Explanation explanation =
      Explain(GetParam().judgement, kNow, {.clock_skew = 5min, .max_age = 12h});
  EXPECT_EQ(explanation.reason, GetParam().reason);
  EXPECT_EQ(!explanation.remedy.empty(), GetParam().has_remedy) << explanation.remedy;
}

INSTANTIATE_TEST_SUITE_P(All, JudgementExplanationTest, ::testing::ValuesIn(kJudgements),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(ExplanationTest, EveryVerdictHasAReasonAndAllButGoodARemedy) {
  for (const VerdictInfo& info : Verdicts()) {
    const Explanation explanation = Explain(OnlyVerdict(info.verdict), kNow, JudgePolicy());
    EXPECT_TRUE(explanation.reason.ends_with('.')) << info.label;
    EXPECT_EQ(explanation.remedy.empty(), info.verdict == Verdict::kGood) << info.label;
  }
}

struct MissingRow {
  const char* name;
  std::function<void(StapleReport&)> change;
  std::string reason;
  bool has_remedy = true;
};

const MissingRow kMissing[] = {
    {.name = "Expected",
     .change = [](StapleReport&) {},
     .reason = "The server staples nothing, although the certificate names a responder."},
    {.name = "RequiredByTheModule",
     .change = [](StapleReport& of) { of.required = true; },
     .reason = "The server staples nothing, although the module requires it."},
    {.name = "RequiredByTheCertificate",
     .change =
         [](StapleReport& of) {
           of.required = true;
           of.must_staple = true;
         },
     .reason = "The server staples nothing, although the certificate demands it (must-staple)."},
    {.name = "MustStapleOfARetiredResponder",
     .change =
         [](StapleReport& of) {
           of.required = true;
           of.must_staple = true;
           of.names_responder = false;
         },
     .reason = "The server staples nothing, and cannot: the certificate demands a staple but names "
               "no responder."},
    {.name = "NotExpected",
     .change =
         [](StapleReport& of) {
           of.expected = false;
           of.names_responder = false;
         },
     .reason = "The server staples nothing, and need not: the certificate names no responder.",
     .has_remedy = false},
    {.name = "BelowTheLeaf",
     .change =
         [](StapleReport& of) {
           of.required = {};
           of.expected = {};
         },
     .reason = "The server staples nothing for this certificate; nearly no server does below the "
               "leaf.",
     .has_remedy = false},
    {.name = "NotSeen",
     .change = [](StapleReport& of) { of.present = {}; },
     .reason = "The handshake ended before the server's staple, if it has one.",
     .has_remedy = false},
    {.name = "NoPlace",
     .change =
         [](StapleReport& of) {
           of.depth = 1;
           of.present = {};
         },
     .reason = "This TLS version has no place for a staple of this certificate.",
     .has_remedy = false},
};

class MissingExplanationTest : public ::testing::TestWithParam<MissingRow> {};

TEST_P(MissingExplanationTest, NamesTheCase) {
  StapleReport staple = MissingStaple();
  GetParam().change(staple);
  const Explanation explanation = Explain(staple, kNow, JudgePolicy());
  EXPECT_EQ(explanation.reason, GetParam().reason);
  EXPECT_EQ(!explanation.remedy.empty(), GetParam().has_remedy) << explanation.remedy;
}

INSTANTIATE_TEST_SUITE_P(All, MissingExplanationTest, ::testing::ValuesIn(kMissing),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(ExplanationTest, FailureWithItsDetail) {
  EXPECT_EQ(Explain(Failure{Phase::kConnect, Reason::kRefused, ""}).reason,
            "The connection was refused.");
  EXPECT_EQ(Explain(Failure{Phase::kHandshake, Reason::kAlert, "unrecognized_name\r\n"}).reason,
            "The peer ended the handshake with an alert (unrecognized_name\xEF\xBF\xBD\xEF\xBF\xBD"
            ").");
  for (const ReasonInfo& info : Reasons()) {
    EXPECT_FALSE(Explain(Failure{Phase::kJudge, info.reason, ""}).remedy.empty()) << info.label;
  }
}

TEST(ExplanationTest, OfAProbe) {
  EXPECT_EQ(Explain(HealthyProbe(), JudgePolicy()).reason,
            "The CA says that the certificate is good, and the response lasts for another 6 days "
            "(until 2026-11-26T10:00:00Z).");
  EXPECT_EQ(Explain(UnreachableProbe(Phase::kConnect, Reason::kRefused), JudgePolicy()).reason,
            "The connection was refused.");
  EXPECT_EQ(Explain(FailedProbe(Phase::kJudge, Reason::kHostnameMismatch), JudgePolicy()).reason,
            "The certificate does not speak for this name.");
}

TEST(ExplanationTest, OfAProbeNamesTheStapleBehindTheFailure) {
  ProbeResult leaf = FailedProbe(Phase::kJudge, Reason::kStapleInvalid, "depth 0: expired");
  leaf.connections[0].staples[0].judgement =
      Judged(Verdict::kExpired, [](Judgement& of) { of.next_update = kNow - 1h; });
  EXPECT_EQ(Explain(leaf, JudgePolicy()).reason,
            "The response expired 1 hour ago (nextUpdate 2026-11-20T09:00:00Z).");

  ProbeResult below = FailedProbe(Phase::kJudge, Reason::kUnknown, "depth 1: unknown");
  below.connections[0].staples[1] = GoodStaple();
  below.connections[0].staples[1].depth = 1;
  below.connections[0].staples[1].judgement.verdict = Verdict::kUnknown;
  EXPECT_EQ(Explain(below, JudgePolicy()).reason,
            "At depth 1: The responder says that it does not know the certificate.");
}

}  // namespace
}  // namespace stapling::exporter
