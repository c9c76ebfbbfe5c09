// Servers that staple for themselves: Apache httpd with a real responder, HAProxy, gnutls-serv for
// two certificates of the chain, and openssl s_server.

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "tests/integration/ocsp_responder.h"
#include "tests/integration/real_server.h"
#include "tests/integration/scrape.h"
#include "tests/support/free_port.h"
#include "tests/support/tls_server.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

TEST(Apache, StaplesWhatItsResponderSays) {
  const Site site;
  auto responder = OcspResponder::Start(site, CertStatus::kGood);
  ASSERT_TRUE(responder) << responder.error();
  const std::uint16_t port = (*responder)->port();
  const auto server = StartApache(site, {.responder_url = (*responder)->Url(),
                                         .directives = {"SSLStaplingStandardCacheTimeout 1"}});
  ASSERT_TRUE(server) << server.error();
  const auto exporter = Exporter::Start(ModuleTrusting(site.CaFile()));
  ASSERT_TRUE(exporter) << exporter.error();

  HttpResponse page = (*exporter)->Probe({.target = (*server)->Target()});
  const Samples good(page.body);
  EXPECT_EQ(good.Value("probe_success"), 1) << page.body << (*server)->process().Errors();
  EXPECT_EQ(VerdictOf(good), "good") << page.body;
  EXPECT_EQ(good.LabelOf("ocsp_staple_info", "signer"), "issuer") << page.body;

  responder = Error{"stopped"};
  responder = OcspResponder::Start(site, CertStatus::kRevoked, port);
  ASSERT_TRUE(responder) << responder.error();
  // Until Apache's copy of the old answer is a second old.
  EXPECT_TRUE(WaitUntil([&] {
    page = (*exporter)->Probe({.target = (*server)->Target()});
    return VerdictOf(Samples(page.body)) == "revoked";
  })) << page.body
      << (*server)->process().Errors();
  const Samples revoked(page.body);
  EXPECT_EQ(revoked.Value("probe_success"), 0);
  EXPECT_EQ(FailureOf(revoked), "judge/revoked");
  EXPECT_EQ(revoked.Value("ocsp_staple_certificate_status{depth=\"0\",status=\"revoked\"}"), 1);
  EXPECT_EQ(revoked.Value("ocsp_staple_certificate_status{depth=\"0\",status=\"good\"}"), 0);
  EXPECT_EQ(revoked.LabelOf("ocsp_staple_revocation_reason_info", "reason"), "key_compromise");
}

// By default Apache makes up a tryLater, which a client that wants proof must refuse.
TEST(Apache, WithoutItsResponderStaplesTryLater) {
  const Site site;
  const std::string nobody = "http://127.0.0.1:" + std::to_string(FreePort());
  const auto server = StartApache(site, {.responder_url = nobody});
  ASSERT_TRUE(server) << server.error();
  const auto [text, samples] = ScrapeOnce(site, (*server)->Target());
  SCOPED_TRACE(text);
  EXPECT_EQ(samples.Value("probe_success"), 0);
  EXPECT_EQ(FailureOf(samples), "judge/staple_invalid");
  EXPECT_EQ(VerdictOf(samples), "responder_error");
  EXPECT_EQ(samples.Value("ocsp_staple_response_status{depth=\"0\",status=\"try_later\"}"), 1);
  EXPECT_EQ(samples.Value("ocsp_staple_response_status{depth=\"0\",status=\"successful\"}"), 0);
  EXPECT_EQ(samples.Value("ocsp_staple_check_passed{depth=\"0\",check=\"response_successful\"}"),
            0);
  EXPECT_FALSE(samples.Has("ocsp_staple_certificate_status"));
  EXPECT_FALSE(samples.Has("ocsp_staple_signature_valid"));
  EXPECT_FALSE(samples.Has("ocsp_staple_this_update_timestamp_seconds"));
}

TEST(Apache, ToldToMakeUpNothingStaplesNothing) {
  const Site site;
  const std::string nobody = "http://127.0.0.1:" + std::to_string(FreePort());
  const auto server = StartApache(site, {.responder_url = nobody,
                                         .directives = {"SSLStaplingReturnResponderErrors off",
                                                        "SSLStaplingFakeTryLater off"}});
  ASSERT_TRUE(server) << server.error();
  const auto [text, samples] = ScrapeOnce(site, (*server)->Target());
  SCOPED_TRACE(text);
  EXPECT_EQ(samples.Value("probe_success"), 1);
  EXPECT_EQ(VerdictOf(samples), "missing");
  EXPECT_EQ(samples.Value("ocsp_staple_expected{depth=\"0\"}"), 1);
}

TEST(Haproxy, StaplesTheFileBesideItsCertificate) {
  const Site site;
  const auto server = StartHaproxy(site, BuildOcspResponse(site.Good()));
  ASSERT_TRUE(server) << server.error();
  const auto [text, samples] = ScrapeOnce(site, (*server)->Target());
  SCOPED_TRACE(text);
  EXPECT_EQ(samples.Value("probe_success"), 1);
  EXPECT_EQ(VerdictOf(samples), "good");
  EXPECT_EQ(samples.Value("ocsp_staple_valid{depth=\"0\"}"), 1);
}

// The intermediate's staple, as TLS 1.3 allows it (RFC 8446 §4.4.2.1).
TEST(GnutlsServ, StaplesForTwoCertificates) {
  const Site site;
  const OcspResponseSpec intermediate =
      GoodResponse(site.pki.intermediate, site.pki.root, site.now);
  const auto server =
      StartGnutlsServ(site, {site.WriteBytes("0.der", BuildOcspResponse(site.Good())),
                             site.WriteBytes("1.der", BuildOcspResponse(intermediate))});
  ASSERT_TRUE(server) << server.error();
  const auto [text, samples] = ScrapeOnce(site, (*server)->Target());
  SCOPED_TRACE(text);
  EXPECT_EQ(samples.Value("probe_success"), 1);
  EXPECT_EQ(VerdictOf(samples, 0), "good");
  EXPECT_EQ(VerdictOf(samples, 1), "good");
  EXPECT_EQ(samples.Value("ocsp_staple_present{depth=\"1\"}"), 1);
  EXPECT_EQ(samples.Value("ocsp_staple_valid{depth=\"1\"}"), 1);
  // Demanded of the leaf alone, unless the module says otherwise.
  EXPECT_FALSE(samples.Value("ocsp_staple_required{depth=\"1\"}").has_value());
  EXPECT_FALSE(samples.Value("ocsp_staple_expected{depth=\"1\"}").has_value());
}

// It finds for itself which certificate a response is about.
TEST(GnutlsServ, StaplesForTheIntermediateAlone) {
  const Site site;
  const OcspResponseSpec intermediate =
      GoodResponse(site.pki.intermediate, site.pki.root, site.now);
  const auto server =
      StartGnutlsServ(site, {site.WriteBytes("1.der", BuildOcspResponse(intermediate))});
  ASSERT_TRUE(server) << server.error();
  const auto [text, samples] = ScrapeOnce(site, (*server)->Target());
  SCOPED_TRACE(text);
  EXPECT_EQ(samples.Value("ocsp_staple_present{depth=\"0\"}"), 0);
  EXPECT_EQ(VerdictOf(samples, 0), "missing");
  EXPECT_EQ(samples.Value("ocsp_staple_present{depth=\"1\"}"), 1);
  EXPECT_EQ(VerdictOf(samples, 1), "good");
  EXPECT_EQ(samples.Value("probe_success"), 1);
}

// gnutls-serv refuses to serve such a staple; other servers do not look.
TEST(ChainStaples, RevokedIntermediateFailsTheProbe) {
  const Site site;
  OcspResponseSpec revoked = GoodResponse(site.pki.intermediate, site.pki.root, site.now);
  revoked.responses[0].status = CertStatus::kRevoked;
  revoked.responses[0].revoked_at = site.now - std::chrono::hours(2);
  const auto server =
      TlsServer::Start({.chain = site.Chain(),
                        .staples = {BuildOcspResponse(site.Good()), BuildOcspResponse(revoked)}});
  ASSERT_TRUE(server) << server.error();
  const auto [text, samples] = ScrapeOnce(site, (*server)->Target());
  SCOPED_TRACE(text);
  EXPECT_EQ(samples.Value("probe_success"), 0);
  EXPECT_EQ(FailureOf(samples), "judge/revoked");
  EXPECT_EQ(VerdictOf(samples, 0), "good");
  EXPECT_EQ(VerdictOf(samples, 1), "revoked");
  EXPECT_EQ(samples.Value("ocsp_staple_certificate_status{depth=\"1\",status=\"revoked\"}"), 1);
}

// Only a module that asks for the whole chain misses what an intermediate does not bring.
TEST(ChainStaples, CountWhereTheModuleSaysSo) {
  const Site site;
  const auto server = TlsServer::Start(
      {.chain = site.Chain(), .staples = {BuildOcspResponse(site.Good()), std::nullopt}});
  ASSERT_TRUE(server) << server.error();
  const auto [usual, usual_samples] =
      ScrapeOnce(site, (*server)->Target(), "    staple: {require: always}\n");
  EXPECT_EQ(usual_samples.Value("probe_success"), 1) << usual;
  const auto [strict, strict_samples] =
      ScrapeOnce(site, (*server)->Target(), "    staple: {require: always, chain: true}\n");
  EXPECT_EQ(strict_samples.Value("probe_success"), 0) << strict;
  EXPECT_EQ(FailureOf(strict_samples), "judge/staple_missing") << strict;
  EXPECT_EQ(strict_samples.Value("ocsp_staple_required{depth=\"1\"}"), 1) << strict;
}

TEST(OpensslServer, StaplesItsStatusFile) {
  const Site site;
  const auto server =
      StartOpensslServer(site, site.WriteBytes("s.der", BuildOcspResponse(site.Good())));
  ASSERT_TRUE(server) << server.error();
  const auto [text, samples] = ScrapeOnce(site, (*server)->Target());
  SCOPED_TRACE(text);
  EXPECT_EQ(samples.Value("probe_success"), 1);
  EXPECT_EQ(VerdictOf(samples), "good");
}

}  // namespace
}  // namespace stapling::testing
