#include "exporter/headline.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/exporter/sample_probe.h"

namespace stapling::exporter {
namespace {

using stapling::testing::CrossCheckedProbe;
using stapling::testing::FailedProbe;
using stapling::testing::HealthyProbe;
using stapling::testing::kNow;
using stapling::testing::MissingStaple;
using stapling::testing::UnreachableProbe;
using std::chrono::hours;

ProbeResult Missing() {
  ProbeResult result = HealthyProbe();
  result.connections[0].staples[0] = MissingStaple();
  return result;
}

ProbeResult MissingThoughRequired() {
  ProbeResult result = FailedProbe(Phase::kJudge, Reason::kStapleMissing);
  result.connections[0].staples[0] = MissingStaple();
  result.connections[0].staples[0].required = true;
  return result;
}

ProbeResult NearItsEnd() {
  ProbeResult result = HealthyProbe();
  Judgement& judgement = result.connections[0].staples[0].judgement;
  judgement.this_update = kNow - hours(90);
  judgement.effective_expiry = kNow + hours(10);
  return result;
}

ProbeResult Intermittent() {
  ProbeResult result = HealthyProbe();
  result.connections[0].attempts = {.made = 3, .stapled = 2, .distinct = 1};
  return result;
}

ProbeResult Invalid(Reason reason, Verdict verdict) {
  ProbeResult result = FailedProbe(Phase::kJudge, reason);
  result.connections[0].staples[0].judgement.verdict = verdict;
  return result;
}

ProbeResult RevokedByTheCrl() {
  ProbeResult result = CrossCheckedProbe();
  CrossCheck& check = *result.connections[0].cross_check;
  check.crls[0].judgement->verdict = CrlVerdict::kRevoked;
  check.crls[0].judgement->revoked = true;
  check.schemes[0].crl = RevocationStatus::kRevoked;
  return result;
}

ProbeResult ResponderDown() {
  ProbeResult result = CrossCheckedProbe();
  CrossCheck& check = *result.connections[0].cross_check;
  check.responders[0].exchange.up = false;
  check.responders[0].exchange.failure = Failure{Phase::kResponder, Reason::kRefused, ""};
  check.responders[0].judgement.reset();
  check.schemes[0].responder.reset();
  return result;
}

// And the responder is down for the leaf: a lesser evil, found first.
ProbeResult RevokedIntermediate() {
  ProbeResult result = ResponderDown();
  CrossCheck& check = *result.connections[0].cross_check;
  check.crls.push_back(check.crls[0]);
  check.crls[1].exchange.depth = 1;
  check.crls[1].judgement->verdict = CrlVerdict::kRevoked;
  check.crls[1].judgement->revoked = true;
  check.schemes.push_back({.depth = 1, .crl = RevocationStatus::kRevoked});
  return result;
}

ProbeResult MissingWhileResponderIsDown() {
  ProbeResult result = ResponderDown();
  result.connections[0].staples[0] = MissingStaple();
  result.connections[0].cross_check->schemes[0].staple.reset();
  return result;
}

struct Row {
  const char* name;
  ProbeResult (*result)();
  const char* word;
  const char* reason;  // its beginning
};

const Row kRows[] = {
    {.name = "Good",
     .result = HealthyProbe,
     .word = "good",
     .reason = "The CA says that the certificate is good"},
    {.name = "Missing",
     .result = Missing,
     .word = "missing",
     .reason = "The server staples nothing, although the certificate names a responder."},
    {.name = "MissingThoughRequired",
     .result = MissingThoughRequired,
     .word = "missing",
     .reason = "The server staples nothing, although the module requires it."},
    {.name = "NearItsEnd",
     .result = NearItsEnd,
     .word = "good",
     .reason = "The staple is good, but 90 % of its lifetime is used"},
    {.name = "Intermittent",
     .result = Intermittent,
     .word = "staple_intermittent",
     .reason = "The server staples at times: 2 of 3 connections carried a staple."},
    {.name = "GoodAndTheCaAgrees",
     .result = CrossCheckedProbe,
     .word = "good",
     .reason = "The CA says that the certificate is good"},
    {.name = "GoodHereButRevokedThere",
     .result = RevokedByTheCrl,
     .word = "schemes_disagree",
     .reason = "One of staple, responder and CRL says that the certificate is revoked"},
    {.name = "GoodWhileTheResponderIsDown",
     .result = ResponderDown,
     .word = "responder_down",
     .reason = "The CA's responder gives no answer"},
    {.name = "TheWorstCauseOfSeveralDepths",
     .result = RevokedIntermediate,
     .word = "revoked",
     .reason = "The CA says that the certificate is revoked."},
    {.name = "MissingWhileTheResponderIsDown",
     .result = MissingWhileResponderIsDown,
     .word = "missing",
     .reason = "The server staples nothing, although the certificate names a responder."},
    {.name = "Expired",
     .result = [] { return Invalid(Reason::kStapleInvalid, Verdict::kExpired); },
     .word = "expired",
     .reason = "The response expired"},
    {.name = "Revoked",
     .result = [] { return Invalid(Reason::kRevoked, Verdict::kRevoked); },
     .word = "revoked",
     .reason = ""},
    {.name = "ChainInvalidBesideAGoodStaple",
     .result = [] { return FailedProbe(Phase::kJudge, Reason::kChainInvalid); },
     .word = "chain_invalid",
     .reason = ""},
    {.name = "Refused",
     .result = [] { return UnreachableProbe(Phase::kConnect, Reason::kRefused); },
     .word = "refused",
     .reason = "The connection was refused."},
};

class HeadlineTest : public ::testing::TestWithParam<Row> {};

TEST_P(HeadlineTest, NamesWhatDecided) {
  const ProbeResult result = GetParam().result();
  const Module module;
  const Headline headline = HeadlineOf({"leaf.test", module, result, kDefaultWarningRatio,
                                        ExitStatusOf(result, kDefaultWarningRatio)});
  EXPECT_EQ(headline.word, GetParam().word);
  EXPECT_TRUE(headline.explanation.reason.starts_with(GetParam().reason))
      << headline.explanation.reason;
}

INSTANTIATE_TEST_SUITE_P(All, HeadlineTest, ::testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace stapling::exporter
