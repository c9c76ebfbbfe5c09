// /staple: what is kept of a probe whose staples were not all good, and what of any other.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/integration/scrape.h"
#include "tests/support/free_port.h"
#include "tests/support/judge_again.h"
#include "tests/support/tls_server.h"

namespace stapling::testing {
namespace {

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class EvidenceTest : public ::testing::Test {
 protected:
  void Start(TlsServerOptions options, const std::string& more = {},
             const std::vector<std::string>& flags = {}) {
    auto server = TlsServer::Start(std::move(options));
    ASSERT_TRUE(server) << server.error();
    server_ = std::move(server).value();
    auto exporter = Exporter::Start(ModuleTrusting(site_.CaFile(), more), flags);
    ASSERT_TRUE(exporter) << exporter.error();
    exporter_ = std::move(exporter).value();
  }

  // The id that the newest failed, else the newest good probe has on the page.
  [[nodiscard]] std::string NewestId() const {
    constexpr std::string_view kLink = "href=\"logs?id=";
    const std::string home = exporter_->Get("/").body;
    const std::size_t start = home.find(kLink);
    if (start == std::string::npos) return {};
    return home.substr(start + kLink.size(), 32);
  }

  [[nodiscard]] HttpResponse EvidenceOf(const std::string& target) const {
    static_cast<void>(exporter_->Probe({.target = target}));
    return exporter_->Get("/staple?id=" + NewestId());
  }

  static std::vector<std::string> VerdictsOf(const std::string& evidence) {
    std::vector<std::string> verdicts;
    for (const ProcessResult& judged : JudgeAgain(evidence, ExporterPath())) {
      const auto json = nlohmann::json::parse(judged.output, nullptr, false);
      verdicts.push_back(json.is_object() ? json["verdict"].get<std::string>()
                                          : judged.output + judged.errors);
    }
    return verdicts;
  }

  [[nodiscard]] Bytes OfIntermediate(CertStatus status) const {
    OcspResponseSpec spec = GoodResponse(site_.pki.intermediate, site_.pki.root, site_.now);
    spec.responses[0].status = status;
    spec.responses[0].revoked_at = site_.now;
    return BuildOcspResponse(spec);
  }

  const Site site_;
  std::unique_ptr<TlsServer> server_;
  std::unique_ptr<Exporter> exporter_;
};

using Verdicts = std::vector<std::string>;

TEST_F(EvidenceTest, IsPlainTextThatABrowserSavesUnderItsName) {
  Start({.chain = site_.Chain(), .staples = {BuildOcspResponse(site_.Expired())}});
  const HttpResponse response = EvidenceOf(server_->Target());
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.at("content-type"), "text/plain; charset=utf-8");
  EXPECT_EQ(response.headers.at("content-disposition"), "inline; filename=\"evidence.txt\"");
  EXPECT_TRUE(Contains(response.body, "=== 1 of 1: depth 0, expired\n")) << response.body;
  EXPECT_EQ(VerdictsOf(response.body), Verdicts{"expired"}) << response.body;
}

TEST_F(EvidenceTest, HasThePolicyOfTheModule) {
  OcspResponseSpec spec = site_.Good();
  spec.responses[0].this_update = site_.now + std::chrono::seconds(150);
  Start({.chain = site_.Chain(), .staples = {BuildOcspResponse(spec)}},
        "    staple: {clock_skew: 1m, max_age: 30d}\n");
  const HttpResponse response = EvidenceOf(server_->Target());
  EXPECT_TRUE(Contains(response.body, " --clock-skew 1m --max-age 30d\n")) << response.body;
  EXPECT_EQ(VerdictsOf(response.body), Verdicts{"not_yet_valid"}) << response.body;
}

TEST_F(EvidenceTest, OfSeveralStaplesIsTakenApart) {
  Start({.chain = site_.Chain(),
         .staples = {BuildOcspResponse(site_.Expired()), OfIntermediate(CertStatus::kRevoked)}});
  const HttpResponse response = EvidenceOf(server_->Target());
  EXPECT_TRUE(Contains(response.body, "=== 1 of 2: depth 0, expired\n")) << response.body;
  EXPECT_TRUE(Contains(response.body, "=== 2 of 2: depth 1, revoked\n")) << response.body;
  EXPECT_EQ(VerdictsOf(response.body), (Verdicts{"expired", "revoked"})) << response.body;
}

TEST_F(EvidenceTest, BadStapleBelowAGoodOneIsShownAlone) {
  Start({.chain = site_.Chain(),
         .staples = {BuildOcspResponse(site_.Good()), OfIntermediate(CertStatus::kUnknown)}});
  const HttpResponse response = EvidenceOf(server_->Target());
  EXPECT_TRUE(Contains(response.body, "=== 1 of 1: depth 1, unknown\n")) << response.body;
  EXPECT_EQ(VerdictsOf(response.body), Verdicts{"unknown"}) << response.body;
}

TEST_F(EvidenceTest, WhatSeveralCombinationsSawAlikeStandsOnce) {
  Start({.chain = site_.Chain(), .staples = {BuildOcspResponse(site_.Revoked())}},
        "    vary: {tls_versions: [TLS12, TLS13]}\n");
  const HttpResponse response = EvidenceOf(server_->Target());
  EXPECT_TRUE(
      Contains(response.body, "=== 1 of 1: TLS 1.2, depth 0, revoked; TLS 1.3, depth 0, revoked\n"))
      << response.body;
  EXPECT_EQ(VerdictsOf(response.body), Verdicts{"revoked"}) << response.body;
}

// A good staple of a server that nothing else speaks for.
TEST_F(EvidenceTest, ConnectionThatFailedOtherwiseLeavesItsLeaf) {
  Start({.chain = {site_.leaf}, .staples = {BuildOcspResponse(site_.Good())}});
  const HttpResponse response = EvidenceOf(server_->Target());
  EXPECT_TRUE(Contains(response.body, "Its issuer was not at hand")) << response.body;
  EXPECT_EQ(VerdictsOf(response.body), Verdicts{"issuer_unknown"}) << response.body;
  static_cast<void>(exporter_->Probe({.target = server_->Target(), .hostname = "other.test"}));
  const std::string other = exporter_->Get("/staple?id=" + NewestId()).body;
  EXPECT_TRUE(Contains(other, "Hostname: other.test\n")) << other;
}

TEST_F(EvidenceTest, MissingStapleLeavesTheCertificates) {
  Start({.chain = site_.Chain()}, "    staple: {require: always}\n");
  const HttpResponse response = EvidenceOf(server_->Target());
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(Contains(response.body, "No staple was seen")) << response.body;
  EXPECT_TRUE(Contains(response.body, site_.leaf.Pem())) << response.body;
  EXPECT_TRUE(Contains(response.body, site_.pki.intermediate.Pem())) << response.body;
  EXPECT_FALSE(Contains(response.body, "ocsp_stapling_exporter verify")) << response.body;
}

TEST_F(EvidenceTest, OfAGoodProbeThereIsNone) {
  Start({.chain = site_.Chain(), .staples = {BuildOcspResponse(site_.Good())}});
  const HttpResponse response = EvidenceOf(server_->Target());
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.body,
            "The probe found nothing but good staples, of which no evidence is kept.\n");
  EXPECT_FALSE(Contains(exporter_->Get("/").body, "staple?id="));
}

TEST_F(EvidenceTest, OfAServerThatDoesNotAnswerThereIsNone) {
  Start({.chain = site_.Chain()});
  const HttpResponse response = EvidenceOf("127.0.0.1:" + std::to_string(FreePort()));
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.body,
            "The probe failed before it saw a certificate, so there is no evidence.\n");
}

TEST_F(EvidenceTest, OutlivesHealthyProbes) {
  Start({.chain = site_.Chain(), .staples = {BuildOcspResponse(site_.Expired())}}, {},
        {"--history.limit=3"});
  const HttpResponse first = EvidenceOf(server_->Target());
  const std::string id = NewestId();
  server_->SetStaples({BuildOcspResponse(site_.Good())});
  for (int i = 0; i < 10; ++i) static_cast<void>(exporter_->Probe({.target = server_->Target()}));
  EXPECT_EQ(exporter_->Get("/staple?id=" + id).body, first.body);
}

TEST_F(EvidenceTest, LogAndDebugLeadToIt) {
  Start({.chain = site_.Chain(), .staples = {BuildOcspResponse(site_.Expired())}});
  const std::string debug = exporter_->Probe({.target = server_->Target(), .debug = true}).body;
  const std::string id = NewestId();
  const std::string line = "\nEvidence: staple?id=" + id + "\n";
  EXPECT_TRUE(Contains(debug, line)) << debug;
  EXPECT_TRUE(Contains(exporter_->Get("/logs?id=" + id).body, line));
}

}  // namespace
}  // namespace stapling::testing
