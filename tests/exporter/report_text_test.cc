#include "exporter/report_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/exporter/sample_probe.h"

namespace stapling::exporter {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using stapling::testing::CrossCheckedProbe;
using stapling::testing::FailedProbe;
using stapling::testing::GoodJudgement;
using stapling::testing::GoodResponder;
using stapling::testing::HealthyProbe;
using stapling::testing::kNow;
using stapling::testing::MissingStaple;
using stapling::testing::UnreachableProbe;

std::string Check(const ProbeResult& result, TextStyle style = {},
                  const std::string& target = "leaf.test:443") {
  Module module;
  module.name = "tls";
  return CheckText(
      {target, module, result, kDefaultWarningRatio, ExitStatusOf(result, kDefaultWarningRatio)},
      style);
}

std::string FirstLine(const std::string& text) { return text.substr(0, text.find('\n')); }
std::string LastLine(const std::string& text) {
  return text.substr(text.rfind('\n', text.size() - 2) + 1);
}

TEST(CheckTextTest, Healthy) {
  EXPECT_EQ(
      Check(HealthyProbe()),
      R"(OK: leaf.test:443: The CA says that the certificate is good, and the response lasts for another 6 days (until 2026-11-26T10:00:00Z).

  module            tls
  probed at         2026-11-20T10:00:00Z
  address           192.0.2.1
  TLS               TLS 1.3, TLS_AES_256_GCM_SHA384
  TLS library       openssl 3.0.22
  chain             verifies
  host name         matches
  time              resolve 0.001 s, connect 0.002 s, handshake 0.020 s, judge 0.001 s

Leaf certificate, CN=leaf.test
  must-staple       no
  names a responder yes
  staple required   no
  verdict           good
  response status   successful
  says              good
  signed by         the certificate's issuer
  responder         CN=Test Intermediate
  signature         ecdsa-with-SHA256
  serial number     1a2b
  thisUpdate        2026-11-19T10:00:00Z (1 day ago)
  nextUpdate        2026-11-26T10:00:00Z (in 6 days)
  producedAt        2026-11-19T10:00:00Z (1 day ago)
  usable until      2026-11-26T10:00:00Z (in 6 days)
  lifetime used     14 %
  size              471 bytes
  checks
    pass  well_formed          The staple is exactly one DER OCSPResponse with a defined status.
    pass  response_successful  The response's status is successful.
    pass  issuer_known         The certificate's issuer is at hand.
    pass  certificate_match    The response speaks of this certificate, by serial and issuer.
    pass  critical_extensions  The response holds no critical extension that is not understood.
    pass  signature            The signature verifies under the signer's key.
    pass  signer_authorized    The signer is the issuer or a responder that the issuer authorised.
    -     signer_current       The delegated signer's certificate is inside its validity.
    pass  produced_at          producedAt is inside the certificate's validity and not in the future.
    pass  this_update          thisUpdate is not in the future.
    pass  next_update          nextUpdate is not in the past.
    -     max_age              thisUpdate is no older than max_age.

Certificate at depth 1, CN=Test Intermediate CA
  must-staple       no
  names a responder no
  staple            none. The server staples nothing for this certificate; nearly no server does below the leaf.
)");
}

TEST(CheckTextTest, WhatIsWrongComesFirstAndTheNextStepLast) {
  ProbeResult result = FailedProbe(Phase::kJudge, Reason::kStapleInvalid, "depth 0: expired");
  Judgement& judgement = result.connections[0].staples[0].judgement;
  judgement.verdict = Verdict::kExpired;
  judgement.this_update = kNow - 100h;
  judgement.next_update = kNow - 51h;
  judgement.checks.Set(stapling::Check::kNextUpdate, false);
  const std::string text = Check(result);
  EXPECT_EQ(FirstLine(text),
            "CRITICAL: leaf.test:443: The response expired 2 days 3 hours ago (nextUpdate "
            "2026-11-18T07:00:00Z).");
  EXPECT_TRUE(LastLine(text).starts_with("Next step: Find out why the server does not refresh"))
      << text;
  EXPECT_NE(text.find("    FAIL  next_update "), std::string::npos) << text;
}

TEST(CheckTextTest, MissingExpectedStapleIsAWarning) {
  ProbeResult result = HealthyProbe();
  result.connections[0].staples[0] = MissingStaple();
  const std::string text = Check(result);
  EXPECT_EQ(FirstLine(text),
            "WARNING: leaf.test:443: The server staples nothing, although the certificate names a "
            "responder.");
  EXPECT_TRUE(LastLine(text).starts_with("Next step: Switch stapling on")) << text;
  EXPECT_EQ(text.find("checks"), std::string::npos);
  EXPECT_EQ(text.find("thisUpdate"), std::string::npos);
}

TEST(CheckTextTest, NearlyUsedUpIsAWarning) {
  ProbeResult result = HealthyProbe();
  Judgement& judgement = result.connections[0].staples[0].judgement;
  judgement.this_update = kNow - 80h;
  judgement.effective_expiry = kNow + 20h;
  EXPECT_EQ(FirstLine(Check(result)),
            "WARNING: leaf.test:443: The staple is good, but 80 % of its lifetime is used and the "
            "server has not renewed it; it lasts for another 20 hours.");
}

TEST(CheckTextTest, StapledAtTimesIsAWarning) {
  ProbeResult result = HealthyProbe();
  result.connections[0].attempts = {.made = 3, .stapled = 2, .distinct = 1};
  const std::string text = Check(result);
  EXPECT_EQ(FirstLine(text),
            "WARNING: leaf.test:443: The server staples at times: 2 of 3 connections carried a "
            "staple.");
  EXPECT_NE(text.find("3, of which 2 carried a staple (1 distinct)"), std::string::npos) << text;
  EXPECT_TRUE(LastLine(text).starts_with("Next step: Give every worker")) << text;
}

TEST(CheckTextTest, UnreachableSaysWhyAndNothingAboutStaples) {
  const std::string text = Check(UnreachableProbe(Phase::kConnect, Reason::kRefused));
  EXPECT_EQ(text, R"(CRITICAL: leaf.test:443: The connection was refused.

  module            tls
  probed at         2026-11-20T10:00:00Z
  address           192.0.2.1
  time              resolve 0.001 s, connect 0.002 s

Next step: Check that the server runs and listens on this port.
)");
}

TEST(CheckTextTest, ChainThatDoesNotVerify) {
  ProbeResult result = FailedProbe(Phase::kJudge, Reason::kChainInvalid, "self-signed certificate");
  result.connections[0].handshake.chain_error = ChainError::kSelfSigned;
  const std::string text = Check(result);
  EXPECT_EQ(FirstLine(text),
            "CRITICAL: leaf.test:443: The certificate chain does not verify (self-signed "
            "certificate).");
  EXPECT_NE(text.find("  chain             does not verify: "), std::string::npos) << text;
}

// What follows the staples.
std::string CrossCheckOf(const std::string& text) {
  const std::size_t begin = text.find("\nAsked of the CA");
  return begin == std::string::npos ? "" : text.substr(begin + 1);
}

TEST(CheckTextTest, NothingIsSaidOfACaThatWasNotAsked) {
  EXPECT_EQ(Check(HealthyProbe()).find("CA was"), std::string::npos);
  EXPECT_EQ(CrossCheckOf(Check(HealthyProbe())), "");
}

TEST(CheckTextTest, TheSchemesSideBySide) {
  EXPECT_EQ(CrossCheckOf(Check(CrossCheckedProbe())),
            R"(Asked of the CA about the certificate at depth 0
  staple says       good
  responder         http://ocsp.test/, HTTP 200, 0.050 s
    says            good (verdict good)
    thisUpdate      2026-11-19T11:00:00Z (23 hours ago)
    nextUpdate      2026-11-26T10:00:00Z (in 6 days)
  CRL               http://crl.test/, HTTP 200, 0.250 s
    says            good (verdict not_revoked)
    thisUpdate      2026-11-20T08:00:00Z (2 hours ago)
    nextUpdate      2026-11-27T08:00:00Z (in 6 days 22 hours)
  staple lags by    1 hour
  it looks like     All that the CA was asked says that the certificate is good.
)");
}

TEST(CheckTextTest, RevokedThereThoughGoodHere) {
  ProbeResult result = CrossCheckedProbe();
  CrossCheck& check = *result.connections[0].cross_check;
  check.crls[0].judgement->verdict = CrlVerdict::kRevoked;
  check.crls[0].judgement->revoked = true;
  check.crls[0].judgement->revocation_reason = 1;
  check.schemes[0].crl = RevocationStatus::kRevoked;
  const std::string text = Check(result);
  EXPECT_EQ(FirstLine(text),
            "CRITICAL: leaf.test:443: One of staple, responder and CRL says that the certificate "
            "is revoked, another does not.");
  EXPECT_NE(text.find("\n    says            revoked, key_compromise (verdict revoked)\n"),
            std::string::npos)
      << text;
  EXPECT_TRUE(LastLine(text).starts_with("Next step: Believe the one that says revoked")) << text;
}

// The good answer of the second responder is not said to be the first one's.
TEST(CheckTextTest, EachResponderHasItsOwnWord) {
  ProbeResult result = CrossCheckedProbe();
  CrossCheck& check = *result.connections[0].cross_check;
  ResponderReport forged = GoodResponder();
  forged.exchange.url = "http://forger.test/";
  forged.judgement->verdict = Verdict::kBadSignature;
  forged.judgement->valid = false;
  forged.judgement->certificate_status.reset();
  check.responders.insert(check.responders.begin(), forged);
  const std::string text = Check(result);
  EXPECT_NE(text.find("  responder         http://forger.test/, HTTP 200, 0.050 s\n"
                      "    says            nothing that may be believed (verdict bad_signature)\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("    says            good (verdict good)\n"), std::string::npos) << text;
}

TEST(CheckTextTest, AResponderThatIsDownHasAReason) {
  ProbeResult result = CrossCheckedProbe();
  CrossCheck& check = *result.connections[0].cross_check;
  check.responders[0].exchange = {.depth = 0, .url = "http://ocsp.test/", .http_status = 503};
  check.responders[0].exchange.failure = Failure{Phase::kResponder, Reason::kHttpStatus, "503"};
  check.responders[0].judgement.reset();
  check.schemes[0].responder.reset();
  check.schemes[0].staple_lag.reset();
  const std::string text = Check(result);
  EXPECT_TRUE(
      FirstLine(text).starts_with("WARNING: leaf.test:443: The CA's responder gives no answer"))
      << text;
  EXPECT_NE(text.find("  responder         http://ocsp.test/, HTTP 503, http_status (503)\n"
                      "  CRL               http://crl.test/"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("staple lags"), std::string::npos) << text;
}

TEST(CheckTextTest, AStapleMayBeNewerThanTheAnswerThatIsHeld) {
  ProbeResult result = CrossCheckedProbe();
  result.connections[0].cross_check->schemes[0].staple_lag = -30min;
  EXPECT_NE(Check(result).find("  staple is newer by 30 minutes\n"), std::string::npos);
}

TEST(CheckTextTest, TheCaIsNotAskedForWantOfAChain) {
  ProbeResult result = CrossCheckedProbe();
  *result.connections[0].cross_check = {.chain_unverified = true};
  const std::string words =
      "The CA was not asked: nothing vouches for the URLs of a chain that does not verify.\n";
  EXPECT_NE(Check(result).find("\n" + words), std::string::npos);
  EXPECT_EQ(Check(result).find("WARNING: leaf.test:443: " + words), 0U) << Check(result);
}

TEST(CheckTextTest, WhatWasNotTriedIsTold) {
  ProbeResult result = HealthyProbe();
  EXPECT_EQ(Check(result).find("Not tried"), std::string::npos);
  result.combinations_skipped = 3;
  EXPECT_NE(Check(result).find("\nNot tried, beyond max_combinations: 3.\n"), std::string::npos);
}

TEST(CheckTextTest, ColourOnlyWhereItIsAskedFor) {
  EXPECT_EQ(Check(HealthyProbe()).find('\x1b'), std::string::npos);
  const std::string text = Check(HealthyProbe(), {.colour = true});
  EXPECT_TRUE(text.starts_with("\x1b[32mOK\x1b[0m: leaf.test:443: ")) << text.substr(0, 40);
  EXPECT_NE(text.find("    \x1b[32mpass\x1b[0m  well_formed "), std::string::npos);
  EXPECT_TRUE(Check(UnreachableProbe(Phase::kConnect, Reason::kRefused), {.colour = true})
                  .starts_with("\x1b[31mCRITICAL\x1b[0m: "));
}

TEST(CheckTextTest, StrangersCannotWriteToTheTerminal) {
  ProbeResult result = HealthyProbe();
  result.connections[0].staples[0].judgement.responder_id = "CN=\x1b]0;owned\x07\r\nOK: fine";
  result.connections[0].cross_check = CrossCheckedProbe().connections[0].cross_check;
  result.connections[0].cross_check->crls[0].exchange.url = "http://\x1b]0;owned\x07\r\nOK: fine/";
  const std::string text = Check(result, {}, "leaf.test\x1b[2J");
  EXPECT_TRUE(std::none_of(text.begin(), text.end(), [](char character) {
    return character == '\x1b' || character == '\x07' || character == '\r';
  }));
  EXPECT_EQ(text.find("\nOK: fine"), std::string::npos);
}

TEST(VerifyTextTest, SaysTheVerdictFirst) {
  Judgement judgement = GoodJudgement();
  judgement.verdict = Verdict::kIssuerUnknown;
  judgement.certificate_status = {};
  judgement.signer = {};
  const std::string text =
      VerifyText({judgement, kNow, {"The given issuer did not issue it.", "Pass another."}}, {});
  EXPECT_TRUE(
      text.starts_with("CRITICAL: The given issuer did not issue it.\n\n"
                       "  judged at         2026-11-20T10:00:00Z\n"
                       "  verdict           issuer_unknown\n"
                       "  response status   successful\n"
                       "  says              nothing that may be believed\n"
                       "  signed by         nobody whom the issuer authorised\n"))
      << text;
  EXPECT_EQ(LastLine(text), "Next step: Pass another.\n");
}

TEST(VerifyTextTest, Good) {
  const Judgement judgement = GoodJudgement();
  const std::string text = VerifyText({judgement, kNow, {"It is good.", ""}}, {});
  EXPECT_EQ(FirstLine(text), "OK: It is good.");
  EXPECT_EQ(text.find("Next step"), std::string::npos);
}

// A heading for each, with its outcome.
TEST(CheckTextTest, EachCombinationHasItsOutcome) {
  ProbeResult result = HealthyProbe();
  result.varied = true;
  result.connections[0].combination = {.address = true, .key_type = KeyType::kRsa};
  result.connections.push_back(
      {.combination = {.address = true, .key_type = KeyType::kRsa},
       .address = IpAddress::Parse("192.0.2.2"),
       .unsupported = Failure{Phase::kHandshake, Reason::kNoSharedVersion, ""}});
  result.connections.push_back({.combination = {.address = true, .key_type = KeyType::kRsa},
                                .address = IpAddress::Parse("192.0.2.3"),
                                .failure = Failure{Phase::kConnect, Reason::kRefused, ""}});
  const std::string text = Check(result);
  EXPECT_NE(text.find("\n192.0.2.1, rsa: a strict client goes on\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\n192.0.2.2, rsa: not done by this server: "), std::string::npos) << text;
  EXPECT_NE(text.find("\n192.0.2.3, rsa: failed: "), std::string::npos) << text;
}

TEST(CheckTextTest, StatusesHaveColours) {
  struct Row {
    ExitStatus status;
    const char* coloured;
  };
  for (const Row& row :
       {Row{ExitStatus::kGood, "\x1b[32mx\x1b[0m"}, Row{ExitStatus::kWarning, "\x1b[33mx\x1b[0m"},
        Row{ExitStatus::kCritical, "\x1b[31mx\x1b[0m"},
        Row{ExitStatus::kUsage, "\x1b[31mx\x1b[0m"}}) {
    EXPECT_EQ(Coloured("x", ColourOf(row.status), {.colour = true}), row.coloured);
    EXPECT_EQ(Coloured("x", ColourOf(row.status), {.colour = false}), "x");
  }
}

}  // namespace
}  // namespace stapling::exporter
