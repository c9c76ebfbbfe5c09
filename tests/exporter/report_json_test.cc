#include "exporter/report_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/exporter/sample_probe.h"

namespace stapling::exporter {
namespace {

using Json = nlohmann::ordered_json;
using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using stapling::testing::CrossCheckedProbe;
using stapling::testing::GoodJudgement;
using stapling::testing::HealthyProbe;
using stapling::testing::kNow;
using stapling::testing::MissingStaple;
using stapling::testing::OnlyVerdict;
using stapling::testing::UnreachableProbe;

Module TlsModule() {
  Module module;
  module.name = "tls";
  return module;
}

std::string Check(const ProbeResult& result, JsonLayout layout = JsonLayout::kIndented,
                  ExitStatus status = ExitStatus::kGood, const std::string& target = "leaf.test") {
  const Module module = TlsModule();
  return CheckJson({target, module, result, kDefaultWarningRatio, status}, layout);
}

// The whole object: names, order, types and layout are the interface.
constexpr const char* kHealthy = R"({
  "target": "leaf.test",
  "hostname": null,
  "module": "tls",
  "success": true,
  "exit_status": 0,
  "failure": null,
  "combinations_skipped": 0,
  "probes": [
    {
      "address": "192.0.2.1",
      "tls_version": "TLS 1.3",
      "key_type": "ecdsa",
      "failure": null,
      "unsupported": null,
      "chain_valid": true,
      "hostname_valid": true,
      "attempts": 1,
      "attempts_stapled": 1,
      "distinct_staples": 1,
      "timings": {
        "resolve": 0.001,
        "connect": 0.002,
        "handshake": 0.02,
        "judge": 0.0005
      },
      "cross_check": null,
      "staples": [
        {
          "depth": 0,
          "present": true,
          "required": false,
          "expected": true,
          "verdict": "good",
          "valid": true,
          "response_status": "successful",
          "certificate_status": "good",
          "serial": "1a2b",
          "signer": "issuer",
          "this_update": "2026-11-19T10:00:00Z",
          "next_update": "2026-11-26T10:00:00Z",
          "produced_at": "2026-11-19T10:00:00Z",
          "effective_expiry": "2026-11-26T10:00:00Z",
          "remaining_seconds": 518400,
          "revoked_at": null,
          "revocation_reason": null,
          "checks": {
            "well_formed": true,
            "response_successful": true,
            "issuer_known": true,
            "certificate_match": true,
            "critical_extensions": true,
            "signature": true,
            "signer_authorized": true,
            "signer_current": null,
            "produced_at": true,
            "this_update": true,
            "next_update": true,
            "max_age": null
          },
          "reason": "The CA says that the certificate is good, and the response lasts for another 6 days (until 2026-11-26T10:00:00Z).",
          "remedy": null
        },
        {
          "depth": 1,
          "present": false,
          "required": null,
          "expected": null,
          "verdict": "missing",
          "valid": null,
          "response_status": null,
          "certificate_status": null,
          "serial": null,
          "signer": null,
          "this_update": null,
          "next_update": null,
          "produced_at": null,
          "effective_expiry": null,
          "remaining_seconds": null,
          "revoked_at": null,
          "revocation_reason": null,
          "checks": {
            "well_formed": null,
            "response_successful": null,
            "issuer_known": null,
            "certificate_match": null,
            "critical_extensions": null,
            "signature": null,
            "signer_authorized": null,
            "signer_current": null,
            "produced_at": null,
            "this_update": null,
            "next_update": null,
            "max_age": null
          },
          "reason": "The server staples nothing for this certificate; nearly no server does below the leaf.",
          "remedy": null
        }
      ]
    }
  ]
}
)";

TEST(CheckJsonTest, Healthy) { EXPECT_EQ(Check(HealthyProbe()), kHealthy); }

TEST(CheckJsonTest, NamesTheHostnameThatWasAskedFor) {
  const Module module = TlsModule();
  const ProbeResult result = HealthyProbe();
  const std::string json =
      CheckJson({"192.0.2.1", module, result, kDefaultWarningRatio, ExitStatus::kGood, "leaf.test"},
                JsonLayout::kOneLine);
  EXPECT_EQ(Json::parse(json)["hostname"], "leaf.test");
}

TEST(CheckJsonTest, OneLineHoldsTheSame) {
  const std::string line = Check(HealthyProbe(), JsonLayout::kOneLine);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_EQ(Json::parse(line), Json::parse(kHealthy));
}

TEST(CheckJsonTest, UnreachableHasNothingButTheFailure) {
  const std::string text = Check(UnreachableProbe(Phase::kResolve, Reason::kNotFound),
                                 JsonLayout::kIndented, ExitStatus::kCritical);
  EXPECT_EQ(text, R"({
  "target": "leaf.test",
  "hostname": null,
  "module": "tls",
  "success": false,
  "exit_status": 2,
  "failure": {
    "phase": "resolve",
    "reason": "not_found"
  },
  "combinations_skipped": 0,
  "probes": [
    {
      "address": null,
      "tls_version": null,
      "key_type": null,
      "failure": {
        "phase": "resolve",
        "reason": "not_found"
      },
      "unsupported": null,
      "chain_valid": null,
      "hostname_valid": null,
      "attempts": 0,
      "attempts_stapled": 0,
      "distinct_staples": 0,
      "timings": {
        "resolve": 0.001
      },
      "cross_check": null,
      "staples": []
    }
  ]
}
)");
}

Json CrossCheckOf(const ProbeResult& result) {
  return Json::parse(Check(result))["probes"][0]["cross_check"];
}

// The whole object, but for what the responder's answer has in common with a staple.
TEST(CheckJsonTest, TheCrossCheckThatAgrees) {
  Json object = CrossCheckOf(CrossCheckedProbe());
  Json& responder = object["responders"][0];
  for (const char* name : {"valid", "response_status", "certificate_status", "serial", "signer",
                           "this_update", "next_update", "produced_at", "effective_expiry",
                           "remaining_seconds", "revoked_at", "revocation_reason", "checks"}) {
    EXPECT_TRUE(responder.contains(name)) << name;
    if (std::string_view(name) != "this_update") responder.erase(name);
  }
  EXPECT_EQ(object.dump(2), R"({
  "chain_verified": true,
  "responders": [
    {
      "depth": 0,
      "url": "http://ocsp.test/",
      "up": true,
      "http_status": 200,
      "failure": null,
      "duration_seconds": 0.05,
      "cache_age_seconds": 900,
      "verdict": "good",
      "this_update": "2026-11-19T11:00:00Z"
    }
  ],
  "crls": [
    {
      "depth": 0,
      "url": "http://crl.test/",
      "up": true,
      "http_status": 200,
      "failure": null,
      "duration_seconds": 0.25,
      "cache_age_seconds": 1800,
      "verdict": "not_revoked",
      "valid": true,
      "revoked": false,
      "this_update": "2026-11-20T08:00:00Z",
      "next_update": "2026-11-27T08:00:00Z",
      "revoked_at": null,
      "revocation_reason": null
    }
  ],
  "schemes": [
    {
      "depth": 0,
      "staple": "good",
      "responder": "good",
      "crl": "good",
      "agreement": true,
      "staple_lag_seconds": 3600,
      "cause": "schemes_agree",
      "reason": "All that the CA was asked says that the certificate is good.",
      "remedy": null
    }
  ]
})");
}

TEST(CheckJsonTest, NoAnswerOfTheCaIsNullThroughout) {
  ProbeResult result = CrossCheckedProbe();
  CrossCheck& check = *result.connections[0].cross_check;
  for (CaExchange* exchange : {&check.responders[0].exchange, &check.crls[0].exchange}) {
    *exchange = {.depth = 0, .url = exchange->url};
    exchange->failure = Failure{Phase::kResponder, Reason::kTimeout, "the answer is not there yet"};
  }
  check.responders[0].judgement.reset();
  check.crls[0].judgement.reset();
  check.schemes = {{.depth = 0, .names_responder = true, .names_crl = true}};
  const Json object = CrossCheckOf(result);
  for (const Json& report : {object["responders"][0], object["crls"][0]}) {
    EXPECT_EQ(report["up"], false);
    EXPECT_EQ(report["failure"], "timeout");
    for (const char* name : {"http_status", "duration_seconds", "cache_age_seconds", "verdict",
                             "valid", "this_update", "next_update", "revoked_at"}) {
      EXPECT_TRUE(report.contains(name) && report[name].is_null()) << name;
    }
  }
  EXPECT_TRUE(object["responders"][0]["certificate_status"].is_null());
  EXPECT_TRUE(object["crls"][0]["revoked"].is_null());
  const Json& schemes = object["schemes"][0];
  for (const char* name : {"staple", "responder", "crl", "agreement", "staple_lag_seconds"}) {
    EXPECT_TRUE(schemes.contains(name) && schemes[name].is_null()) << name;
  }
  EXPECT_EQ(schemes["cause"], "responder_down");
  EXPECT_TRUE(schemes["remedy"].is_string());
}

TEST(CheckJsonTest, RevokedByTheCrl) {
  ProbeResult result = CrossCheckedProbe();
  CrossCheck& check = *result.connections[0].cross_check;
  CrlJudgement& judgement = *check.crls[0].judgement;
  judgement.verdict = CrlVerdict::kRevoked;
  judgement.revoked = true;
  judgement.revoked_at = kNow - 72h;
  judgement.revocation_reason = 4;
  check.schemes[0].crl = RevocationStatus::kRevoked;
  const Json object = CrossCheckOf(result);
  EXPECT_EQ(object["crls"][0]["verdict"], "revoked");
  EXPECT_EQ(object["crls"][0]["revoked"], true);
  EXPECT_EQ(object["crls"][0]["revoked_at"], "2026-11-17T10:00:00Z");
  EXPECT_EQ(object["crls"][0]["revocation_reason"], "superseded");
  EXPECT_EQ(object["schemes"][0]["crl"], "revoked");
  EXPECT_EQ(object["schemes"][0]["agreement"], false);
  EXPECT_EQ(object["schemes"][0]["cause"], "schemes_disagree");
}

TEST(CheckJsonTest, TheCaIsNotAskedForWantOfAChain) {
  ProbeResult result = CrossCheckedProbe();
  *result.connections[0].cross_check = {.chain_unverified = true};
  EXPECT_EQ(CrossCheckOf(result).dump(),
            R"({"chain_verified":false,"responders":[],"crls":[],"schemes":[]})");
}

TEST(CheckJsonTest, AUrlThatIsNotTextIsCleaned) {
  ProbeResult result = CrossCheckedProbe();
  result.connections[0].cross_check->crls[0].exchange.url = "http://crl.test/\xFF\x1b";
  EXPECT_EQ(CrossCheckOf(result)["crls"][0]["url"], "http://crl.test/\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(CheckJsonTest, MissingExpectedStaple) {
  ProbeResult result = HealthyProbe();
  result.connections[0].staples[0] = MissingStaple();
  const Json staple = Json::parse(Check(result))["probes"][0]["staples"][0];
  EXPECT_EQ(staple["present"], false);
  EXPECT_EQ(staple["expected"], true);
  EXPECT_EQ(staple["verdict"], "missing");
  EXPECT_TRUE(staple["valid"].is_null());
  EXPECT_TRUE(staple["certificate_status"].is_null());
  EXPECT_EQ(staple["reason"],
            "The server staples nothing, although the certificate names a responder.");
  EXPECT_TRUE(staple["remedy"].is_string());
}

TEST(CheckJsonTest, NoPlaceForAStapleHasNoVerdict) {
  ProbeResult result = HealthyProbe();
  result.connections[0].staples[1].present = {};
  const Json staple = Json::parse(Check(result))["probes"][0]["staples"][1];
  EXPECT_TRUE(staple["present"].is_null());
  EXPECT_TRUE(staple["verdict"].is_null());
}

TEST(CheckJsonTest, TextThatIsNotUtf8IsReplaced) {
  const std::string text = Check(UnreachableProbe(Phase::kResolve, Reason::kNotFound),
                                 JsonLayout::kOneLine, ExitStatus::kCritical, "a\xFF");
  EXPECT_EQ(Json::parse(text)["target"], "a\xEF\xBF\xBD");
}

TEST(VerifyJsonTest, IsTheStapleWithoutAHandshake) {
  Judgement judgement = GoodJudgement();
  judgement.verdict = Verdict::kRevoked;
  judgement.certificate_status = CertificateStatus::kRevoked;
  judgement.revoked_at = kNow - 72h;
  judgement.revocation_reason = 1;
  judgement.signer = Signer::kDelegated;
  const std::string text = VerifyJson({judgement, kNow, {"It was revoked.", "Replace it."}});
  EXPECT_TRUE(
      text.starts_with("{\n  \"depth\": null,\n  \"present\": true,\n  \"required\": null,\n"
                       "  \"expected\": null,\n  \"verdict\": \"revoked\",\n"))
      << text;
  const Json staple = Json::parse(text);
  EXPECT_EQ(staple["valid"], true);
  EXPECT_EQ(staple["certificate_status"], "revoked");
  EXPECT_EQ(staple["signer"], "delegated");
  EXPECT_EQ(staple["revoked_at"], "2026-11-17T10:00:00Z");
  EXPECT_EQ(staple["revocation_reason"], "key_compromise");
  EXPECT_EQ(staple["reason"], "It was revoked.");
  EXPECT_EQ(staple["remedy"], "Replace it.");
  EXPECT_EQ(staple.size(), 20U);
}

TEST(VerifyJsonTest, EmptyStapleIsPresentAndInvalid) {
  const Judgement judgement = OnlyVerdict(Verdict::kMalformed);
  const Json staple = Json::parse(VerifyJson({judgement, kNow, {"The staple is empty.", ""}}));
  EXPECT_EQ(staple["present"], true);
  EXPECT_EQ(staple["valid"], false);
  EXPECT_EQ(staple["verdict"], "malformed");
  EXPECT_TRUE(staple["remaining_seconds"].is_null());
  EXPECT_TRUE(staple["remedy"].is_null());
}

TEST(CheckJsonTest, TellsTheTypeOfTheLeafsKey) {
  using stapling::testing::KeyKind;
  constexpr std::pair<KeyKind, const char*> kRows[] = {{KeyKind::kEcP384, "ecdsa"},
                                                       {KeyKind::kRsa2048, "rsa"},
                                                       {KeyKind::kRsaPss2048, "rsa"},
                                                       {KeyKind::kEd25519, "ed25519"}};
  for (const auto& [kind, name] : kRows) {
    ProbeResult result = HealthyProbe();
    const auto certificate =
        stapling::testing::IssueCertificate({.subject = "leaf.test", .key = kind});
    result.connections[0].handshake.chain[0].certificate = Share(certificate.x509());
    EXPECT_EQ(Json::parse(Check(result))["probes"][0]["key_type"], name);
  }
}

}  // namespace
}  // namespace stapling::exporter
