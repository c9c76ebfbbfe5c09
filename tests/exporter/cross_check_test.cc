// The cross-check as the program runs it: by check --schemes, and over reloads.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "core/net/target.h"
#include "exporter/check_command.h"
#include "exporter/flags.h"
#include "exporter/runtime.h"
#include "tests/support/crl.h"
#include "tests/support/http_peer.h"
#include "tests/support/ocsp_response.h"
#include "tests/support/standard_pki.h"
#include "tests/support/temp_dir.h"
#include "tests/support/tls_server.h"

namespace stapling::exporter {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using namespace stapling::testing;     // NOLINT(google-build-using-namespace)
using Json = nlohmann::json;
using Paths = std::vector<std::string>;

std::string TextOf(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

// A server that staples a good response, a CA that gives the same one and a CRL, and a module that
// asks both. The probe takes its own clock, so the PKI lives around now.
class CrossCheckRunTest : public ::testing::Test {
 protected:
  CrossCheckRunTest()
      : now_(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())),
        pki_(now_) {
    ca_ = HttpPeer::Start({.answer = [this](const HttpPeerRequest& request) {
            const std::lock_guard lock(mutex_);
            return HttpPeerAnswer{.body = request.target == "/crl" ? crl_ : ocsp_};
          }}).value();
    leaf_ = IssueCertificate({.subject = "leaf.test",
                              .issuer = &pki_.intermediate,
                              .now = now_,
                              .dns_names = {"localhost"},
                              .ip_addresses = {"127.0.0.1"},
                              .responder_urls = {ca_->Url("/ocsp")},
                              .crl_urls = {ca_->Url("/crl")}});
    const Bytes good = BuildOcspResponse(GoodResponse(leaf_, pki_.intermediate, now_));
    Serve(GoodCrl(pki_.intermediate, now_), good);
    server_ = TlsServer::Start({.chain = pki_.Chain(leaf_), .staples = {good}}).value();
    directory_.Write("ca.pem", pki_.root.Pem());
    options_.config_file = directory_.Write("config.yml",
                                            "default_module: tls\n"
                                            "modules:\n"
                                            "  tls:\n"
                                            "    timeout: 5s\n"
                                            "    tls_config: {ca_file: ca.pem}\n"
                                            "    cross_check: {responder: true, crl: true}\n");
    options_.targets = {server_->Target()};
    options_.format = OutputFormat::kJson;
  }

  void Serve(const CrlSpec& crl, const Bytes& ocsp) {
    const std::lock_guard lock(mutex_);
    crl_ = TextOf(BuildCrl(crl));
    ocsp_ = TextOf(ocsp);
  }

  Json Check(int status) {
    std::ostringstream out;
    std::ostringstream err;
    EXPECT_EQ(RunCheck(options_, out, err), status) << out.str() << err.str();
    return Json::parse(out.str())["probes"][0]["cross_check"];
  }

  // What the CA was asked, without the request in a GET's path.
  [[nodiscard]] Paths Asked() const {
    Paths paths;
    for (const HttpPeerRequest& request : ca_->Requests()) {
      paths.push_back(request.target.substr(0, request.target.find('/', 1)));
    }
    std::ranges::sort(paths);
    return paths;
  }

  std::chrono::sys_seconds now_;
  StandardPki pki_;
  Certificate leaf_;
  std::mutex mutex_;
  std::string ocsp_;  // guarded, as is the next
  std::string crl_;
  std::unique_ptr<HttpPeer> ca_;
  std::unique_ptr<TlsServer> server_;
  TempDir directory_;
  CheckOptions options_;
};

TEST_F(CrossCheckRunTest, APlainCheckCallsNoCaThoughTheModuleWould) {
  EXPECT_TRUE(Check(0).is_null());
  EXPECT_EQ(Asked(), Paths{});
}

TEST_F(CrossCheckRunTest, TheSchemesOfACheckAreAsked) {
  options_.schemes = {.ocsp = true, .crl = true};
  const Json check = Check(0);
  EXPECT_EQ(check["schemes"][0]["cause"], "schemes_agree") << check.dump(2);
  EXPECT_EQ(check["schemes"][0]["agreement"], true);
  EXPECT_EQ(Asked(), (Paths{"/crl", "/ocsp"}));
}

TEST_F(CrossCheckRunTest, OneSchemeAlone) {
  options_.schemes = {.crl = true};
  const Json check = Check(0);
  EXPECT_EQ(check["responders"], Json::array());
  EXPECT_EQ(check["crls"][0]["verdict"], "not_revoked") << check.dump(2);
  EXPECT_EQ(Asked(), Paths{"/crl"});
}

TEST_F(CrossCheckRunTest, RevokedThereThoughGoodHereIsCritical) {
  CrlSpec revoked = GoodCrl(pki_.intermediate, now_);
  revoked.entries = {{.serial = leaf_.SerialContent(), .revoked_at = now_ - 24h}};
  Serve(revoked, BuildOcspResponse(GoodResponse(leaf_, pki_.intermediate, now_)));
  options_.schemes = {.ocsp = true, .crl = true};
  EXPECT_EQ(Check(2)["schemes"][0]["cause"], "schemes_disagree");
}

TEST_F(CrossCheckRunTest, AnswersOutliveAReload) {
  const auto configuration = ReadConfiguration(options_.config_file);
  ASSERT_TRUE(configuration) << configuration.error();
  const auto target = ParseTarget(server_->Target());
  ASSERT_TRUE(target) << target.error();
  const auto answers = std::make_shared<AnswerCache>();
  const auto first = Runtime::Make(*configuration, {.answers = answers});
  ASSERT_TRUE(first) << first.error();
  const auto second = Runtime::Make(*configuration, {.answers = answers});
  ASSERT_TRUE(second) << second.error();
  const auto rebuilt = (*second)->Rebuild({directory_.Path("ca.pem")}).runtime;
  for (const auto& runtime : {*first, *second, rebuilt}) {
    ProbeLog log;
    const ProbeResult result = runtime->Find("tls")->Probe(
        {.target = *target, .hostname = {}, .at = {}}, Deadline::After(5s), log);
    const auto& check = result.connections.at(0).cross_check;
    ASSERT_TRUE(check);
    EXPECT_EQ(check->schemes.at(0).responder, RevocationStatus::kGood);
    EXPECT_EQ(check->schemes.at(0).crl, RevocationStatus::kGood);
  }
  EXPECT_EQ(Asked(), (Paths{"/crl", "/ocsp"}));
}

}  // namespace
}  // namespace stapling::exporter
