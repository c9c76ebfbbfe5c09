// A probe that asks the CA beside the staple: responder and CRL of the certificates it saw.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <mutex>
#include <string>

#include "core/ocsp/request.h"
#include "core/probe.h"
#include "tests/core/loopback_probe.h"
#include "tests/support/crl.h"
#include "tests/support/http_peer.h"
#include "tests/support/rude_server.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;

std::string TextOf(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

// A CA that answers what the test says, and a leaf that names it.
class CrossCheckTest : public ::testing::Test {
 protected:
  CrossCheckTest() {
    auto ca = HttpPeer::Start({.answer = [this](const HttpPeerRequest& request) {
      const std::lock_guard lock(mutex_);
      return request.target.starts_with("/crl") ? crl_ : ocsp_;
    }});
    EXPECT_TRUE(ca) << ca.error();
    ca_ = std::move(ca).value();
    leaf_ = Leaf({ca_->Url("/ocsp")});
    Answer({.body = TextOf(GoodStaple(leaf_))});
    module_.cross_check = {.responder = true, .min_interval = 1h};
  }

  static Certificate Leaf(const std::vector<std::string>& responders,
                          const std::vector<std::string>& crls = {}) {
    return IssueCertificate({.subject = "leaf.test",
                             .issuer = &Pki().intermediate,
                             .now = kNow,
                             .dns_names = {"localhost"},
                             .responder_urls = responders,
                             .crl_urls = crls});
  }

  void Answer(HttpPeerAnswer answer) {
    const std::lock_guard lock(mutex_);
    ocsp_ = std::move(answer);
  }
  void AnswerCrl(const Bytes& list) {
    const std::lock_guard lock(mutex_);
    crl_ = {.body = TextOf(list)};
  }
  void Answer(const OcspResponseSpec& spec) { Answer({.body = TextOf(BuildOcspResponse(spec))}); }

  ProbeResult Probe(ProbeCase probe = {}) {
    if (probe.server.chain.empty()) probe.server.chain = Pki().Chain(leaf_);
    if (probe.server.staples.empty()) probe.server.staples = {GoodStaple(leaf_)};
    probe.module = module_;
    return ProbeServer(probe);
  }
  // Of the one connection.
  CrossCheck Check(const ProbeCase& probe = {}) {
    ProbeResult result = Probe(probe);
    EXPECT_TRUE(result.connections.at(0).cross_check);
    return result.connections.at(0).cross_check.value_or(CrossCheck{});
  }
  ResponderReport Responder(const ProbeCase& probe = {}) {
    CrossCheck check = Check(probe);
    EXPECT_EQ(check.responders.size(), 1U);
    return check.responders.empty() ? ResponderReport{} : check.responders.front();
  }

  Module module_;
  Certificate leaf_;
  std::mutex mutex_;
  HttpPeerAnswer ocsp_;
  HttpPeerAnswer crl_{.status = 404};
  std::unique_ptr<HttpPeer> ca_;
};

TEST_F(CrossCheckTest, TheResponderIsAskedAndItsAnswerJudged) {
  const ProbeResult result = Probe();
  EXPECT_EQ(FailureWords(result), "");
  const CrossCheck& check = *result.connections.at(0).cross_check;
  ASSERT_EQ(check.responders.size(), 1U);
  const ResponderReport& report = check.responders[0];
  EXPECT_EQ(report.exchange.depth, 0U);
  EXPECT_EQ(report.exchange.url, ca_->Url("/ocsp"));
  EXPECT_TRUE(report.exchange.up);
  EXPECT_EQ(report.exchange.http_status, 200U);
  EXPECT_FALSE(report.exchange.failure);
  ASSERT_TRUE(report.judgement);
  EXPECT_EQ(report.judgement->verdict, Verdict::kGood);
  ASSERT_EQ(check.schemes.size(), 1U);
  EXPECT_EQ(check.schemes[0].staple, RevocationStatus::kGood);
  EXPECT_EQ(check.schemes[0].responder, RevocationStatus::kGood);
  EXPECT_EQ(check.schemes[0].crl, std::nullopt);
  EXPECT_EQ(check.schemes[0].agreement(), true);
  EXPECT_EQ(check.schemes[0].staple_lag, 0s);
  EXPECT_EQ(PhaseWords(result),
            (std::vector<std::string>{"resolve", "connect", "handshake", "judge", "responder"}));
  const auto requests = ca_->Requests();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].method, "GET");
  EXPECT_TRUE(requests[0].target.starts_with("/ocsp/MF"));
}

TEST_F(CrossCheckTest, OffMeansThatNobodyIsAsked) {
  module_.cross_check = {};
  const ProbeResult result = Probe();
  EXPECT_EQ(FailureWords(result), "");
  EXPECT_FALSE(result.connections.at(0).cross_check);
  EXPECT_TRUE(ca_->Requests().empty());
}

TEST_F(CrossCheckTest, ALongUrlIsAskedByPost) {
  leaf_ = Leaf({ca_->Url("/" + std::string(200, 'p'))});
  EXPECT_TRUE(Responder().exchange.up);
  ASSERT_EQ(ca_->Requests().size(), 1U);
  const HttpPeerRequest request = ca_->Requests()[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.Header("content-type"), "application/ocsp-request");
  EXPECT_EQ(request.body, TextOf(EncodeOcspRequest(leaf_.x509(), Pki().intermediate.x509())));
}

TEST_F(CrossCheckTest, NeverChangesWhetherTheProbeSucceeds) {
  OcspResponseSpec revoked = GoodStapleOf(leaf_);
  revoked.responses[0].status = CertStatus::kRevoked;
  revoked.responses[0].revoked_at = kNow - 24h;
  Answer(revoked);
  const ProbeResult result = Probe();
  EXPECT_EQ(FailureWords(result), "");
  const SchemeComparison& schemes = result.connections.at(0).cross_check->schemes.at(0);
  EXPECT_EQ(schemes.responder, RevocationStatus::kRevoked);
  EXPECT_EQ(schemes.agreement(), false);
}

TEST_F(CrossCheckTest, AForgedAnswerSaysNothing) {
  OcspResponseSpec forged = GoodStapleOf(leaf_);
  forged.signer = &Pki().impostor_intermediate;
  Answer(forged);
  const CrossCheck check = Check();
  EXPECT_TRUE(check.responders.at(0).exchange.up);
  EXPECT_EQ(check.responders.at(0).judgement->verdict, Verdict::kBadSignature);
  EXPECT_EQ(check.schemes.at(0).responder, std::nullopt);
  EXPECT_EQ(check.schemes.at(0).agreement(), std::nullopt) << "one scheme alone agrees with nobody";
  EXPECT_EQ(check.schemes.at(0).staple_lag, std::nullopt);
}

TEST_F(CrossCheckTest, AnAnswerAboutAnotherCertificateIsOne) {
  Answer({.body = TextOf(GoodStaple(Pki().leaf))});
  EXPECT_EQ(Responder().judgement->verdict, Verdict::kWrongCertificate);
}

TEST_F(CrossCheckTest, TheLagIsThatOfTheStaple) {
  OcspResponseSpec newer = GoodStapleOf(leaf_);
  newer.responses[0].this_update += 30min;
  newer.produced_at += 30min;
  Answer(newer);
  EXPECT_EQ(Check().schemes.at(0).staple_lag, 30min);
}

struct BadAnswer {
  const char* name;
  HttpPeerAnswer answer;
  std::optional<unsigned> status;
  Reason reason;
};

void PrintTo(const BadAnswer& row, std::ostream* out) { *out << row.name; }

class CrossCheckBadAnswer : public CrossCheckTest,
                            public ::testing::WithParamInterface<BadAnswer> {};

TEST_P(CrossCheckBadAnswer, IsAResponderThatIsDown) {
  Answer(GetParam().answer);
  const ResponderReport report = Responder();
  EXPECT_FALSE(report.exchange.up);
  EXPECT_EQ(report.exchange.http_status, GetParam().status);
  ASSERT_TRUE(report.exchange.failure);
  EXPECT_EQ(report.exchange.failure->phase, Phase::kResponder);
  EXPECT_EQ(Describe(report.exchange.failure->reason).label, Describe(GetParam().reason).label)
      << report.exchange.failure->detail;
  EXPECT_FALSE(report.judgement);
}

INSTANTIATE_TEST_SUITE_P(
    Table, CrossCheckBadAnswer,
    ::testing::Values(
        BadAnswer{"not_found", {.status = 404}, 404, Reason::kHttpStatus},
        BadAnswer{"server_error", {.status = 503}, 503, Reason::kHttpStatus},
        BadAnswer{"html",
                  {.body = "<html>Gone</html>", .content_type = "text/html"},
                  200,
                  Reason::kProtocolError},
        BadAnswer{"empty", {}, 200, Reason::kProtocolError},
        BadAnswer{"too_large", {.body = std::string(300'000, 'x')}, 200, Reason::kBodyTooLarge},
        BadAnswer{"redirect_into_a_denied_network",
                  {.status = 302, .headers = {{"Location", "http://169.254.169.254/"}}},
                  302,
                  Reason::kDenied},
        BadAnswer{"redirect_without_end",
                  {.status = 302, .headers = {{"Location", "/ocsp"}}},
                  302,
                  Reason::kBadRedirect}),
    [](const auto& row) { return row.param.name; });

// RFC 6960 section 2.3: answers, though they say nothing of the certificate.
TEST_F(CrossCheckTest, TryLaterIsAnAnswer) {
  Answer({.body = TextOf(ErrorResponse(3))});
  const ResponderReport report = Responder();
  EXPECT_TRUE(report.exchange.up);
  EXPECT_EQ(report.judgement->verdict, Verdict::kResponderError);
  EXPECT_EQ(report.judgement->response_status, ResponseStatus::kTryLater);
}

TEST_F(CrossCheckTest, UnauthorizedIsAnAnswer) {
  Answer({.body = TextOf(ErrorResponse(6))});
  const ResponderReport report = Responder();
  EXPECT_TRUE(report.exchange.up);
  EXPECT_EQ(report.judgement->response_status, ResponseStatus::kUnauthorized);
}

struct ListCase {
  const char* name;
  std::function<CrlSpec()> spec;
  CrlVerdict verdict;
  std::optional<RevocationStatus> status;
};

void PrintTo(const ListCase& row, std::ostream* out) { *out << row.name; }

CrlSpec ListOf(const Certificate& issuer) { return GoodCrl(issuer, kNow); }

class CrossCheckCrlTest : public CrossCheckTest, public ::testing::WithParamInterface<ListCase> {
 protected:
  void SetUp() override {
    leaf_ = Leaf({}, {ca_->Url("/crl")});
    module_.cross_check = {.crl = true, .min_interval = 1h};
  }
};

TEST_P(CrossCheckCrlTest, IsFetchedAndJudged) {
  AnswerCrl(BuildCrl(GetParam().spec()));
  const CrossCheck check = Check();
  EXPECT_TRUE(check.responders.empty());
  ASSERT_EQ(check.crls.size(), 1U);
  const CrlReport& report = check.crls[0];
  EXPECT_EQ(report.exchange.url, ca_->Url("/crl"));
  EXPECT_TRUE(report.exchange.up);
  ASSERT_TRUE(report.judgement);
  EXPECT_EQ(Describe(report.judgement->verdict).label, Describe(GetParam().verdict).label);
  EXPECT_EQ(check.schemes.at(0).crl, GetParam().status);
  ASSERT_EQ(ca_->Requests().size(), 1U);
  EXPECT_EQ(ca_->Requests()[0].method, "GET");
}

INSTANTIATE_TEST_SUITE_P(
    Table, CrossCheckCrlTest,
    ::testing::Values(ListCase{"not_revoked", [] { return ListOf(Pki().intermediate); },
                               CrlVerdict::kNotRevoked, RevocationStatus::kGood},
                      ListCase{"forged",
                               [] {
                                 CrlSpec spec = ListOf(Pki().intermediate);
                                 spec.signer = &Pki().impostor_intermediate;
                                 return spec;
                               },
                               CrlVerdict::kBadSignature, std::nullopt},
                      ListCase{"of_another_issuer", [] { return ListOf(Pki().sibling_ca); },
                               CrlVerdict::kWrongIssuer, std::nullopt},
                      ListCase{"of_another_partition",
                               [] {
                                 CrlSpec spec = ListOf(Pki().intermediate);
                                 spec.extensions = {IssuingDistributionPointExtension(
                                     {.urls = {"http://ca.test/2.crl"}})};
                                 return spec;
                               },
                               CrlVerdict::kWrongScope, std::nullopt},
                      ListCase{"expired",
                               [] {
                                 CrlSpec spec = ListOf(Pki().intermediate);
                                 spec.this_update = kNow - 240h;
                                 spec.next_update = kNow - 24h;
                                 return spec;
                               },
                               CrlVerdict::kExpired, std::nullopt}),
    [](const auto& row) { return row.param.name; });

TEST_F(CrossCheckTest, ATruncatedListIsNone) {
  leaf_ = Leaf({}, {ca_->Url("/crl")});
  module_.cross_check = {.crl = true, .min_interval = 1h};
  Bytes list = BuildCrl(ListOf(Pki().intermediate));
  list.pop_back();
  AnswerCrl(list);
  const CrossCheck check = Check();
  EXPECT_FALSE(check.crls.at(0).exchange.up);
  EXPECT_EQ(check.crls.at(0).exchange.failure->reason, Reason::kProtocolError);
  EXPECT_FALSE(check.crls.at(0).judgement);
}

TEST_F(CrossCheckTest, AListBeyondTheBoundIsNotTaken) {
  leaf_ = Leaf({}, {ca_->Url("/crl")});
  module_.cross_check = {.crl = true, .min_interval = 1h, .max_crl_bytes = 100};
  AnswerCrl(BuildCrl(ListOf(Pki().intermediate)));
  EXPECT_EQ(Check().crls.at(0).exchange.failure->reason, Reason::kBodyTooLarge);
}

TEST_F(CrossCheckTest, TheChainIsAskedAboutOnOption) {
  const Certificate intermediate = IssueCertificate({.subject = "Other CA",
                                                     .issuer = &Pki().root,
                                                     .now = kNow,
                                                     .is_ca = true,
                                                     .responder_urls = {ca_->Url("/of-the-root")}});
  const Certificate leaf = IssueCertificate({.subject = "leaf.test",
                                             .issuer = &intermediate,
                                             .now = kNow,
                                             .dns_names = {"localhost"},
                                             .responder_urls = {ca_->Url("/of-the-ca")}});
  Answer(GoodResponse(intermediate, Pki().root, kNow));
  const ProbeCase probe{
      .server = {.chain = {leaf, intermediate},
                 .staples = {BuildOcspResponse(GoodResponse(leaf, intermediate, kNow))}}};
  EXPECT_EQ(Check(probe).schemes.size(), 1U);
  module_.cross_check.chain = true;
  const CrossCheck check = Check(probe);
  ASSERT_EQ(check.schemes.size(), 2U);
  EXPECT_EQ(check.schemes[1].depth, 1U);
  EXPECT_EQ(check.schemes[1].responder, RevocationStatus::kGood);
  EXPECT_EQ(check.schemes[1].agreement(), std::nullopt) << "there is nothing to compare it with";
  EXPECT_EQ(check.responders[0].judgement->verdict, Verdict::kWrongCertificate);
}

TEST_F(CrossCheckTest, UrlsAreTriedInOrderUntilOneIsValid) {
  leaf_ = Leaf({"http://127.0.0.1:1/", "ldap://ca.test/", ca_->Url("/ocsp"), ca_->Url("/more")});
  Answer({.body = TextOf(GoodStaple(leaf_))});
  const CrossCheck check = Check();
  ASSERT_EQ(check.responders.size(), 3U);
  EXPECT_EQ(check.responders[0].exchange.failure->reason, Reason::kRefused);
  EXPECT_EQ(check.responders[1].exchange.failure->reason, Reason::kBadUrl);
  EXPECT_EQ(check.responders[2].exchange.url, ca_->Url("/ocsp"));
  EXPECT_TRUE(check.responders[2].judgement->valid);
  EXPECT_EQ(ca_->Requests().size(), 1U);
}

TEST_F(CrossCheckTest, NoMoreThanFourUrlsAreTried) {
  std::vector<std::string> urls;
  for (const char* path : {"/1", "/2", "/3", "/4", "/5"}) urls.push_back(ca_->Url(path));
  leaf_ = Leaf(urls);
  Answer(HttpPeerAnswer{.status = 404});
  std::vector<std::string> asked;
  for (const ResponderReport& report : Check().responders) asked.push_back(report.exchange.url);
  EXPECT_EQ(asked, (std::vector<std::string>{ca_->Url("/1"), ca_->Url("/2"), ca_->Url("/3"),
                                             ca_->Url("/4")}));
  EXPECT_EQ(ca_->Requests().size(), 4U);
}

// A report for each would be the same series twice.
TEST_F(CrossCheckTest, AUrlThatIsNamedTwiceIsTriedOnce) {
  module_.cross_check.crl = true;
  leaf_ = Leaf({ca_->Url("/ocsp"), ca_->Url("/ocsp"), ca_->Url("/more"), ca_->Url("/ocsp")},
               {ca_->Url("/crl"), ca_->Url("/crl")});
  Answer(HttpPeerAnswer{.status = 404});
  const CrossCheck check = Check();
  ASSERT_EQ(check.responders.size(), 2U);
  EXPECT_EQ(check.responders[0].exchange.url, ca_->Url("/ocsp"));
  EXPECT_EQ(check.responders[1].exchange.url, ca_->Url("/more"));
  EXPECT_EQ(check.crls.size(), 1U);
  EXPECT_EQ(ca_->Requests().size(), 3U);
}

// Its chain is the leaf alone: there is nobody to ask, and nothing to suspect.
TEST_F(CrossCheckTest, ATrustedLeafHasNoIssuerToAsk) {
  const Certificate root = IssueCertificate({.subject = "leaf.test",
                                             .now = kNow,
                                             .dns_names = {"localhost"},
                                             .is_ca = true,
                                             .responder_urls = {ca_->Url("/ocsp")}});
  const CrossCheck check = Check({.server = {.chain = {root}}, .trusted = {root}});
  EXPECT_FALSE(check.chain_unverified);
  EXPECT_TRUE(check.schemes.empty());
  EXPECT_TRUE(ca_->Requests().empty());
}

// Whoever presents it may have written anything into it.
TEST_F(CrossCheckTest, AChainThatDoesNotVerifyIsNotFollowed) {
  module_.tls.insecure_skip_verify = true;
  const CrossCheck check = Check({.trusted = {Pki().stranger_root}});
  EXPECT_TRUE(check.chain_unverified);
  EXPECT_TRUE(check.responders.empty());
  EXPECT_TRUE(ca_->Requests().empty());
}

TEST_F(CrossCheckTest, ACertificateBesideTheVerifiedChainIsNotFollowed) {
  module_.cross_check.chain = true;
  const Certificate bystander = IssueCertificate(
      {.subject = "Bystander", .now = kNow, .responder_urls = {ca_->Url("/bystander")}});
  const CrossCheck check = Check({.server = {.chain = {leaf_, bystander, Pki().intermediate}}});
  ASSERT_EQ(check.schemes.size(), 2U);
  EXPECT_EQ(check.schemes[1].depth, 2U) << "where the server's list has the intermediate";
  for (const HttpPeerRequest& request : ca_->Requests()) {
    EXPECT_FALSE(request.target.starts_with("/bystander"));
  }
}

TEST_F(CrossCheckTest, AnAddressThatThePolicyDeniesIsNotAsked) {
  const TargetPolicy policy(
      {}, {TargetRule::Parse("127.0.0.1:" + std::to_string(ca_->port())).value()});
  const ResponderReport report = Responder({.policy = policy});
  EXPECT_EQ(report.exchange.failure->reason, Reason::kDenied);
  EXPECT_TRUE(ca_->Requests().empty());
}

// The last fifth of the deadline is left; the probe's own findings are whole.
TEST_F(CrossCheckTest, AResponderWithoutEndCostsFourFifthsAtMost) {
  for (const RudeBehaviour& behaviour : {Silent(), EndlessGarbage()}) {
    const auto rude = RudeServer::Start(behaviour);
    ASSERT_TRUE(rude) << rude.error();
    leaf_ = Leaf({"http://127.0.0.1:" + std::to_string((*rude)->port()) + "/"});
    const auto server =
        TlsServer::Start({.chain = Pki().Chain(leaf_), .staples = {GoodStaple(leaf_)}});
    ASSERT_TRUE(server) << server.error();
    const ProbeResult result =
        ProbeTarget("localhost:" + std::to_string((*server)->port()), {.module = module_}, 2s);
    EXPECT_EQ(FailureWords(result), "");
    EXPECT_LT(result.duration, 1'900ms);
    const CrossCheck& check = *result.connections.at(0).cross_check;
    EXPECT_FALSE(check.responders.at(0).exchange.up);
    std::printf("A responder without end: the probe took %.2f s of its 2 s.\n",
                result.duration.count());
  }
}

TEST_F(CrossCheckTest, OneFetchForManyProbes) {
  const auto server =
      TlsServer::Start({.chain = Pki().Chain(leaf_), .staples = {GoodStaple(leaf_)}});
  ASSERT_TRUE(server) << server.error();
  module_.tls.library = LibraryUnderTest();
  const auto prober = Prober::Make(module_, TrustStoreOf({Pki().root}));
  ASSERT_TRUE(prober) << prober.error();
  const auto target = ParseTarget("localhost:" + std::to_string((*server)->port()));
  ASSERT_TRUE(target) << target.error();
  constexpr int kProbes = 1000;
  int good = 0;
  for (int i = 0; i < kProbes; ++i) {
    ProbeLog log;
    const ProbeResult result = (*prober)->Probe({.target = *target, .hostname = "", .at = kNow},
                                                Deadline::After(10s), log);
    const auto& check = result.connections.at(0).cross_check;
    if (check && check->schemes.at(0).responder == RevocationStatus::kGood) ++good;
  }
  EXPECT_EQ(good, kProbes);
  EXPECT_EQ(ca_->Requests().size(), 1U);
  std::printf("%d probes made %zu request.\n", kProbes, ca_->Requests().size());
}

}  // namespace
}  // namespace stapling::testing
