// The commands that end by themselves, while one call after the other fails.
//
// Whatever fails: no signal ends them, they do not hang, and what is bad never ends with the status
// of what is good.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "tests/faults/fault_sweep.h"
#include "tests/integration/exporter.h"
#include "tests/integration/site.h"
#include "tests/support/crl.h"
#include "tests/support/http_peer.h"
#include "tests/support/tls_server.h"

namespace stapling::testing {
namespace {

using std::chrono::hours;

constexpr int kWarning = 1;
constexpr int kCritical = 2;
constexpr int kUsage = 3;

class CommandFaults : public ::testing::Test {
 protected:
  CommandFaults() { faults_.FromMain(true); }

  void Serve(const Site& site, Staples staples) {
    auto server = TlsServer::Start({.chain = site.Chain(), .staples = std::move(staples)});
    ASSERT_TRUE(server) << server.error();
    server_ = std::move(server).value();
  }

  static std::string Configuration(const Site& site, const std::string& library) {
    return site.directory().Write(
        "faults.yml",
        "default_module: test\nmodules:\n  test:\n    timeout: 3s\n    tls_library: " + library +
            "\n    tls_config:\n      ca_file: \"" + site.CaFile() + "\"\n");
  }

  std::vector<std::string> Check(const Site& site, const std::string& library,
                                 std::vector<std::string> more) {
    std::vector<std::string> arguments = {"check", server_->Target(), "--hostname=leaf.test",
                                          "--config.file=" + Configuration(site, library)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  // `status` when nothing fails; `wrong` says what is wrong with what it printed. A status below
  // `least` is no way to tell that something failed.
  void Sweep(const std::string& name, const std::vector<std::string>& command, int status,
             const std::function<std::string(const ProcessResult&)>& wrong, int least = kCritical) {
    const auto run = [&](bool may_fail) -> std::string {
      const ProcessResult result = RunExporter(command, faults_.Environment());
      const std::string text =
          "status " + std::to_string(result.exit_status) + "\n" + result.output + result.errors;
      const bool told = result.exit_status >= least && result.exit_status <= kUsage;
      if (result.exit_status != status && !(may_fail && told)) return text;
      const std::string complaint = wrong(result);
      return complaint.empty() ? "" : complaint + ": " + text;
    };
    const auto act = [&] { return run(true); };
    SweepFaults(faults_, {.name = name,
                          .act = act,
                          .recover = [&]() -> std::string {
                            faults_.Count();
                            return run(false);
                          },
                          .stateless = true});
  }

  Faults faults_;
  std::unique_ptr<TlsServer> server_;
};

bool Says(const ProcessResult& result, const std::string& text) {
  return result.output.find(text) != std::string::npos;
}

// Not as JSON: the library's destructor of a nested value needs memory, and terminates without.
std::string WrongIfSilent(const ProcessResult& result) {
  return result.exit_status == 0 && !Says(result, "good") ? "good without a verdict" : "";
}
std::string WrongIfCalledGood(const ProcessResult& result) {
  return Says(result, "verdict=\"good\"") || Says(result, "OK") ? "a false good" : "";
}

class CommandFaultsOfLibrary : public CommandFaults,
                               public ::testing::WithParamInterface<const char*> {};
INSTANTIATE_TEST_SUITE_P(, CommandFaultsOfLibrary, ::testing::Values("openssl", "gnutls"),
                         [](const auto& each) { return std::string(each.param); });

TEST_P(CommandFaultsOfLibrary, CheckOfAGoodServer) {
  const Site site;
  ASSERT_NO_FATAL_FAILURE(Serve(site, {BuildOcspResponse(site.Good())}));
  Sweep(std::string("check ") + GetParam(), Check(site, GetParam(), {"--format=prometheus"}), 0,
        WrongIfSilent);
}

TEST_P(CommandFaultsOfLibrary, CheckOfAMustStapleCertificateWithoutAStaple) {
  const Site site(Site::Leaf::kMustStaple);
  ASSERT_NO_FATAL_FAILURE(Serve(site, {}));
  Sweep(std::string("check missing ") + GetParam(),
        Check(site, GetParam(), {"--format=prometheus"}), 2, WrongIfCalledGood);
}

TEST_F(CommandFaults, VerifyOfAGoodResponse) {
  const Site site;
  const std::string response = site.WriteBytes("good.der", BuildOcspResponse(site.Good()));
  const std::string leaf = site.directory().Write("leaf.pem", site.leaf.Pem());
  const std::string issuer = site.directory().Write("issuer.pem", site.pki.intermediate.Pem());
  Sweep("verify",
        {"verify", "--response=" + response, "--certificate=" + leaf, "--issuer=" + issuer}, 0,
        WrongIfSilent);
}

TEST_F(CommandFaults, VerifyOfARevokedResponse) {
  const Site site;
  const std::string response = site.WriteBytes("revoked.der", BuildOcspResponse(site.Revoked()));
  const std::string leaf = site.directory().Write("leaf.pem", site.leaf.Pem());
  const std::string issuer = site.directory().Write("issuer.pem", site.pki.intermediate.Pem());
  Sweep("verify revoked",
        {"verify", "--response=" + response, "--certificate=" + leaf, "--issuer=" + issuer,
         "--library=gnutls"},
        2, WrongIfCalledGood);
}

// A CA that has revoked a certificate whose staple still says good: nothing that fails on the way
// to its list and its responder makes them say otherwise.
TEST_F(CommandFaults, CheckOfACertificateThatTheCaHasRevoked) {
  std::string list;
  std::string answer;
  const auto ca = HttpPeer::Start({.answer = [&](const HttpPeerRequest& request) {
    return HttpPeerAnswer{.body = request.target == "/crl" ? list : answer};
  }});
  ASSERT_TRUE(ca) << ca.error();
  Site site;
  site.leaf = IssueCertificate({.subject = "leaf.test",
                                .issuer = &site.pki.intermediate,
                                .now = site.now,
                                .dns_names = {"leaf.test"},
                                .responder_urls = {(*ca)->Url("/ocsp")},
                                .crl_urls = {(*ca)->Url("/crl")}});
  CrlSpec spec = GoodCrl(site.pki.intermediate, site.now);
  spec.entries.push_back({.serial = site.leaf.SerialContent(), .revoked_at = site.now - hours(2)});
  list = ToString(BuildCrl(spec));
  answer = ToString(BuildOcspResponse(site.Revoked()));
  ASSERT_NO_FATAL_FAILURE(Serve(site, {BuildOcspResponse(site.Good())}));
  const std::string url = (*ca)->Url("/ocsp");
  Sweep(
      "cross-check", Check(site, "openssl", {"--schemes=staple,ocsp,crl", "--format=prometheus"}),
      2,
      [&](const ProcessResult& result) -> std::string {
        const bool wrong = Says(result, "ocsp_revocation_agreement{depth=\"0\"} 1") ||
                           Says(result, "verdict=\"not_revoked\"") ||
                           Says(result, "ocsp_responder_certificate_status{depth=\"0\",url=\"" +
                                            url + "\",status=\"good\"} 1");
        return wrong ? "a false good" : "";
      },
      kWarning);  // the CA cannot be asked
}

}  // namespace
}  // namespace stapling::testing
