#include "exporter/cause.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/exporter/sample_probe.h"

namespace stapling::exporter {
namespace {

using stapling::testing::CleanCrl;
using stapling::testing::CrossCheckedProbe;
using stapling::testing::GoodResponder;
using stapling::testing::GoodStaple;
using stapling::testing::MissingStaple;

// A probe on which the staple, the responder and the CRL say good of the leaf, to be spoilt. Each
// call keeps the evidence and the comparison of it in step, as the cross-check makes them.
class Scene {
 public:
  Scene& StapleIs(Verdict verdict) {
    StapleReport& staple = connection_.staples[0];
    staple = verdict == Verdict::kMissing ? MissingStaple() : GoodStaple();
    Spoil(staple.judgement, verdict);
    schemes_.staple = StatusOf(staple.judgement);
    return *this;
  }
  // The staple was authentic and said so once.
  Scene& StapleSaidRevoked() {
    StapleIs(Verdict::kExpired);
    connection_.staples[0].judgement.certificate_status = CertificateStatus::kRevoked;
    return *this;
  }

  Scene& ResponderIs(Verdict verdict) {
    Spoil(*responder().judgement, verdict);
    schemes_.responder = StatusOf(*responder().judgement);
    return *this;
  }
  Scene& ResponderSaidRevoked() {
    ResponderIs(Verdict::kExpired);
    responder().judgement->certificate_status = CertificateStatus::kRevoked;
    return *this;
  }
  Scene& ResponderSends(ResponseStatus status) {
    ResponderIs(Verdict::kResponderError);
    responder().judgement->response_status = status;
    return *this;
  }
  // The last exchange failed; what was held before it stays.
  Scene& ResponderFailsNow(Reason reason) {
    responder().exchange.up = false;
    responder().exchange.failure = Failure{Phase::kResponder, reason, ""};
    return *this;
  }
  Scene& ResponderIsDown(Reason reason = Reason::kRefused) {
    ResponderFailsNow(reason);
    responder().judgement.reset();
    schemes_.responder.reset();
    return *this;
  }
  Scene& ResponderNotAsked() {
    check().responders.clear();
    schemes_.responder.reset();
    return *this;
  }
  // Before the one that is there, which was asked because this one gave nothing.
  Scene& AnotherResponderBefore(const ResponderReport& report) {
    check().responders.insert(check().responders.begin(), report);
    return *this;
  }

  Scene& CrlIs(CrlVerdict verdict) {
    CrlJudgement& judgement = *crl().judgement;
    judgement.verdict = verdict;
    judgement.valid = verdict == CrlVerdict::kRevoked || verdict == CrlVerdict::kNotRevoked;
    judgement.revoked.reset();
    if (judgement.valid) judgement.revoked = verdict == CrlVerdict::kRevoked;
    schemes_.crl.reset();
    if (verdict == CrlVerdict::kRevoked) schemes_.crl = RevocationStatus::kRevoked;
    if (verdict == CrlVerdict::kNotRevoked) schemes_.crl = RevocationStatus::kGood;
    return *this;
  }
  Scene& CrlSaidRevoked() {
    CrlIs(CrlVerdict::kExpired);
    crl().judgement->revoked = true;
    return *this;
  }
  Scene& CrlFailsNow() {
    crl().exchange.up = false;
    crl().exchange.failure = Failure{Phase::kCrl, Reason::kHttpStatus, ""};
    return *this;
  }
  Scene& CrlIsDown() {
    CrlFailsNow();
    crl().judgement.reset();
    schemes_.crl.reset();
    return *this;
  }
  Scene& CrlNotAsked() {
    check().crls.clear();
    schemes_.crl.reset();
    return *this;
  }

  Scene& NamesNoResponder() {
    connection_.staples[0] = MissingStaple();
    connection_.staples[0].expected = false;
    schemes_.staple.reset();
    schemes_.names_responder = false;
    return ResponderNotAsked();
  }
  Scene& NamesNoCrl() {
    schemes_.names_crl = false;
    return CrlNotAsked();
  }

  // The same about the intermediate, for which nothing was stapled; nobody expects it.
  Scene& BelowTheLeaf() {
    schemes_.depth = 1;
    schemes_.staple.reset();
    for (ResponderReport& report : check().responders) report.exchange.depth = 1;
    for (CrlReport& report : check().crls) report.exchange.depth = 1;
    return *this;
  }

  // By all three, beside what they say of the leaf.
  Scene& IntermediateIsRevoked() {
    connection_.staples[1] = GoodStaple();
    connection_.staples[1].depth = 1;
    Spoil(connection_.staples[1].judgement, Verdict::kRevoked);
    check().responders.push_back(GoodResponder());
    responder().exchange.depth = 1;
    Spoil(*responder().judgement, Verdict::kRevoked);
    check().crls.push_back(CleanCrl());
    crl().exchange.depth = 1;
    crl().judgement->verdict = CrlVerdict::kRevoked;
    crl().judgement->revoked = true;
    return *this;
  }

  StapleReport& staple(unsigned depth) { return connection_.staples.at(depth); }
  ResponderReport& responder() { return check().responders.back(); }
  CrlReport& crl() { return check().crls.back(); }
  [[nodiscard]] Cause Judge() const { return CauseOf(connection_, schemes_); }

 private:
  CrossCheck& check() { return *connection_.cross_check; }

  static void Spoil(Judgement& judgement, Verdict verdict) {
    const bool authentic = verdict == Verdict::kGood || verdict == Verdict::kRevoked ||
                           verdict == Verdict::kUnknown || verdict == Verdict::kExpired;
    judgement.verdict = verdict;
    judgement.valid = authentic && verdict != Verdict::kExpired;
    if (!authentic) judgement.certificate_status.reset();
    if (verdict == Verdict::kRevoked) judgement.certificate_status = CertificateStatus::kRevoked;
    if (verdict == Verdict::kUnknown) judgement.certificate_status = CertificateStatus::kUnknown;
  }
  static std::optional<RevocationStatus> StatusOf(const Judgement& judgement) {
    if (judgement.verdict == Verdict::kGood) return RevocationStatus::kGood;
    if (judgement.verdict == Verdict::kRevoked) return RevocationStatus::kRevoked;
    if (judgement.verdict == Verdict::kUnknown) return RevocationStatus::kUnknown;
    return std::nullopt;
  }

  Connection connection_ = std::move(CrossCheckedProbe().connections[0]);
  SchemeComparison schemes_ = connection_.cross_check->schemes[0];
};

ResponderReport RefusedResponder() {
  ResponderReport report = GoodResponder();
  report.exchange.up = false;
  report.exchange.failure = Failure{Phase::kResponder, Reason::kRefused, ""};
  report.judgement.reset();
  return report;
}

ResponderReport ResponderThatSaidRevoked() {
  ResponderReport report = GoodResponder();
  report.judgement->verdict = Verdict::kExpired;
  report.judgement->valid = false;
  report.judgement->certificate_status = CertificateStatus::kRevoked;
  return report;
}

struct Row {
  const char* name;
  Cause (*judge)();
  const char* label;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

const Row kRows[] = {
    {"EverythingIsGood", [] { return Scene().Judge(); }, "schemes_agree"},
    {"OneOfTwoRespondersIsGood",
     [] { return Scene().AnotherResponderBefore(RefusedResponder()).Judge(); }, "schemes_agree"},
    {"GoodThoughTheCrlIsNotAsked", [] { return Scene().CrlNotAsked().Judge(); }, "schemes_agree"},
    {"GoodThoughTheResponderIsNotAsked", [] { return Scene().ResponderNotAsked().Judge(); },
     "schemes_agree"},

    // Revoked, whoever says it.
    {"RevokedByTheCrlAlone", [] { return Scene().CrlIs(CrlVerdict::kRevoked).Judge(); },
     "schemes_disagree"},
    {"RevokedByTheResponderAlone", [] { return Scene().ResponderIs(Verdict::kRevoked).Judge(); },
     "schemes_disagree"},
    {"RevokedByTheStapleAlone", [] { return Scene().StapleIs(Verdict::kRevoked).Judge(); },
     "schemes_disagree"},
    {"RevokedByTheCrlWhileTheResponderKnowsNothing",
     [] {
       return Scene()
           .StapleIs(Verdict::kMissing)
           .ResponderIs(Verdict::kUnknown)
           .CrlIs(CrlVerdict::kRevoked)
           .Judge();
     },
     "schemes_disagree"},
    {"ExpiredWordOfRevokedBesideGood",
     [] { return Scene().ResponderSaidRevoked().StapleIs(Verdict::kMissing).Judge(); },
     "schemes_disagree"},
    {"ExpiredWordOfRevokedByTheFirstResponder",
     [] { return Scene().AnotherResponderBefore(ResponderThatSaidRevoked()).Judge(); },
     "schemes_disagree"},
    {"RevokedByAll",
     [] {
       return Scene()
           .StapleIs(Verdict::kRevoked)
           .ResponderIs(Verdict::kRevoked)
           .CrlIs(CrlVerdict::kRevoked)
           .Judge();
     },
     "revoked"},
    {"RevokedWhileTheResponderIsDown",
     [] {
       return Scene()
           .StapleIs(Verdict::kMissing)
           .ResponderIsDown()
           .CrlIs(CrlVerdict::kRevoked)
           .Judge();
     },
     "revoked"},
    {"RevokedInAnAnswerHeldWhileTheResponderIsDown",
     [] {
       return Scene()
           .StapleIs(Verdict::kExpired)
           .ResponderIs(Verdict::kRevoked)
           .ResponderFailsNow(Reason::kTimeout)
           .CrlNotAsked()
           .Judge();
     },
     "revoked"},
    {"RevokedInAnExpiredAnswer",
     [] {
       return Scene().StapleIs(Verdict::kMissing).ResponderSaidRevoked().CrlNotAsked().Judge();
     },
     "revoked"},
    {"RevokedInAnExpiredCrl",
     [] { return Scene().StapleIs(Verdict::kMissing).ResponderIsDown().CrlSaidRevoked().Judge(); },
     "revoked"},
    {"RevokedInAnExpiredStaple",
     [] { return Scene().StapleSaidRevoked().ResponderIsDown().CrlIsDown().Judge(); }, "revoked"},
    {"RevokedThoughOcspIsRetired",
     [] { return Scene().NamesNoResponder().CrlIs(CrlVerdict::kRevoked).Judge(); }, "revoked"},
    {"RevokedIntermediate",
     [] { return Scene().BelowTheLeaf().ResponderNotAsked().CrlIs(CrlVerdict::kRevoked).Judge(); },
     "revoked"},
    {"RevokedIntermediateIsNoWordOnTheLeaf", [] { return Scene().IntermediateIsRevoked().Judge(); },
     "schemes_agree"},

    // The responder.
    {"Unknown",
     [] { return Scene().StapleIs(Verdict::kMissing).ResponderIs(Verdict::kUnknown).Judge(); },
     "responder_knows_nothing"},
    {"UnknownBesideAGoodStaple", [] { return Scene().ResponderIs(Verdict::kUnknown).Judge(); },
     "responder_knows_nothing"},
    {"Unauthorized",
     [] { return Scene().ResponderSends(ResponseStatus::kUnauthorized).CrlNotAsked().Judge(); },
     "responder_knows_nothing"},
    {"UnknownIsStapledAndNobodyElseIsAsked",
     [] { return Scene().StapleIs(Verdict::kUnknown).ResponderNotAsked().Judge(); },
     "responder_knows_nothing"},
    {"UnknownIsStapledAndTheResponderIsDown",
     [] { return Scene().StapleIs(Verdict::kUnknown).ResponderIsDown().Judge(); },
     "responder_knows_nothing"},
    {"Refused",
     [] { return Scene().StapleIs(Verdict::kMissing).ResponderIsDown(Reason::kRefused).Judge(); },
     "responder_down"},
    {"Http503",
     [] {
       return Scene().StapleIs(Verdict::kExpired).ResponderIsDown(Reason::kHttpStatus).Judge();
     },
     "responder_down"},
    {"NotAnOcspResponse", [] { return Scene().ResponderIsDown(Reason::kProtocolError).Judge(); },
     "responder_down"},
    {"DownWhileAnAnswerIsHeld", [] { return Scene().ResponderFailsNow(Reason::kTimeout).Judge(); },
     "responder_down"},
    {"DownWhileAnExpiredAnswerIsHeld",
     [] {
       return Scene().ResponderIs(Verdict::kExpired).ResponderFailsNow(Reason::kTimeout).Judge();
     },
     "responder_down"},
    {"DownAsTheCrlIs", [] { return Scene().ResponderIsDown().CrlIsDown().Judge(); },
     "responder_down"},
    {"TheLastOfTwoRespondersIsDown",
     [] { return Scene().ResponderIsDown().AnotherResponderBefore(RefusedResponder()).Judge(); },
     "responder_down"},
    {"Forged", [] { return Scene().ResponderIs(Verdict::kBadSignature).Judge(); },
     "responder_unfit"},
    {"ForgedByAStrangerWhileTheStapleIsMissing",
     [] {
       return Scene()
           .StapleIs(Verdict::kMissing)
           .ResponderIs(Verdict::kUnauthorizedSigner)
           .CrlNotAsked()
           .Judge();
     },
     "responder_unfit"},
    {"TryLater", [] { return Scene().ResponderSends(ResponseStatus::kTryLater).Judge(); },
     "responder_unfit"},
    {"ExpiredAnswer", [] { return Scene().ResponderIs(Verdict::kExpired).Judge(); },
     "responder_unfit"},
    {"AnswerAboutAnother", [] { return Scene().ResponderIs(Verdict::kWrongCertificate).Judge(); },
     "responder_unfit"},

    // The server, where the responder is fine.
    {"StapleOfAnother", [] { return Scene().StapleIs(Verdict::kWrongCertificate).Judge(); },
     "staple_of_another_certificate"},
    {"StapleMissing", [] { return Scene().StapleIs(Verdict::kMissing).Judge(); },
     "server_not_fetching"},
    {"StapleExpired", [] { return Scene().StapleIs(Verdict::kExpired).Judge(); },
     "server_not_fetching"},
    {"StapleOfTheTimeWhenTheResponderKnewNothing",
     [] { return Scene().StapleIs(Verdict::kUnknown).Judge(); }, "server_not_fetching"},
    {"StapleForged", [] { return Scene().StapleIs(Verdict::kBadSignature).Judge(); },
     "server_not_fetching"},
    {"StapleMissingBelowTheLeaf", [] { return Scene().BelowTheLeaf().Judge(); }, "schemes_agree"},
    {"StapleMissingBelowTheLeafThoughTheModuleWantsIt",
     [] {
       Scene scene;
       scene.BelowTheLeaf().staple(1).expected = true;
       return scene.Judge();
     },
     "server_not_fetching"},
    {"NoPlaceForAStapleBelowTheLeaf",
     [] {
       Scene scene;
       scene.BelowTheLeaf().staple(1).present.reset();
       return scene.Judge();
     },
     "schemes_agree"},

    // The CRL.
    {"CrlGone", [] { return Scene().CrlIsDown().Judge(); }, "crl_down"},
    {"CrlGoneWhileOneIsHeld", [] { return Scene().CrlFailsNow().Judge(); }, "crl_down"},
    {"CrlExpired", [] { return Scene().CrlIs(CrlVerdict::kExpired).Judge(); }, "crl_unfit"},
    {"CrlForged", [] { return Scene().CrlIs(CrlVerdict::kBadSignature).Judge(); }, "crl_unfit"},
    {"CrlIsADeltaList", [] { return Scene().CrlIs(CrlVerdict::kUnsupported).Judge(); },
     "crl_unfit"},
    {"CrlExpiredThoughOcspIsRetired",
     [] { return Scene().NamesNoResponder().CrlIs(CrlVerdict::kExpired).Judge(); }, "crl_unfit"},

    {"OcspRetired", [] { return Scene().NamesNoResponder().Judge(); }, "ocsp_retired"},
    {"OcspRetiredThoughTheCrlIsNotAsked",
     [] { return Scene().NamesNoResponder().CrlNotAsked().Judge(); }, "ocsp_retired"},
    {"NoResponderBelowTheLeaf", [] { return Scene().NamesNoResponder().BelowTheLeaf().Judge(); },
     "schemes_agree"},
    {"NamesNothing", [] { return Scene().NamesNoResponder().NamesNoCrl().Judge(); },
     "nothing_to_compare"},
    {"GoodIsStapledAndNobodyIsAsked",
     [] { return Scene().ResponderNotAsked().CrlNotAsked().Judge(); }, "nothing_to_compare"},
};

class CauseTest : public ::testing::TestWithParam<Row> {};

TEST_P(CauseTest, SaysWhoseFaultItLooksLike) {
  EXPECT_EQ(Describe(GetParam().judge()).label, GetParam().label);
}

INSTANTIATE_TEST_SUITE_P(Table, CauseTest, ::testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Causes, EachIsReachedByARow) {
  std::set<std::string_view> reached;
  for (const Row& row : kRows) reached.insert(row.label);
  for (const CauseInfo& info : Causes()) EXPECT_TRUE(reached.contains(info.label)) << info.label;
}

TEST(Causes, AreOneSentenceAndOneStatusEach) {
  const std::vector<std::pair<std::string_view, ExitStatus>> expected{
      {"schemes_disagree", ExitStatus::kCritical},
      {"revoked", ExitStatus::kCritical},
      {"responder_knows_nothing", ExitStatus::kCritical},
      {"responder_down", ExitStatus::kWarning},
      {"responder_unfit", ExitStatus::kWarning},
      {"staple_of_another_certificate", ExitStatus::kGood},  // the staple's own status says more
      {"server_not_fetching", ExitStatus::kGood},
      {"crl_down", ExitStatus::kWarning},
      {"crl_unfit", ExitStatus::kWarning},
      {"ocsp_retired", ExitStatus::kGood},
      {"schemes_agree", ExitStatus::kGood},
      {"nothing_to_compare", ExitStatus::kGood}};
  std::vector<std::pair<std::string_view, ExitStatus>> causes;
  for (const CauseInfo& info : Causes()) {
    causes.emplace_back(info.label, info.status);
    EXPECT_TRUE(info.sentence.ends_with('.')) << info.label;
    EXPECT_TRUE(info.remedy.empty() || info.remedy.ends_with('.')) << info.label;
    EXPECT_TRUE(info.status == ExitStatus::kGood || !info.remedy.empty()) << info.label;
  }
  EXPECT_EQ(causes, expected);
}

}  // namespace
}  // namespace stapling::exporter
