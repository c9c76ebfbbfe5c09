#include "tests/exporter/sample_probe.h"

#include <utility>

#include "core/x509/certificate.h"

namespace stapling::testing {
namespace {

using std::chrono::duration;
using std::chrono::hours;
using std::chrono::minutes;

PresentedCertificate Present(const Certificate& certificate) {
  return {.certificate = Share(certificate.x509()),
          .staple = {},
          .sha256 = Sha256Of({certificate.Der()}),
          .facts = ReadFacts(certificate.x509())};
}

Handshake HealthyHandshake() {
  const StandardPki& pki = SamplePki();
  Handshake handshake;
  handshake.chain.push_back(Present(pki.leaf));
  handshake.chain.push_back(Present(pki.intermediate));
  handshake.chain[0].staple = Bytes(471, 0x30);
  handshake.staples_for_chain = true;
  handshake.chain_checked = true;
  for (const Certificate* certificate : {&pki.leaf, &pki.intermediate, &pki.root}) {
    handshake.verified_chain.push_back(Identify(Share(certificate->x509())));
  }
  handshake.verified_validity = ValidityOf(pki.leaf.x509());
  handshake.leaf = std::make_shared<const CertificateLabels>(
      ReadLabels(pki.leaf.x509(), handshake.chain.front().sha256));
  handshake.library = "openssl";
  handshake.library_version = "3.0.22";
  handshake.version = "TLS 1.3";
  handshake.cipher = "TLS_AES_256_GCM_SHA384";
  return handshake;
}

}  // namespace

const StandardPki& SamplePki() {
  static const StandardPki pki(kNow);
  return pki;
}

Judgement GoodJudgement() {
  Judgement judgement;
  judgement.verdict = Verdict::kGood;
  judgement.valid = true;
  for (const Check check :
       {Check::kWellFormed, Check::kResponseSuccessful, Check::kIssuerKnown,
        Check::kCertificateMatch, Check::kCriticalExtensions, Check::kSignature,
        Check::kSignerAuthorized, Check::kProducedAt, Check::kThisUpdate, Check::kNextUpdate}) {
    judgement.checks.Set(check, true);
  }
  judgement.response_status = ResponseStatus::kSuccessful;
  judgement.certificate_status = CertificateStatus::kGood;
  judgement.this_update = kNow - hours(24);
  judgement.next_update = kNow + hours(144);
  judgement.produced_at = kNow - hours(24);
  judgement.effective_expiry = kNow + hours(144);
  judgement.serial = "1a2b";
  judgement.signer = Signer::kIssuer;
  judgement.responder_id = "CN=Test Intermediate";
  judgement.signature_algorithm = "ecdsa-with-SHA256";
  judgement.certid_hash = "SHA1";
  judgement.size_bytes = 471;
  return judgement;
}

Judgement OnlyVerdict(Verdict verdict) {
  Judgement judgement;
  judgement.verdict = verdict;
  return judgement;
}

StapleReport GoodStaple() {
  return {.depth = 0,
          .must_staple = false,
          .names_responder = true,
          .required = false,
          .expected = true,
          .present = true,
          .judgement = GoodJudgement()};
}

StapleReport MissingStaple() {
  StapleReport staple = GoodStaple();
  staple.present = false;
  staple.judgement = OnlyVerdict(Verdict::kMissing);
  return staple;
}

ResponderReport GoodResponder() {
  Judgement judgement = GoodJudgement();
  judgement.this_update = kNow - hours(23);
  return {.exchange = {.depth = 0,
                       .url = "http://ocsp.test/",
                       .up = true,
                       .http_status = 200,
                       .duration = duration<double>(0.05),
                       .cache_age = minutes(15)},
          .judgement = judgement};
}

CrlReport CleanCrl() {
  CrlJudgement judgement;
  judgement.verdict = CrlVerdict::kNotRevoked;
  judgement.valid = true;
  judgement.revoked = false;
  judgement.this_update = kNow - hours(2);
  judgement.next_update = kNow + hours(166);
  judgement.size_bytes = 300;
  return {.exchange = {.depth = 0,
                       .url = "http://crl.test/",
                       .up = true,
                       .http_status = 200,
                       .duration = duration<double>(0.25),
                       .cache_age = minutes(30)},
          .judgement = judgement};
}

ProbeResult CrossCheckedProbe() {
  ProbeResult result = HealthyProbe();
  CrossCheck& check = result.connections[0].cross_check.emplace();
  check.responders = {GoodResponder()};
  check.crls = {CleanCrl()};
  check.schemes = {{.depth = 0,
                    .names_responder = true,
                    .names_crl = true,
                    .staple = RevocationStatus::kGood,
                    .responder = RevocationStatus::kGood,
                    .crl = RevocationStatus::kGood,
                    .staple_lag = hours(1)}};
  return result;
}

ProbeResult HealthyProbe() {
  Connection connection;
  connection.address = IpAddress::Parse("192.0.2.1");
  connection.phases = {{Phase::kResolve, duration<double>(0.001)},
                       {Phase::kConnect, duration<double>(0.002)},
                       {Phase::kHandshake, duration<double>(0.02)},
                       {Phase::kJudge, duration<double>(0.0005)}};
  connection.attempts = {.made = 1, .stapled = 1, .distinct = 1};
  connection.handshake = HealthyHandshake();
  connection.hostname_valid = true;
  connection.staples.push_back(GoodStaple());
  connection.staples.push_back({.depth = 1, .present = false});

  ProbeResult result;
  result.now = kNow;
  result.duration = duration<double>(0.025);
  result.dns_lookup = duration<double>(0.001);
  result.connections.push_back(std::move(connection));
  result.success = true;
  return result;
}

ProbeResult FailedProbe(Phase phase, Reason reason, const char* detail) {
  ProbeResult result = HealthyProbe();
  result.success = false;
  result.connections[0].failure = Failure{phase, reason, detail};
  return result;
}

ProbeResult UnreachableProbe(Phase phase, Reason reason) {
  Connection connection;
  connection.phases = {{Phase::kResolve, duration<double>(0.001)}};
  if (phase != Phase::kResolve) {
    connection.address = IpAddress::Parse("192.0.2.1");
    connection.phases.emplace_back(phase, duration<double>(0.002));
  }
  connection.failure = Failure{phase, reason, ""};

  ProbeResult result;
  result.now = kNow;
  result.duration = duration<double>(0.003);
  result.dns_lookup = duration<double>(0.001);
  result.connections.push_back(std::move(connection));
  return result;
}

}  // namespace stapling::testing
