// Several staples in one scrape: of nginx with an ECDSA and an RSA key, which fetches a staple for
// each, and of a name whose four addresses disagree.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "core/x509/text.h"
#include "tests/integration/exporter.h"
#include "tests/integration/ocsp_responder.h"
#include "tests/integration/real_server.h"
#include "tests/integration/samples.h"
#include "tests/integration/site.h"
#include "tests/support/dns_server.h"
#include "tests/support/private_network.h"
#include "tests/support/process.h"
#include "tests/support/rude_server.h"
#include "tests/support/tls_server.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

Certificate RsaLeaf(const Site& site) {
  return IssueCertificate({.subject = "leaf.test",
                           .issuer = &site.pki.intermediate,
                           .now = site.now,
                           .key = KeyKind::kRsa2048,
                           .dns_names = {"leaf.test"},
                           .responder_urls = {kResponderUrl}});
}

class VaryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto responder = OcspResponder::Start(site_, CertStatus::kGood, 0, {rsa_leaf_});
    ASSERT_TRUE(responder) << responder.error();
    responder_ = std::move(responder).value();
    const std::string chain =
        site_.directory().Write("rsa.pem", PemChain({rsa_leaf_, site_.pki.intermediate}));
    const std::string key = site_.directory().Write("rsa.key", rsa_leaf_.KeyPem());
    auto nginx = StartNginxWithResponder(site_, responder_->Url(),
                                         "ssl_certificate " + chain + "; ssl_certificate_key " +
                                             key + "; ssl_protocols TLSv1.2 TLSv1.3;");
    ASSERT_TRUE(nginx) << nginx.error();
    nginx_ = std::move(nginx).value();
    auto exporter = Exporter::Start(ModuleTrusting(
        site_.CaFile(), "    vary: {tls_versions: [TLS12, TLS13], key_types: [rsa, ecdsa]}\n"));
    ASSERT_TRUE(exporter) << exporter.error();
    exporter_ = std::move(exporter).value();
  }

  std::string Scrape() {
    page_ = exporter_->Probe({.target = nginx_->Target(), .hostname = "leaf.test"}).body;
    return page_;
  }
  [[nodiscard]] bool Has(const std::string& text) const {
    return page_.find(text) != std::string::npos;
  }

  Site site_;
  Certificate rsa_leaf_ = RsaLeaf(site_);
  std::unique_ptr<OcspResponder> responder_;
  std::unique_ptr<RealServer> nginx_;
  std::unique_ptr<Exporter> exporter_;
  std::string page_;
};

// In hexadecimal, without the octet that keeps it positive.
std::string SerialOf(const Certificate& certificate) {
  const std::string serial = ToHex(certificate.SerialContent());
  return serial.starts_with("00") ? serial.substr(2) : serial;
}

// "rsa", "TLS 1.2": the labels of a combination, as the page has them.
std::string Labels(const std::string& version, const std::string& key_type) {
  return "{tls_version=\"" + version + "\",key_type=\"" + key_type + "\"";
}

TEST_F(VaryTest, EachCertificateHasItsOwnStapleInOneScrape) {
  const std::vector<std::string> combinations = {
      Labels("TLS 1.2", "rsa"), Labels("TLS 1.2", "ecdsa"), Labels("TLS 1.3", "rsa"),
      Labels("TLS 1.3", "ecdsa")};
  // nginx fetches a certificate's staple once a client has asked for one.
  ASSERT_TRUE(WaitUntil([&] {
    Scrape();
    return std::ranges::all_of(combinations, [this](const std::string& labels) {
      return Has("ocsp_staple_present" + labels + ",depth=\"0\"} 1\n");
    });
  })) << nginx_->process().Errors()
      << page_;
  EXPECT_TRUE(Has("probe_success 1\n")) << page_;
  for (const std::string& labels : combinations) {
    EXPECT_TRUE(Has("ocsp_staple_verdict_info" + labels + ",depth=\"0\",verdict=\"good\"} 1\n"))
        << page_;
    const bool rsa = labels.find("\"rsa\"") != std::string::npos;
    const std::string rest = ",depth=\"0\",serial=\"" + SerialOf(rsa ? rsa_leaf_ : site_.leaf);
    EXPECT_TRUE(Has("ocsp_staple_info" + labels + rest)) << page_;
  }
}

std::unique_ptr<TlsServer> ServeAt(const Site& site, const std::string& address, std::uint16_t port,
                                   const OcspResponseSpec& staple) {
  auto server = TlsServer::Start({.address = address,
                                  .port = port,
                                  .chain = site.Chain(),
                                  .staples = {BuildOcspResponse(staple)}});
  EXPECT_TRUE(server) << server.error();
  return std::move(server).value();
}

// One address good, one expired, one hung, one refusing, by a DNS server at its usual port.
TEST(VaryAddressesTest, EachAddressAnswersWithinTheScrapeTimeoutThoughOneHangs) {
  const Site site;
  const auto name_server = EnterPrivateNetwork();
  ASSERT_TRUE(name_server) << name_server.error();
  const auto dns = DnsServer::Start(
      {.address = *name_server,
       .port = 53,
       .names = {{"leaf.test", {"127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"}}}});
  ASSERT_TRUE(dns) << dns.error();
  const auto good = ServeAt(site, "127.0.0.2", 0, site.Good());
  const auto expired = ServeAt(site, "127.0.0.3", good->port(), site.Expired());
  const auto hung = RudeServer::Start(Silent(), "127.0.0.4", good->port());
  ASSERT_TRUE(hung) << hung.error();
  const auto exporter =
      Exporter::Start(ModuleTrusting(site.CaFile(), "    vary: {addresses: all}\n"));
  ASSERT_TRUE(exporter) << exporter.error();

  const auto start = std::chrono::steady_clock::now();
  const std::string page =
      (*exporter)
          ->Probe({.target = "leaf.test:" + std::to_string(good->port()), .timeout_header = "3"})
          .body;
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(3));
  const Samples samples(page);
  EXPECT_EQ(samples.Value("probe_success"), 0) << page;
  const auto is_1 = [&](const std::string& name, const std::string& address,
                        const std::string& rest) {
    EXPECT_EQ(samples.Value(name + "{address=\"" + address + "\"," + rest + "}"), 1) << page;
  };
  is_1("ocsp_staple_verdict_info", "127.0.0.2", R"(depth="0",verdict="good")");
  is_1("ocsp_staple_verdict_info", "127.0.0.3", R"(depth="0",verdict="expired")");
  is_1("probe_failure_info", "127.0.0.4", R"(phase="handshake",reason="timeout")");
  is_1("probe_failure_info", "127.0.0.5", R"(phase="connect",reason="refused")");
}

// The last address staples a good one, which must not take the place of the others.
TEST(VaryAddressesTest, WhatIsSavedOfOneAddressIsJudgedAgainAsItWas) {
  constexpr std::string_view kProgram = "  ocsp_stapling_exporter verify ";
  const Site site;
  const auto name_server = EnterPrivateNetwork();
  ASSERT_TRUE(name_server) << name_server.error();
  const auto dns =
      DnsServer::Start({.address = *name_server,
                        .port = 53,
                        .names = {{"leaf.test", {"127.0.0.2", "127.0.0.3", "127.0.0.4"}}}});
  ASSERT_TRUE(dns) << dns.error();
  const auto revoked = ServeAt(site, "127.0.0.2", 0, site.Revoked());
  const auto expired = ServeAt(site, "127.0.0.3", revoked->port(), site.Expired());
  const auto good = ServeAt(site, "127.0.0.4", revoked->port(), site.Good());
  const std::string configuration = site.directory().Write(
      "check.yml",
      ModuleTrusting(site.CaFile(), "    vary: {addresses: all, tls_versions: [TLS12, TLS13]}\n"));
  const ProcessResult check =
      RunExporter({"check", "leaf.test:" + std::to_string(good->port()),
                   "--config.file=" + configuration, "--save-staples=" + site.Path("saved")});
  EXPECT_EQ(check.exit_status, 2) << check.errors;

  std::map<std::string, int> verdicts;
  for (std::size_t at = check.output.find(kProgram); at != std::string::npos;
       at = check.output.find(kProgram, at + 1)) {
    const std::size_t start = at + kProgram.size();
    const std::string arguments = check.output.substr(start, check.output.find('\n', at) - start);
    const auto verify = RunProcess(
        {.arguments = {"/bin/sh", "-c", ExporterPath() + " verify --format=json " + arguments}});
    ASSERT_TRUE(verify) << verify.error();
    const auto object = nlohmann::json::parse(verify->output, nullptr, false);
    ASSERT_TRUE(object.is_object()) << verify->output << verify->errors;
    ++verdicts[object["verdict"]];
  }
  EXPECT_EQ(verdicts, (std::map<std::string, int>{{"revoked", 2}, {"expired", 2}, {"good", 2}}))
      << check.output;
}

}  // namespace
}  // namespace stapling::testing
