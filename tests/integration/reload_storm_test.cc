// Reloads without end under probes without end: none of the probes fails for it, each reload comes
// to what its file deserves, and nothing is left over. Certificates that rotate meanwhile are
// taken.

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <string>

#include "tests/integration/ordeal.h"
#include "tests/integration/prober_crew.h"
#include "tests/integration/scrape.h"
#include "tests/support/sanitizer.h"
#include "tests/support/tls_server.h"
#include "tests/support/wait_until.h"

namespace stapling::testing {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr const char* kReloaded = "ocsp_stapling_exporter_config_last_reload_successful";
constexpr std::size_t kMebibyte = std::size_t{1024} * 1024;

constexpr std::size_t kRounds = kSanitized ? 100 : 1000;

class ReloadStorm : public ::testing::Test {
 protected:
  void SetUp() override {
    auto server = TlsServer::Start({.chain = site_.Chain(),
                                    .staples = {BuildOcspResponse(site_.Good())},
                                    .client_certificate = ClientCertificate::kOptional});
    ASSERT_TRUE(server) << server.error();
    server_ = std::move(*server);
  }

  // The module "test", which is always there, and one that goes by this name.
  [[nodiscard]] std::string Configuration(const std::string& other) const {
    return ModuleTrusting(site_.CaFile(), "  " + other + ": {}\n");
  }
  [[nodiscard]] static std::string Headers(const std::string& value) {
    return "http_server_config: {headers: {X-Frame-Options: " + value + "}}\n";
  }

  const Site site_;
  std::unique_ptr<TlsServer> server_;
};

TEST_F(ReloadStorm, HarmsNoProbeAndLeavesNothing) {
  const std::string web = site_.directory().Write("web.yml", Headers("deny"));
  const auto started = Exporter::Start(Configuration("first"),
                                       {"--web.enable-lifecycle", "--web.config.file=" + web});
  ASSERT_TRUE(started) << started.error();
  const Exporter& exporter = **started;
  const auto has_module = [&](const std::string& name) {
    return exporter.Get("/config").body.find("  " + name + ":\n") != std::string::npos;
  };
  // By HTTP the answer tells; a signal has none, so its effect is waited for.
  const auto reload = [&](std::size_t round, const std::string& name, bool good) {
    exporter.WriteConfiguration(good ? Configuration(name) : "modules: {test: {timeuot: 1s}}\n");
    site_.directory().Write("web.yml", Headers(round % 2 == 0 ? "deny" : "sameorigin"));
    if (round % 4 < 2) {
      const HttpResponse answer = exporter.Send({.path = "/-/reload", .method = "POST"});
      EXPECT_EQ(answer.status, good ? 200 : 500) << answer.body;
      EXPECT_EQ(exporter.Metric(kReloaded), good ? 1 : 0);
    } else {
      exporter.process().Signal(SIGHUP);
      EXPECT_TRUE(WaitUntil([&] { return exporter.Metric(kReloaded) == (good ? 1 : 0); }));
    }
    EXPECT_TRUE(!good || WaitUntil([&] { return has_module(name); }));
  };
  const auto storm = [&](std::size_t from, std::size_t to) {
    ProberCrew crew(exporter, {.target = server_->Target()}, 3);
    for (std::size_t round = from; round < to && !HasFailure(); ++round) {
      SCOPED_TRACE("round " + std::to_string(round));
      reload(round, round % 4 == 0 ? "first" : "second", round % 2 == 0);
    }
    EXPECT_TRUE(WaitUntil([&] { return crew.Probes() > 0; }));
    crew.Stop();
    EXPECT_EQ(crew.Failures(), 0U) << crew.FirstFailure();
    std::cout << "[counts] probes under reloads: tried " << crew.Probes() << ", failed "
              << crew.Failures() << ", worst " << crew.Worst().count() << " ms" << std::endl;
  };

  // What the first tenth takes is not left over; what the rest takes would be.
  constexpr std::size_t kFirst = kRounds / 10;
  storm(0, kFirst);
  Ordeal ordeal("reloads " + std::to_string(kFirst) + " to " + std::to_string(kRounds), exporter);
  ordeal.Try("the rest", [&] { storm(kFirst, kRounds); });
  EXPECT_TRUE(ordeal.AllSurvived());
  EXPECT_EQ(ordeal.Leaks(4 * kMebibyte), "");
}

// A client certificate and the CA of the servers, replaced in several steps while probes run and
// nobody asks for a reload.
TEST_F(ReloadStorm, CertificatesThatRotateAreTakenInTimeAndNoProbeFails) {
  const Certificate old_client = IssueCertificate({.subject = "old client"});
  const Certificate new_client = IssueCertificate({.subject = "new client"});
  const TempDir& files = site_.directory();
  const std::string ca = files.Write("bundle.pem", site_.pki.root.Pem());
  const std::string certificate = files.Write("client.pem", old_client.Pem());
  const std::string key = files.Write("client.key", old_client.KeyPem());
  const auto started = Exporter::Start(
      ModuleTrusting(ca, "      cert_file: " + certificate + "\n      key_file: " + key + "\n"));
  ASSERT_TRUE(started) << started.error();
  const Exporter& exporter = **started;
  const auto client_of_last = [&]() -> Bytes {
    const auto connections = server_->Connections();
    for (auto last = connections.rbegin(); last != connections.rend(); ++last) {
      if (!last->client_certificates.empty()) return last->client_certificates.front();
    }
    return {};
  };
  Ordeal ordeal("certificates that rotate", exporter);
  ordeal.Try("rotation", [&] {
    ProberCrew crew(exporter, {.target = server_->Target()}, 1);
    ASSERT_TRUE(WaitUntil([&] { return client_of_last() == old_client.Der(); }));
    // The bundle is rewritten in place, and a reader may see the first half of it.
    const std::string bundle = site_.pki.stranger_root.Pem() + site_.pki.root.Pem();
    files.Write("bundle.pem", bundle.substr(0, bundle.size() / 2));
    files.Write("client.pem", new_client.Pem());
    files.Write("bundle.pem", bundle);
    files.Write("client.key", new_client.KeyPem());
    EXPECT_TRUE(WaitUntil([&] { return client_of_last() == new_client.Der(); }, 30s));
    crew.Stop();
    EXPECT_EQ(crew.Failures(), 0U) << crew.FirstFailure();
  });
  EXPECT_EQ(exporter.Metric("ocsp_stapling_exporter_tls_files_last_reload_successful"), 1);
  EXPECT_TRUE(ordeal.AllSurvived());
}

}  // namespace
}  // namespace stapling::testing
