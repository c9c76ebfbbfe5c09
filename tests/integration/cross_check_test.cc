// Whose fault is it? A CA as it is in the field, OpenSSL's responder and nginx with a CRL, and the
// program that asks it. In a network of its own, so that the names in the certificate can be had.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <chrono>
#include <optional>
#include <string>

#include "tests/integration/exporter.h"
#include "tests/integration/ocsp_responder.h"
#include "tests/integration/real_server.h"
#include "tests/integration/samples.h"
#include "tests/integration/scrape.h"
#include "tests/integration/site.h"
#include "tests/support/crl.h"
#include "tests/support/dns_server.h"
#include "tests/support/private_network.h"
#include "tests/support/tls_server.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

using nlohmann::json;

class CrossCheckProgramTest : public ::testing::Test {
 protected:
  explicit CrossCheckProgramTest(Site::Leaf leaf = Site::Leaf::kNamesCrl) : site_(leaf) {}

  void SetUp() override {
    const auto name_server = EnterPrivateNetwork();
    ASSERT_TRUE(name_server) << name_server.error();
    auto dns =
        DnsServer::Start({.address = *name_server,
                          .port = 53,
                          .names = {{"ocsp.test", {"127.0.0.1"}}, {"crl.test", {"127.0.0.1"}}}});
    ASSERT_TRUE(dns) << dns.error();
    dns_ = std::move(dns).value();
    auto server =
        TlsServer::Start({.chain = site_.Chain(), .staples = {BuildOcspResponse(site_.Good())}});
    ASSERT_TRUE(server) << server.error();
    server_ = std::move(server).value();
  }

  void StartResponder(CertStatus status) {
    auto responder = OcspResponder::Start(site_, status, 80);
    ASSERT_TRUE(responder) << responder.error();
    responder_ = std::move(responder).value();
  }
  void ServeCrl(const CrlSpec& spec) {
    site_.WriteBytes("intermediate.crl", BuildCrl(spec));
    auto nginx = StartNginxForFiles(site_, "127.0.0.1", 8080);
    ASSERT_TRUE(nginx) << nginx.error();
    nginx_ = std::move(nginx).value();
  }
  [[nodiscard]] CrlSpec GoodList() const { return GoodCrl(site_.pki.intermediate, site_.now); }
  [[nodiscard]] CrlSpec ListWithTheLeaf() const {
    CrlSpec spec = GoodList();
    spec.entries.push_back({.serial = site_.leaf.SerialContent(),
                            .revoked_at = site_.now - std::chrono::hours(2),
                            .reason = 1});
    return spec;
  }

  [[nodiscard]] std::string Configuration(const std::string& cross_check) const {
    return ModuleTrusting(site_.CaFile(), cross_check);
  }
  ProcessResult Check(const std::string& schemes, const std::string& format) {
    return RunExporter(
        {"check", server_->Target(), "--hostname=leaf.test", "--schemes=" + schemes,
         "--format=" + format,
         "--config.file=" + site_.directory().Write("check.yml", Configuration(""))});
  }
  // What the cross-check of the leaf comes to: its cause, and the exit status.
  std::string CauseAndStatus() {
    const ProcessResult result = Check("staple,ocsp,crl", "json");
    const json report = json::parse(result.output, nullptr, false);
    if (report.is_discarded()) return result.errors + result.output;
    text_ = report.dump(2);
    const json& schemes = report["probes"][0]["cross_check"]["schemes"];
    if (schemes.size() != 1) return text_;
    return schemes[0]["cause"].get<std::string>() + " " + std::to_string(result.exit_status);
  }

  Site site_;
  std::unique_ptr<DnsServer> dns_;
  std::unique_ptr<TlsServer> server_;
  std::unique_ptr<OcspResponder> responder_;
  std::unique_ptr<RealServer> nginx_;
  std::string text_;
};

TEST_F(CrossCheckProgramTest, AllAgree) {
  StartResponder(CertStatus::kGood);
  ServeCrl(GoodList());
  EXPECT_EQ(CauseAndStatus(), "schemes_agree 0") << text_;
  const ProcessResult text = Check("ocsp,crl", "text");
  EXPECT_NE(text.output.find("All that the CA was asked says that the certificate is good."),
            std::string::npos)
      << text.output;
}

TEST_F(CrossCheckProgramTest, TheServerDoesNotFetch) {
  StartResponder(CertStatus::kGood);
  ServeCrl(GoodList());
  server_->SetStaples({});
  EXPECT_EQ(CauseAndStatus(), "server_not_fetching 1") << text_;
  server_->SetStaples({BuildOcspResponse(site_.Expired())});
  EXPECT_EQ(CauseAndStatus(), "server_not_fetching 2") << text_;
}

TEST_F(CrossCheckProgramTest, TheResponderIsDown) {
  ServeCrl(GoodList());
  server_->SetStaples({});
  EXPECT_EQ(CauseAndStatus(), "responder_down 1") << text_;
}

TEST_F(CrossCheckProgramTest, TheStapleIsOfTheOldCertificate) {
  StartResponder(CertStatus::kGood);
  ServeCrl(GoodList());
  server_->SetStaples({BuildOcspResponse(
      GoodResponse(site_.pki.leaf_must_staple, site_.pki.intermediate, site_.now))});
  EXPECT_EQ(CauseAndStatus(), "staple_of_another_certificate 2") << text_;
}

TEST_F(CrossCheckProgramTest, TheResponderKnowsNothing) {
  StartResponder(CertStatus::kUnknown);
  ServeCrl(GoodList());
  EXPECT_EQ(CauseAndStatus(), "responder_knows_nothing 2") << text_;
}

TEST_F(CrossCheckProgramTest, RevokedHereAndGoodThere) {
  StartResponder(CertStatus::kRevoked);
  ServeCrl(GoodList());
  EXPECT_EQ(CauseAndStatus(), "schemes_disagree 2") << text_;
}

TEST_F(CrossCheckProgramTest, RevokedInTheCrlAlone) {
  StartResponder(CertStatus::kGood);
  ServeCrl(ListWithTheLeaf());
  EXPECT_EQ(CauseAndStatus(), "schemes_disagree 2") << text_;
}

TEST_F(CrossCheckProgramTest, RevokedEverywhere) {
  StartResponder(CertStatus::kRevoked);
  ServeCrl(ListWithTheLeaf());
  server_->SetStaples({BuildOcspResponse(site_.Revoked())});
  EXPECT_EQ(CauseAndStatus(), "revoked 2") << text_;
}

TEST_F(CrossCheckProgramTest, TheCrlIsExpired) {
  StartResponder(CertStatus::kGood);
  CrlSpec expired = GoodList();
  expired.this_update = site_.now - std::chrono::days(9);
  expired.next_update = site_.now - std::chrono::days(2);
  ServeCrl(expired);
  EXPECT_EQ(CauseAndStatus(), "crl_unfit 1") << text_;
}

TEST_F(CrossCheckProgramTest, TheCrlIsGone) {
  StartResponder(CertStatus::kGood);
  EXPECT_EQ(CauseAndStatus(), "crl_down 1") << text_;
}

TEST_F(CrossCheckProgramTest, APlainCheckAsksNobody) {
  const ProcessResult result = Check("staple", "json");
  EXPECT_EQ(result.exit_status, 0) << result.errors;
  EXPECT_EQ(json::parse(result.output)["probes"][0]["cross_check"], nullptr);
  EXPECT_EQ(dns_->QueriesFor("ocsp.test") + dns_->QueriesFor("crl.test"), 0U);
}

class CrossCheckRetiredTest : public CrossCheckProgramTest {
 protected:
  CrossCheckRetiredTest() : CrossCheckProgramTest(Site::Leaf::kNamesCrlAlone) {}
};

TEST_F(CrossCheckRetiredTest, TheCaHasRetiredOcsp) {
  ServeCrl(GoodList());
  server_->SetStaples({});
  EXPECT_EQ(CauseAndStatus(), "ocsp_retired 0") << text_;
}

// A scrape, the cache between scrapes, and a responder that comes back.
TEST_F(CrossCheckProgramTest, ScrapesShowTheCaAndSeeItRecover) {
  ServeCrl(GoodList());
  const auto exporter = Exporter::Start(
      Configuration("    cross_check: {responder: true, crl: true, min_interval: 1s}\n"));
  ASSERT_TRUE(exporter) << exporter.error();
  const auto scrape = [&] {
    return (*exporter)->Probe({.target = server_->Target(), .hostname = "leaf.test"}).body;
  };
  const std::string responder = R"({depth="0",url="http://ocsp.test/")";
  const std::string crl = R"({depth="0",url="http://crl.test:8080/intermediate.crl")";
  std::string page = scrape();
  Samples down(page);
  EXPECT_EQ(down.Value("probe_success"), 1) << page;
  EXPECT_EQ(down.Value("ocsp_responder_up" + responder + "}"), 0) << page;
  EXPECT_EQ(down.Value("ocsp_responder_failure_info" + responder + R"(,reason="refused"})"), 1);
  EXPECT_FALSE(down.Has("ocsp_responder_verdict_info"));
  EXPECT_EQ(down.Value("ocsp_crl_up" + crl + "}"), 1) << page;
  EXPECT_EQ(down.Value("ocsp_crl_certificate_revoked" + crl + "}"), 0);
  EXPECT_EQ(down.Value("ocsp_crl_verdict_info" + crl + R"(,verdict="not_revoked"})"), 1);
  EXPECT_EQ(down.Value(R"(ocsp_revocation_agreement{depth="0"})"), 1) << "staple and CRL";
  EXPECT_EQ(PromtoolComplaints(page), "");

  StartResponder(CertStatus::kGood);
  EXPECT_TRUE(WaitUntil([&] {
    page = scrape();
    return Samples(page).Value("ocsp_responder_up" + responder + "}") == 1;
  })) << page;
  const Samples up(page);
  EXPECT_EQ(up.Value("ocsp_responder_http_status_code" + responder + "}"), 200);
  EXPECT_EQ(up.Value("ocsp_responder_verdict_info" + responder + R"(,verdict="good"})"), 1);
  EXPECT_EQ(up.Value("ocsp_responder_certificate_status" + responder + R"(,status="good"})"), 1);
  EXPECT_FALSE(up.Has("ocsp_responder_failure_info"));
  EXPECT_TRUE(up.Has("ocsp_staple_lag_seconds"));
  EXPECT_EQ(PromtoolComplaints(page), "");

  const Samples self((*exporter)->Metrics());
  const std::string fetches = "ocsp_stapling_exporter_cross_check_fetches_total";
  EXPECT_GE(self.Value(fetches + R"({scheme="ocsp",result="failure"})").value_or(0), 1);
  EXPECT_GE(self.Value(fetches + R"({scheme="ocsp",result="success"})").value_or(0), 1);
}

// With cross_check off nothing is resolved or fetched.
TEST_F(CrossCheckProgramTest, OffMeansThatNobodyIsAsked) {
  const auto exporter = Exporter::Start(Configuration(""));
  ASSERT_TRUE(exporter) << exporter.error();
  const std::string page =
      (*exporter)->Probe({.target = server_->Target(), .hostname = "leaf.test"}).body;
  EXPECT_EQ(Samples(page).Value("probe_success"), 1) << page;
  EXPECT_FALSE(Samples(page).Has("ocsp_responder_up"));
  EXPECT_EQ(dns_->Queries(), 0U);
  const Samples self((*exporter)->Metrics());
  EXPECT_EQ(self.Value("ocsp_stapling_exporter_cross_check_cache_entries"), 0);
}

// Many probes of one certificate at once: the responder's own log counts.
TEST_F(CrossCheckProgramTest, ManyScrapesMakeOneRequest) {
  StartResponder(CertStatus::kGood);
  const auto exporter = Exporter::Start(Configuration("    cross_check: {responder: true}\n"));
  ASSERT_TRUE(exporter) << exporter.error();
  constexpr int kScrapes = 200;
  for (int i = 0; i < kScrapes; ++i) {
    const Samples samples(
        (*exporter)->Probe({.target = server_->Target(), .hostname = "leaf.test"}).body);
    ASSERT_EQ(samples.Value(R"(ocsp_responder_up{depth="0",url="http://ocsp.test/"})"), 1);
  }
  EXPECT_EQ(dns_->QueriesFor("ocsp.test"), 1U);
  const Samples self((*exporter)->Metrics());
  EXPECT_EQ(self.Value("ocsp_stapling_exporter_cross_check_fetches_total"
                       R"({scheme="ocsp",result="success"})"),
            1);
}

}  // namespace
}  // namespace stapling::testing
