// One server, probed by either TLS library: the pages are equal to the octet, but for the few
// series that tests/support/comparable_page.h names.
//
// Here the two are compared with each other; that each of them is right, the other tests say, which
// run once for each library.

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/integration/ocsp_responder.h"
#include "tests/integration/real_server.h"
#include "tests/integration/scrape.h"
#include "tests/support/comparable_page.h"
#include "tests/support/free_port.h"

namespace stapling::testing {
namespace {

std::string ModuleOf(const std::string& library, const std::string& ca_file) {
  return "  " + library + ":\n    tls_library: " + library + "\n    tls_config: {ca_file: \"" +
         ca_file + "\"}\n    staple: {chain: true}\n";
}

void ExpectSamePage(const Site& site, const StartedServer& server, const std::string& verdict) {
  ASSERT_TRUE(server) << server.error();
  const auto exporter = Exporter::Start("modules:\n" + ModuleOf("openssl", site.CaFile()) +
                                        ModuleOf("gnutls", site.CaFile()));
  ASSERT_TRUE(exporter) << exporter.error();
  std::map<std::string, std::string> pages;
  for (const char* library : {"openssl", "gnutls"}) {
    const std::string target = (*server)->Target();
    const std::string page = (*exporter)->Probe({.target = target, .module = library}).body;
    const Samples samples(page);
    EXPECT_EQ(VerdictOf(samples), verdict) << library << ": " << page;
    EXPECT_EQ(samples.LabelOf("probe_tls_library_info", "library"), library);
    pages[library] = ComparablePage(page, ServerStaples::kKept);
  }
  EXPECT_EQ(pages["openssl"], pages["gnutls"]);
}

// What a server staples, by verdict.
const std::map<std::string, OcspResponseSpec (Site::*)() const> kStaples = {
    {"good", &Site::Good}, {"expired", &Site::Expired}, {"revoked", &Site::Revoked}};

TEST(BothLibraries, SeeTheSameOfNginx) {
  const Site site;
  for (const ServerTls version : {ServerTls::k12, ServerTls::k13}) {
    SCOPED_TRACE(version == ServerTls::k12 ? "TLS 1.2" : "TLS 1.3");
    for (const auto& [verdict, staple] : kStaples) {
      const std::string file = site.WriteBytes("staple.der", BuildOcspResponse((site.*staple)()));
      ExpectSamePage(site, StartNginx(site, version, file), verdict);
    }
    ExpectSamePage(site, StartNginx(site, version, ""), "missing");
  }
}

TEST(BothLibraries, SeeTheSameOfApache) {
  const Site site;
  for (const CertStatus status : {CertStatus::kGood, CertStatus::kRevoked}) {
    const auto responder = OcspResponder::Start(site, status);
    ASSERT_TRUE(responder) << responder.error();
    ExpectSamePage(site, StartApache(site, {.responder_url = (*responder)->Url()}),
                   status == CertStatus::kGood ? "good" : "revoked");
  }
  const std::string nobody = "http://127.0.0.1:" + std::to_string(FreePort());
  ExpectSamePage(site, StartApache(site, {.responder_url = nobody}), "responder_error");
}

TEST(BothLibraries, SeeTheSameOfHaproxy) {
  const Site site;
  ExpectSamePage(site, StartHaproxy(site, BuildOcspResponse(site.Good())), "good");
}

TEST(BothLibraries, SeeTheSameOfGnutlsServ) {
  const Site site;
  const OcspResponseSpec intermediate =
      GoodResponse(site.pki.intermediate, site.pki.root, site.now);
  const std::string first = site.WriteBytes("0.der", BuildOcspResponse(site.Good()));
  const std::string second = site.WriteBytes("1.der", BuildOcspResponse(intermediate));
  ExpectSamePage(site, StartGnutlsServ(site, {first, second}), "good");
  ExpectSamePage(site, StartGnutlsServ(site, {first}), "good");
  ExpectSamePage(site, StartGnutlsServ(site, {second}), "missing");
  ExpectSamePage(site, StartGnutlsServ(site, {}), "missing");
}

TEST(BothLibraries, SeeTheSameOfOpensslServer) {
  const Site site;
  for (const auto& [verdict, staple] : kStaples) {
    const std::string file = site.WriteBytes("staple.der", BuildOcspResponse((site.*staple)()));
    ExpectSamePage(site, StartOpensslServer(site, file), verdict);
  }
}

}  // namespace
}  // namespace stapling::testing
