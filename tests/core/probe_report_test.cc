// What a probe reports of each certificate, of the name, and of a handshake that failed.
#include <gtest/gtest.h>

#include <ostream>

#include "core/probe.h"
#include "tests/core/loopback_probe.h"

namespace stapling::testing {
namespace {

using std::chrono::days;

// A StapleReport without its judgement, but for the verdict.
struct Report {
  unsigned depth = 0;
  bool must_staple = false;
  bool names_responder = false;
  std::optional<bool> required, expected, present;
  std::string verdict;
  friend bool operator==(const Report&, const Report&) = default;
};
std::ostream& operator<<(std::ostream& out, const Report& report) {
  const auto optional = [](std::optional<bool> value) {
    return !value ? "none" : *value ? "true" : "false";
  };
  return out << "depth " << report.depth << " must_staple " << report.must_staple
             << " names_responder " << report.names_responder << " required "
             << optional(report.required) << " expected " << optional(report.expected)
             << " present " << optional(report.present) << " verdict " << report.verdict;
}

std::vector<Report> ReportsOf(const ProbeResult& result) {
  std::vector<Report> reports;
  for (const StapleReport& of : result.connections.at(0).staples) {
    reports.push_back({of.depth, of.must_staple, of.names_responder, of.required, of.expected,
                       of.present, std::string(Describe(of.judgement.verdict).label)});
  }
  return reports;
}

constexpr auto kNone = std::nullopt;

struct Row {
  std::string name;
  ProbeCase probe;
  std::vector<Report> reports;
};
std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.name; }

class StapleReportTest : public ::testing::TestWithParam<Row> {};
TEST_P(StapleReportTest, SaysWhatEachCertificateAsksForAndGets) {
  EXPECT_EQ(ReportsOf(ProbeServer(GetParam().probe)), GetParam().reports);
}

TlsServerOptions Server(TlsVersion version, std::vector<Certificate> chain, Staples staples) {
  return {.chain = std::move(chain),
          .staples = std::move(staples),
          .min_version = version,
          .max_version = version};
}

Module Requiring(StapleRequirement requirement, bool chain = false) {
  return {.staple = {.require = requirement, .chain = chain}};
}

const auto kLeafChain = Pki().Chain(Pki().leaf);

// A chain of ten intermediates under the root, leaf first.
std::vector<Certificate> LongChain() {
  std::vector<Certificate> from_root = {Pki().root};
  for (int i = 0; i < 10; ++i) {
    from_root.push_back(IssueCertificate({.subject = "CA " + std::to_string(i),
                                          .issuer = &from_root.back(),
                                          .now = kNow,
                                          .is_ca = true}));
  }
  from_root.push_back(IssueCertificate({.subject = "leaf.test",
                                        .issuer = &from_root.back(),
                                        .now = kNow,
                                        .dns_names = {"localhost"}}));
  return {from_root.rbegin(), from_root.rend() - 1};
}

std::vector<Report> NineReports() {
  std::vector<Report> reports;
  for (unsigned depth = 0; depth <= 8; ++depth) {
    reports.push_back({depth, false, false, kNone, kNone, false, "missing"});
  }
  reports[0].required = reports[0].expected = false;
  return reports;
}

INSTANTIATE_TEST_SUITE_P(
    Table, StapleReportTest,
    ::testing::Values(
        Row{"tls12_has_no_place_below_the_leaf",
            {.server = Server(TlsVersion::k12, kLeafChain, {GoodStaple()})},
            {{0, false, true, false, true, true, "good"},
             {1, false, false, kNone, kNone, kNone, "missing"}}},
        Row{"tls12_has_none_with_chain_either",
            {.server = Server(TlsVersion::k12, kLeafChain, {GoodStaple()}),
             .module = Requiring(StapleRequirement::kAlways, true)},
            {{0, false, true, true, true, true, "good"},
             {1, false, false, kNone, kNone, kNone, "missing"}}},
        Row{"tls13_has",
            {.server = Server(TlsVersion::k13, kLeafChain, {GoodStaple()})},
            {{0, false, true, false, true, true, "good"},
             {1, false, false, kNone, kNone, false, "missing"}}},
        Row{"tls13_both",
            {.server = Server(TlsVersion::k13, kLeafChain,
                              {GoodStaple(), GoodStapleOfIntermediate()})},
            {{0, false, true, false, true, true, "good"},
             {1, false, false, kNone, kNone, true, "good"}}},
        Row{"tls13_intermediate_alone",
            {.server = Server(TlsVersion::k13, kLeafChain,
                              {std::nullopt, GoodStapleOfIntermediate()})},
            {{0, false, true, false, true, false, "missing"},
             {1, false, false, kNone, kNone, true, "good"}}},
        Row{"tls13_with_chain",
            {.server = Server(TlsVersion::k13, kLeafChain, {GoodStaple()}),
             .module = Requiring(StapleRequirement::kExpected, true)},
            {{0, false, true, true, true, true, "good"},
             {1, false, false, false, false, false, "missing"}}},
        Row{"must_staple",
            {.server = Server(TlsVersion::k13, Pki().Chain(Pki().leaf_must_staple), {})},
            {{0, true, true, true, true, false, "missing"},
             {1, false, false, kNone, kNone, false, "missing"}}},
        Row{"must_staple_but_never_required",
            {.server = Server(TlsVersion::k12, {Pki().leaf_must_staple}, {}),
             .module = Requiring(StapleRequirement::kNever)},
            {{0, true, true, false, true, false, "missing"}}},
        Row{"nothing_asked_for",
            {.server = Server(TlsVersion::k12, {Pki().leaf_without_responder}, {})},
            {{0, false, false, false, false, false, "missing"}}},
        Row{"always_makes_it_expected",
            {.server = Server(TlsVersion::k12, {Pki().leaf_without_responder}, {}),
             .module = Requiring(StapleRequirement::kAlways)},
            {{0, false, false, true, true, false, "missing"}}},
        Row{"root_is_left_out",
            {.server = Server(TlsVersion::k13, {Pki().leaf, Pki().root, Pki().intermediate}, {})},
            {{0, false, true, false, true, false, "missing"},
             {2, false, false, kNone, kNone, false, "missing"}}},
        Row{"self_signed_leaf_is_not",
            {.server = Server(TlsVersion::k13, {Pki().root}, {})},
            {{0, false, false, false, false, false, "missing"}}},
        Row{"depth_is_bounded",
            {.server = Server(TlsVersion::k13, LongChain(), {})},
            NineReports()}),
    [](const auto& row) { return row.param.name; });

class EmptyStapleTest : public ::testing::TestWithParam<TlsVersion> {};
INSTANTIATE_TEST_SUITE_P(Versions, EmptyStapleTest,
                         ::testing::Values(TlsVersion::k12, TlsVersion::k13), VersionName);

// It is there, and it is not a response; that the handshake ends for it takes nothing away. Under
// TLS 1.3 GnuTLS ends it before it keeps the certificates.
TEST_P(EmptyStapleTest, IsPresentAndMalformed) {
  const ProbeResult result = ProbeServer({.server = Server(GetParam(), {Pki().leaf}, {Bytes{}})});
  using Reports = std::vector<Report>;
  const Reports malformed{{0, false, true, false, true, true, "malformed"}};
  const bool kept = GetParam() == TlsVersion::k12;
  EXPECT_EQ(ReportsOf(result), ByLibrary(malformed, kept ? malformed : Reports{}));
  EXPECT_FALSE(result.success);
}

struct NameRow {
  std::string name;
  std::string host;
  std::string hostname = {};
  std::string server_name = {};
  std::optional<std::string> sni;
  bool valid = true;
};
std::ostream& operator<<(std::ostream& out, const NameRow& row) { return out << row.name; }

class ServerNameTest : public ::testing::TestWithParam<NameRow> {};

TEST_P(ServerNameTest, IsSentAndChecked) {
  const NameRow& row = GetParam();
  const auto server = Serve();
  const ProbeResult result =
      ProbeTarget(row.host + ":" + std::to_string(server->port()),
                  {.module = {.tls = {.server_name = row.server_name}}, .hostname = row.hostname});
  EXPECT_EQ(FailureWords(result), row.valid ? "" : "judge hostname_mismatch");
  EXPECT_EQ(result.connections[0].hostname_valid, row.valid);
  ASSERT_TRUE(server->WaitForFinished(1));
  EXPECT_EQ(server->Connections()[0].hello.server_name, row.sni);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ServerNameTest,
    ::testing::Values(
        NameRow{.name = "of_the_target", .host = "localhost", .sni = "localhost"},
        NameRow{.name = "in_lower_case", .host = "LOCALHOST", .sni = "localhost"},
        NameRow{.name = "without_its_trailing_dot", .host = "localhost.", .sni = "localhost"},
        NameRow{.name = "none_for_ip4", .host = "127.0.0.1", .sni = std::nullopt},
        NameRow{.name = "hostname_beats_the_target",
                .host = "localhost",
                .hostname = "leaf.test",
                .sni = "leaf.test"},
        NameRow{.name = "hostname_beats_an_address",
                .host = "127.0.0.1",
                .hostname = "leaf.test",
                .sni = "leaf.test"},
        NameRow{.name = "hostname_that_does_not_match",
                .host = "localhost",
                .hostname = "other.test",
                .sni = "other.test",
                .valid = false},
        NameRow{.name = "hostname_that_is_an_address",
                .host = "localhost",
                .hostname = "127.0.0.1",
                .sni = std::nullopt},
        NameRow{.name = "hostname_that_is_another_address",
                .host = "127.0.0.1",
                .hostname = "127.0.0.2",
                .sni = std::nullopt,
                .valid = false},
        NameRow{.name = "server_name_beats_the_target",
                .host = "localhost",
                .server_name = "leaf.test",
                .sni = "leaf.test"},
        NameRow{.name = "server_name_beats_hostname",
                .host = "localhost",
                .hostname = "other.test",
                .server_name = "leaf.test",
                .sni = "leaf.test"}),
    [](const auto& row) { return row.param.name; });

TEST(ProbeReportTest, SkippedVerificationIsStillReported) {
  const ProbeResult result = ProbeServer({.server = {.staples = {GoodStaple()}},
                                          .module = {.tls = {.insecure_skip_verify = true}},
                                          .trusted = {Pki().stranger_root},
                                          .hostname = "other.test"});
  EXPECT_TRUE(result.success);
  const Connection& seen = result.connections.at(0);
  EXPECT_EQ(ChainWords(seen.handshake), "missing_intermediate");
  EXPECT_EQ(seen.hostname_valid, false);
  EXPECT_EQ(seen.staples.at(0).judgement.verdict, Verdict::kGood);
}

class RequiredClientCertificateTest : public ::testing::TestWithParam<TlsVersion> {};
INSTANTIATE_TEST_SUITE_P(Versions, RequiredClientCertificateTest,
                         ::testing::Values(TlsVersion::k12, TlsVersion::k13), VersionName);

TEST_P(RequiredClientCertificateTest, WhatWasCollectedBeforeIsJudgedAndKept) {
  TlsServerOptions server = Server(GetParam(), {Pki().leaf_must_staple, Pki().intermediate},
                                   {GoodStaple(Pki().leaf_must_staple)});
  server.client_certificate = ClientCertificate::kRequired;
  const ProbeResult result = ProbeServer({.server = server});
  EXPECT_EQ(FailureWords(result), "handshake client_certificate_required");
  EXPECT_EQ(PhaseWords(result),
            (std::vector<std::string>{"resolve", "connect", "handshake", "judge"}));
  const Connection& seen = result.connections.at(0);
  EXPECT_EQ(ChainWords(seen.handshake), "verified");
  EXPECT_EQ(seen.hostname_valid, true);
  EXPECT_EQ(seen.handshake.version, GetParam() == TlsVersion::k13 ? "TLS 1.3" : "TLS 1.2");
  EXPECT_EQ(seen.staples.at(0).present, true);
  EXPECT_EQ(seen.staples.at(0).judgement.verdict, Verdict::kGood);
  EXPECT_EQ(seen.staples.at(0).judgement.certificate_status, CertificateStatus::kGood);
}

// The handshake's own failure comes first, however bad the staple is.
TEST_P(RequiredClientCertificateTest, TheHandshakeFailsBeforeTheStaple) {
  TlsServerOptions server = Server(GetParam(), kLeafChain, {ExpiredStaple()});
  server.client_certificate = ClientCertificate::kRequired;
  const ProbeResult result = ProbeServer({.server = server});
  EXPECT_EQ(FailureWords(result), "handshake client_certificate_required");
  EXPECT_EQ(result.connections.at(0).staples.at(0).judgement.verdict, Verdict::kExpired);
}

TEST(ProbeReportTest, AStapleTooLargeForTls12LeavesTheChain) {
  const ProbeResult result =
      ProbeServer({.server = Server(TlsVersion::k12, kLeafChain, {Noise(20'000)})});
  // It is there, if only as something that was not read: nobody may call it missing.
  const std::optional<bool> unknown;
  EXPECT_EQ(result.connections.at(0).staples.at(0).present,
            ByLibrary(unknown, std::optional(true)));
  EXPECT_EQ(result.connections.at(0).attempts.made, ByLibrary(0U, 1U));
  EXPECT_EQ(FailureWords(result), ByLibrary("handshake staple_too_large", "judge staple_invalid"));
  EXPECT_EQ(result.connections.at(0).handshake.chain.size(), 2U);
  EXPECT_EQ(result.connections.at(0).hostname_valid, true);
}

TEST(ProbeReportTest, TheInstantIsTheOneAskedFor) {
  EXPECT_EQ(ProbeServer({.at = kNow + days(3)}).now, kNow + days(3));
}

TEST(ProbeReportTest, TheInstantIsNowUnlessAskedFor) {
  const auto server = Serve();
  const auto prober = Prober::Make({}, TrustStoreOf({Pki().root})).value();
  const auto before = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  ProbeLog log;
  const ProbeResult result = prober->Probe({.target = ParseTarget(server->Target()).value()},
                                           Deadline::After(std::chrono::seconds(10)), log);
  EXPECT_GE(result.now, before);
  EXPECT_LE(result.now, std::chrono::system_clock::now());
}

TEST(ProbeReportTest, TheLogTellsTheStory) {
  const auto server = Serve({.staples = {ExpiredStaple()}});
  const auto prober = Prober::Make({.name = "tls"}, TrustStoreOf({Pki().root})).value();
  ProbeLog log;
  static_cast<void>(prober->Probe({.target = ParseTarget(server->Target()).value(), .at = kNow},
                                  Deadline::After(std::chrono::seconds(10)), log));
  std::vector<std::string> messages;
  for (const ProbeLogLine& line : log.lines()) messages.push_back(line.message);
  EXPECT_EQ(messages, (std::vector<std::string>{"probe started", "connected", "handshake seen",
                                                "staple judged", "staple judged", "probe failed",
                                                "probe ended"}));
}

}  // namespace
}  // namespace stapling::testing
