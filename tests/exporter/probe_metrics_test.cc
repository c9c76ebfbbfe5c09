#include "exporter/probe_metrics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "core/x509/certificate.h"
#include "core/x509/text.h"
#include "exporter/probe_metric_table.h"
#include "tests/exporter/sample_probe.h"

namespace stapling::exporter {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using stapling::testing::FailedProbe;
using stapling::testing::GoodStaple;
using stapling::testing::HealthyProbe;
using stapling::testing::kNow;
using stapling::testing::MissingStaple;
using stapling::testing::OnlyVerdict;
using stapling::testing::SamplePki;
using stapling::testing::UnreachableProbe;

constexpr std::chrono::duration<double> kTimeout{9.5};

// The lines that are neither HELP nor TYPE.
std::vector<std::string> SeriesOf(const std::string& text) {
  std::vector<std::string> series;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with('#')) series.push_back(line);
  }
  return series;
}

std::string LeafInfo() {
  X509* leaf = SamplePki().leaf.x509();
  return "probe_ssl_last_chain_info{fingerprint_sha256=\"" + ToHex(Sha256Of({ToDer(leaf)})) +
         "\",subject=\"CN=leaf.test\",issuer=\"CN=Test Intermediate CA"
         "\",subjectalternative=\"localhost,leaf.test\",serialnumber=\"" +
         SerialHex(X509_get0_serialNumber(leaf)) + "\"} 1";
}

TEST(ProbeMetricsTest, HealthyProbeGivesExactlyTheseSeries) {
  const std::vector<std::string> expected{
      "probe_success 1",
      "probe_duration_seconds 0.025",
      "probe_timeout_seconds 9.5",
      "probe_dns_lookup_time_seconds 0.001",
      "probe_ip_protocol 4",
      "probe_ip_addr_hash 1969986452",
      R"(probe_phase_duration_seconds{phase="resolve"} 0.001)",
      R"(probe_phase_duration_seconds{phase="connect"} 0.002)",
      R"(probe_phase_duration_seconds{phase="handshake"} 0.02)",
      R"(probe_phase_duration_seconds{phase="judge"} 0.0005)",
      R"(probe_tls_library_info{library="openssl",version="3.0.22"} 1)",
      R"(probe_tls_version_info{version="TLS 1.3"} 1)",
      R"(probe_tls_cipher_info{cipher="TLS_AES_256_GCM_SHA384"} 1)",
      "probe_tls_chain_valid 1",
      "probe_tls_hostname_valid 1",
      "probe_ssl_earliest_cert_expiry 1800352800",
      "probe_ssl_last_chain_expiry_timestamp_seconds 1800352800",
      LeafInfo(),
      R"(ocsp_certificate_must_staple{depth="0"} 0)",
      R"(ocsp_certificate_must_staple{depth="1"} 0)",
      R"(ocsp_certificate_names_responder{depth="0"} 1)",
      R"(ocsp_certificate_names_responder{depth="1"} 0)",
      R"(ocsp_staple_required{depth="0"} 0)",
      R"(ocsp_staple_expected{depth="0"} 1)",
      R"(ocsp_staple_present{depth="0"} 1)",
      R"(ocsp_staple_present{depth="1"} 0)",
      R"(ocsp_staple_valid{depth="0"} 1)",
      R"(ocsp_staple_signature_valid{depth="0"} 1)",
      R"(ocsp_staple_check_passed{depth="0",check="well_formed"} 1)",
      R"(ocsp_staple_check_passed{depth="0",check="response_successful"} 1)",
      R"(ocsp_staple_check_passed{depth="0",check="issuer_known"} 1)",
      R"(ocsp_staple_check_passed{depth="0",check="certificate_match"} 1)",
      R"(ocsp_staple_check_passed{depth="0",check="critical_extensions"} 1)",
      R"(ocsp_staple_check_passed{depth="0",check="signature"} 1)",
      R"(ocsp_staple_check_passed{depth="0",check="signer_authorized"} 1)",
      R"(ocsp_staple_check_passed{depth="0",check="produced_at"} 1)",
      R"(ocsp_staple_check_passed{depth="0",check="this_update"} 1)",
      R"(ocsp_staple_check_passed{depth="0",check="next_update"} 1)",
      R"(ocsp_staple_verdict_info{depth="0",verdict="good"} 1)",
      R"(ocsp_staple_verdict_info{depth="1",verdict="missing"} 1)",
      R"(ocsp_staple_response_status{depth="0",status="successful"} 1)",
      R"(ocsp_staple_response_status{depth="0",status="malformed_request"} 0)",
      R"(ocsp_staple_response_status{depth="0",status="internal_error"} 0)",
      R"(ocsp_staple_response_status{depth="0",status="try_later"} 0)",
      R"(ocsp_staple_response_status{depth="0",status="sig_required"} 0)",
      R"(ocsp_staple_response_status{depth="0",status="unauthorized"} 0)",
      R"(ocsp_staple_certificate_status{depth="0",status="good"} 1)",
      R"(ocsp_staple_certificate_status{depth="0",status="revoked"} 0)",
      R"(ocsp_staple_certificate_status{depth="0",status="unknown"} 0)",
      R"(ocsp_staple_this_update_timestamp_seconds{depth="0"} 1795082400)",
      R"(ocsp_staple_next_update_timestamp_seconds{depth="0"} 1795687200)",
      R"(ocsp_staple_produced_at_timestamp_seconds{depth="0"} 1795082400)",
      R"(ocsp_staple_effective_expiry_timestamp_seconds{depth="0"} 1795687200)",
      R"(ocsp_staple_age_seconds{depth="0"} 86400)",
      R"(ocsp_staple_remaining_seconds{depth="0"} 518400)",
      R"(ocsp_staple_lifetime_used_ratio{depth="0"} 0.1428571428571428)",
      R"(ocsp_staple_size_bytes{depth="0"} 471)",
      std::string(R"(ocsp_staple_info{depth="0",serial="1a2b",signer="issuer",)") +
          R"(responder_id="CN=Test Intermediate",signature_algorithm="ecdsa-with-SHA256",)" +
          R"(certid_hash="SHA1"} 1)",
  };
  const auto series = SeriesOf(ProbeMetricsText(HealthyProbe(), kTimeout));
  EXPECT_EQ(series, expected);
  EXPECT_LE(series.size(), 75U);
}

TEST(ProbeMetricsTest, ALibrarysOpinionIsASeriesOfItsOwn) {
  ProbeResult result = HealthyProbe();
  Handshake& handshake = result.connections[0].handshake;
  handshake.library = "gnutls";
  handshake.opinion = LibraryOpinion{.accepted = false, .sentence = "GnuTLS says invalid."};
  const std::string refused = ProbeMetricsText(result, kTimeout);
  EXPECT_NE(refused.find("\nocsp_staple_accepted_by_library{library=\"gnutls\"} 0\n"),
            std::string::npos);
  EXPECT_NE(refused.find("\nprobe_success 1\n"), std::string::npos);  // it is no verdict
  handshake.opinion->accepted = true;
  EXPECT_NE(ProbeMetricsText(result, kTimeout)
                .find("\nocsp_staple_accepted_by_library{library=\"gnutls\"} 1\n"),
            std::string::npos);
}

TEST(ProbeMetricsTest, EverySeriesHasHelpAndType) {
  const std::string text = ProbeMetricsText(HealthyProbe(), kTimeout);
  EXPECT_TRUE(text.starts_with(
      "# HELP probe_success Whether a strict client would go on with this server: 1 yes, 0 no.\n"
      "# TYPE probe_success gauge\n"
      "probe_success 1\n"))
      << text.substr(0, 200);
  EXPECT_TRUE(text.ends_with("} 1\n"));
}

TEST(ProbeMetricsTest, TableIsUniqueAndFullySpelt) {
  std::set<std::string_view> names;
  bool ocsp_seen = false;
  for (const ProbeMetricInfo& info : ProbeMetricTable()) {
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_TRUE(info.help.ends_with('.')) << info.name;
    const bool is_ocsp = info.name.starts_with("ocsp_");
    EXPECT_TRUE(is_ocsp || info.name.starts_with("probe_")) << info.name;
    EXPECT_TRUE(is_ocsp || !ocsp_seen) << info.name << " comes after an ocsp_ metric";
    ocsp_seen = ocsp_seen || is_ocsp;
  }
}

// What one change to a healthy probe adds and, more important, what it must take away.
struct Row {
  const char* name;
  std::function<ProbeResult()> probe;
  std::vector<std::string> present = {};  // whole lines
  std::vector<std::string> absent = {};   // beginnings of lines
};

ProbeResult WithLeafStaple(const std::function<void(StapleReport&)>& change) {
  ProbeResult result = HealthyProbe();
  change(result.connections[0].staples[0]);
  return result;
}

ProbeResult WithJudgement(const std::function<void(Judgement&)>& change) {
  return WithLeafStaple([&](StapleReport& staple) { change(staple.judgement); });
}

ProbeResult WithConnection(const std::function<void(Connection&)>& change) {
  ProbeResult result = HealthyProbe();
  change(result.connections[0]);
  return result;
}

const Row kRows[] = {
    {.name = "MissingStapleSaysNothingGood",
     .probe = [] { return WithLeafStaple([](StapleReport& staple) { staple = MissingStaple(); }); },
     .present = {R"(ocsp_staple_present{depth="0"} 0)",
                 R"(ocsp_staple_verdict_info{depth="0",verdict="missing"} 1)",
                 R"(ocsp_staple_expected{depth="0"} 1)"},
     .absent = {"ocsp_staple_valid", "ocsp_staple_signature_valid", "ocsp_staple_check_passed",
                "ocsp_staple_response_status", "ocsp_staple_certificate_status",
                "ocsp_staple_this_update", "ocsp_staple_next_update", "ocsp_staple_produced_at",
                "ocsp_staple_effective_expiry", "ocsp_staple_age", "ocsp_staple_remaining",
                "ocsp_staple_lifetime", "ocsp_staple_signer_not_after", "ocsp_staple_revo",
                "ocsp_staple_size", "ocsp_staple_info"}},
    {.name = "Tls12HasNoPlaceBelowTheLeaf",
     .probe = [] { return WithConnection([](Connection& of) { of.staples[1].present = {}; }); },
     .present = {R"(ocsp_certificate_must_staple{depth="1"} 0)"},
     .absent = {R"(ocsp_staple_present{depth="1")", R"(ocsp_staple_verdict_info{depth="1")",
                R"(ocsp_staple_required{depth="1")", R"(ocsp_staple_expected{depth="1")"}},
    {.name = "MalformedStaple",
     .probe =
         [] {
           return WithJudgement([](Judgement& judgement) {
             judgement = OnlyVerdict(Verdict::kMalformed);
             judgement.checks.Set(Check::kWellFormed, false);
             judgement.size_bytes = 3;
           });
         },
     .present = {R"(ocsp_staple_present{depth="0"} 1)", R"(ocsp_staple_valid{depth="0"} 0)",
                 R"(ocsp_staple_check_passed{depth="0",check="well_formed"} 0)",
                 R"(ocsp_staple_verdict_info{depth="0",verdict="malformed"} 1)",
                 R"(ocsp_staple_size_bytes{depth="0"} 3)"},
     .absent = {"ocsp_staple_signature_valid", "ocsp_staple_response_status",
                "ocsp_staple_certificate_status", "ocsp_staple_this_update", "ocsp_staple_age",
                "ocsp_staple_remaining", "ocsp_staple_lifetime", "ocsp_staple_info",
                R"(ocsp_staple_check_passed{depth="0",check="signature")"}},
    {.name = "EmptyStapleIsPresent",
     .probe =
         [] {
           return WithJudgement([](Judgement& judgement) {
             judgement = OnlyVerdict(Verdict::kMalformed);
             judgement.checks.Set(Check::kWellFormed, false);
           });
         },
     .present = {R"(ocsp_staple_present{depth="0"} 1)", R"(ocsp_staple_size_bytes{depth="0"} 0)"}},
    {.name = "TryLater",
     .probe =
         [] {
           return WithJudgement([](Judgement& judgement) {
             judgement = OnlyVerdict(Verdict::kResponderError);
             judgement.response_status = ResponseStatus::kTryLater;
             judgement.checks.Set(Check::kWellFormed, true);
             judgement.checks.Set(Check::kResponseSuccessful, false);
           });
         },
     .present = {R"(ocsp_staple_response_status{depth="0",status="try_later"} 1)",
                 R"(ocsp_staple_response_status{depth="0",status="successful"} 0)",
                 R"(ocsp_staple_verdict_info{depth="0",verdict="responder_error"} 1)"},
     .absent = {"ocsp_staple_certificate_status", "ocsp_staple_info"}},
    {.name = "ForgedStapleHasTimesButNoStatus",
     .probe =
         [] {
           return WithJudgement([](Judgement& judgement) {
             judgement.verdict = Verdict::kBadSignature;
             judgement.valid = false;
             judgement.checks.Set(Check::kSignature, false);
             judgement.certificate_status = {};
             judgement.signer = {};
           });
         },
     .present = {R"(ocsp_staple_valid{depth="0"} 0)", R"(ocsp_staple_signature_valid{depth="0"} 0)",
                 R"(ocsp_staple_age_seconds{depth="0"} 86400)",
                 R"(ocsp_staple_info{depth="0",serial="1a2b",signer="",)"
                 R"(responder_id="CN=Test Intermediate",signature_algorithm="ecdsa-with-SHA256",)"
                 R"(certid_hash="SHA1"} 1)"},
     .absent = {"ocsp_staple_certificate_status"}},
    {.name = "NoCandidateLeavesTheSignatureOpen",
     .probe =
         [] {
           return WithJudgement([](Judgement& judgement) {
             judgement = OnlyVerdict(Verdict::kUnauthorizedSigner);
             judgement.checks.Set(Check::kSignerAuthorized, false);
           });
         },
     .present = {R"(ocsp_staple_check_passed{depth="0",check="signer_authorized"} 0)"},
     .absent = {"ocsp_staple_signature_valid",
                R"(ocsp_staple_check_passed{depth="0",check="signature")"}},
    {.name = "SignatureOfAStranger",
     .probe =
         [] {
           return WithJudgement(
               [](Judgement& judgement) { judgement.checks.Set(Check::kSignerAuthorized, false); });
         },
     .present = {R"(ocsp_staple_signature_valid{depth="0"} 0)"}},
    {.name = "ExpiredStapleHasNegativeTimeLeft",
     .probe =
         [] {
           return WithJudgement([](Judgement& judgement) {
             judgement.verdict = Verdict::kExpired;
             judgement.this_update = kNow - 150h;
             judgement.next_update = kNow - 50h;
             judgement.effective_expiry = kNow - 50h;
             judgement.checks.Set(Check::kNextUpdate, false);
           });
         },
     .present = {R"(ocsp_staple_remaining_seconds{depth="0"} -180000)",
                 R"(ocsp_staple_lifetime_used_ratio{depth="0"} 1.5)",
                 R"(ocsp_staple_age_seconds{depth="0"} 540000)"}},
    {.name = "NoNextUpdateHasNoEnd",
     .probe =
         [] {
           return WithJudgement([](Judgement& judgement) {
             judgement.next_update = {};
             judgement.effective_expiry = {};
           });
         },
     .present = {R"(ocsp_staple_age_seconds{depth="0"} 86400)"},
     .absent = {"ocsp_staple_next_update", "ocsp_staple_effective_expiry", "ocsp_staple_remaining",
                "ocsp_staple_lifetime"}},
    {.name = "EndBeforeBeginningHasNoRatio",
     .probe =
         [] {
           return WithJudgement(
               [](Judgement& judgement) { judgement.effective_expiry = *judgement.this_update; });
         },
     .present = {R"(ocsp_staple_remaining_seconds{depth="0"} -86400)"},
     .absent = {"ocsp_staple_lifetime"}},
    {.name = "FutureThisUpdateHasNegativeAge",
     .probe =
         [] {
           return WithJudgement([](Judgement& judgement) { judgement.this_update = kNow + 1h; });
         },
     .present = {R"(ocsp_staple_age_seconds{depth="0"} -3600)"}},
    {.name = "DelegatedSigner",
     .probe =
         [] {
           return WithJudgement([](Judgement& judgement) {
             judgement.signer = Signer::kDelegated;
             judgement.signer_not_after = kNow + 24h;
             judgement.effective_expiry = kNow + 24h;
             judgement.checks.Set(Check::kSignerCurrent, true);
           });
         },
     .present = {R"(ocsp_staple_signer_not_after_timestamp_seconds{depth="0"} 1795255200)",
                 R"(ocsp_staple_remaining_seconds{depth="0"} 86400)",
                 R"(ocsp_staple_lifetime_used_ratio{depth="0"} 0.5)",
                 R"(ocsp_staple_check_passed{depth="0",check="signer_current"} 1)"}},
    {.name = "Revoked",
     .probe =
         [] {
           return WithJudgement([](Judgement& judgement) {
             judgement.verdict = Verdict::kRevoked;
             judgement.certificate_status = CertificateStatus::kRevoked;
             judgement.revoked_at = kNow - 72h;
             judgement.revocation_reason = 1;
           });
         },
     .present = {R"(ocsp_staple_valid{depth="0"} 1)",
                 R"(ocsp_staple_certificate_status{depth="0",status="good"} 0)",
                 R"(ocsp_staple_certificate_status{depth="0",status="revoked"} 1)",
                 R"(ocsp_staple_revoked_at_timestamp_seconds{depth="0"} 1794909600)",
                 R"(ocsp_staple_revocation_reason_info{depth="0",reason="key_compromise"} 1)"}},
    {.name = "RevokedWithoutReason",
     .probe =
         [] {
           return WithJudgement([](Judgement& judgement) {
             judgement.certificate_status = CertificateStatus::kRevoked;
             judgement.revoked_at = kNow - 72h;
           });
         },
     .absent = {"ocsp_staple_revocation_reason_info"}},
    {.name = "RevokedByAForgerIsNotExported",
     .probe =
         [] {
           return WithJudgement([](Judgement& judgement) {
             judgement.certificate_status = {};
             judgement.revoked_at = kNow - 72h;
             judgement.revocation_reason = 1;
           });
         },
     .absent = {"ocsp_staple_revo", "ocsp_staple_certificate_status"}},
    {.name = "StapleBelowTheLeaf",
     .probe =
         [] {
           return WithConnection([](Connection& of) {
             of.staples[1] = GoodStaple();
             of.staples[1].depth = 1;
           });
         },
     .present = {R"(ocsp_staple_valid{depth="1"} 1)",
                 R"(ocsp_staple_remaining_seconds{depth="1"} 518400)"}},
    {.name = "HealthyHasNoFailure",
     .probe = [] { return HealthyProbe(); },
     .absent = {"probe_failure_info", "probe_tls_chain_error_info", "ocsp_staple_revo",
                "ocsp_staple_signer_not_after",
                R"(ocsp_staple_check_passed{depth="0",check="max_age")",
                R"(ocsp_staple_check_passed{depth="0",check="signer_current")"}},
    {.name = "UnverifiedChain",
     .probe =
         [] {
           ProbeResult result = FailedProbe(Phase::kJudge, Reason::kChainInvalid);
           result.connections[0].handshake.chain_error = ChainError::kUntrustedRoot;
           return result;
         },
     .present = {"probe_success 0", R"(probe_failure_info{phase="judge",reason="chain_invalid"} 1)",
                 "probe_tls_chain_valid 0",
                 R"(probe_tls_chain_error_info{error="untrusted_root"} 1)",
                 "probe_ssl_earliest_cert_expiry 1800352800", R"(ocsp_staple_valid{depth="0"} 1)"},
     .absent = {"probe_ssl_last_chain_expiry"}},
    {.name = "WrongName",
     .probe =
         [] {
           ProbeResult result = FailedProbe(Phase::kJudge, Reason::kHostnameMismatch);
           result.connections[0].hostname_valid = false;
           return result;
         },
     .present = {"probe_tls_hostname_valid 0", "probe_tls_chain_valid 1"}},
    {.name = "VariedCombinations",
     .probe =
         [] {
           ProbeResult result = HealthyProbe();
           result.varied = true;
           result.success = false;
           result.combinations_skipped = 4;
           result.connections[0].combination = {
               .address = true, .tls_version = TlsVersion::kTls13, .key_type = KeyType::kEcdsa};
           Connection refused{
               .combination = {.address = true, .tls_version = {}, .key_type = KeyType::kRsa},
               .address = IpAddress::Parse("2001:db8::1"),
               .failure = Failure{Phase::kConnect, Reason::kRefused, ""}};
           Connection unsupported{
               .combination = {.address = false, .tls_version = TlsVersion::kTls12, .key_type = {}},
               .address = IpAddress::Parse("192.0.2.1"),
               .unsupported = Failure{Phase::kHandshake, Reason::kNoSharedVersion, ""}};
           result.connections.push_back(std::move(refused));
           result.connections.push_back(std::move(unsupported));
           return result;
         },
     .present =
         {"probe_success 0", "probe_combinations_skipped 4",
          R"(probe_phase_duration_seconds{phase="resolve"} 0.001)",
          R"(probe_handshake_success{address="192.0.2.1",tls_version="TLS 1.3",key_type="ecdsa"} 1)",
          R"(ocsp_staple_present{address="192.0.2.1",tls_version="TLS 1.3",key_type="ecdsa",depth="0"} 1)",
          R"(probe_handshake_success{address="2001:db8::1",key_type="rsa"} 0)",
          R"(probe_failure_info{address="2001:db8::1",key_type="rsa",phase="connect",reason="refused"} 1)",
          R"(probe_combination_unsupported_info{tls_version="TLS 1.2",reason="no_shared_version"} 1)"},
     .absent = {R"(probe_ip_protocol{tls_version="TLS 1.2")"}},
    {.name = "SeveralAttempts",
     .probe =
         [] {
           ProbeResult result = HealthyProbe();
           result.connections[0].attempts = {.made = 3, .stapled = 2, .distinct = 1};
           return result;
         },
     .present = {"ocsp_staple_attempts 3", "ocsp_staple_attempts_stapled 2"}},
    {.name = "OneAttempt",
     .probe = [] { return HealthyProbe(); },
     .present = {},
     .absent = {"ocsp_staple_attempts"}},
    {.name = "RefusedConnection",
     .probe = [] { return UnreachableProbe(Phase::kConnect, Reason::kRefused); },
     .present = {"probe_success 0", R"(probe_failure_info{phase="connect",reason="refused"} 1)",
                 "probe_ip_protocol 4", R"(probe_phase_duration_seconds{phase="connect"} 0.002)"},
     .absent = {"probe_tls_", "probe_ssl_", "ocsp_",
                R"(probe_phase_duration_seconds{phase="handshake")"}},
    {.name = "NameThatDoesNotResolve",
     .probe = [] { return UnreachableProbe(Phase::kResolve, Reason::kNotFound); },
     .present = {R"(probe_failure_info{phase="resolve",reason="not_found"} 1)",
                 "probe_dns_lookup_time_seconds 0.001"},
     .absent = {"probe_ip_", "probe_tls_", "probe_ssl_", "ocsp_"}},
    {.name = "BehindAProxy",
     .probe =
         [] {
           ProbeResult result = HealthyProbe();
           result.dns_lookup.reset();
           result.connections[0].address.reset();
           result.connections[0].phases = {{Phase::kProxy, std::chrono::milliseconds(250)}};
           return result;
         },
     .present = {"probe_success 1", R"(probe_phase_duration_seconds{phase="proxy"} 0.25)"},
     .absent = {"probe_ip_", "probe_dns_lookup_time_seconds",
                R"(probe_phase_duration_seconds{phase="resolve"})"}},
    {.name = "HandshakeThatEndedBeforeTheCertificate",
     .probe =
         [] {
           ProbeResult result = UnreachableProbe(Phase::kHandshake, Reason::kAlert);
           result.connections[0].handshake.version = "TLS 1.2";
           return result;
         },
     .present = {R"(probe_tls_version_info{version="TLS 1.2"} 1)"},
     .absent = {"probe_tls_cipher_info", "probe_tls_chain_valid", "probe_tls_hostname_valid",
                "probe_ssl_", "ocsp_"}},
    {.name = "Ip6",
     .probe =
         [] {
           return WithConnection([](Connection& of) { of.address = IpAddress::Parse("::1"); });
         },
     .present = {"probe_ip_protocol 6", "probe_ip_addr_hash 1751717746"}},
    {.name = "StrangersTextInLabels",
     .probe =
         [] {
           return WithJudgement([](Judgement& judgement) {
             judgement.responder_id = "CN=\"a\\b\"\n\xFF";
             judgement.serial = "";
           });
         },
     .present = {R"(ocsp_staple_info{depth="0",serial="",signer="issuer",)"
                 R"(responder_id="CN=\"a\\b\")"
                 "\xEF\xBF\xBD\xEF\xBF\xBD"
                 R"(",signature_algorithm="ecdsa-with-SHA256",certid_hash="SHA1"} 1)"}},
};

class ProbeMetricsRowTest : public ::testing::TestWithParam<Row> {};

TEST_P(ProbeMetricsRowTest, ExportsWhatThereIsAndNothingElse) {
  const std::string text = ProbeMetricsText(GetParam().probe(), kTimeout);
  const auto series = SeriesOf(text);
  for (const std::string& line : GetParam().present) {
    EXPECT_EQ(std::count(series.begin(), series.end(), line), 1) << line << "\nin\n" << text;
  }
  for (const std::string& beginning : GetParam().absent) {
    EXPECT_TRUE(std::none_of(series.begin(), series.end(),
                             [&](const std::string& line) { return line.starts_with(beginning); }))
        << beginning << "\nin\n"
        << text;
  }
}

INSTANTIATE_TEST_SUITE_P(All, ProbeMetricsRowTest, ::testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(ProbeMetricsTest, LabelsAreCutAtOneKibibyte) {
  const ProbeResult result =
      WithJudgement([](Judgement& judgement) { judgement.responder_id = std::string(5000, 'x'); });
  const std::string text = ProbeMetricsText(result, kTimeout);
  EXPECT_NE(text.find("responder_id=\"" + std::string(1024, 'x') + "\""), std::string::npos);
}

TEST(ProbeMetricsTest, FailureInfoIsThereWheneverTheProbeFailed) {
  ProbeResult result = HealthyProbe();
  result.success = false;  // without saying why
  EXPECT_NE(ProbeMetricsText(result, kTimeout).find("probe_failure_info{"), std::string::npos);
}

}  // namespace
}  // namespace stapling::exporter
