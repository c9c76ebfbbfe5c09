// Who may be probed: refused as written, failed after resolution, and changed by a reload.

#include <gtest/gtest.h>

#include <string>

#include "tests/integration/scrape.h"
#include "tests/support/tls_server.h"

namespace stapling::testing {
namespace {

constexpr const char* kDenied = "ocsp_stapling_exporter_probes_rejected_total{reason=\"denied\"}";

class TargetPolicyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto server =
        TlsServer::Start({.chain = site_.Chain(), .staples = {BuildOcspResponse(site_.Good())}});
    ASSERT_TRUE(server) << server.error();
    server_ = std::move(server).value();
  }

  [[nodiscard]] std::string Configuration(const std::string& targets) const {
    return ModuleTrusting(site_.CaFile()) + "targets: " + targets + "\n";
  }
  [[nodiscard]] std::string TargetOf(const std::string& host) const {
    return host + ":" + std::to_string(server_->port());
  }

  const Site site_;
  std::unique_ptr<TlsServer> server_;
};

TEST_F(TargetPolicyTest, DeniedAsWrittenIsForbiddenAndAfterResolutionAFailedProbe) {
  const auto exporter = Exporter::Start(Configuration("{deny: [127.0.0.0/8, other.test]}"));
  ASSERT_TRUE(exporter) << exporter.error();
  const auto denied = [&] { return Samples((*exporter)->Metrics()).Value(kDenied); };
  EXPECT_EQ(denied(), 0);

  const HttpResponse literal = (*exporter)->Probe({.target = server_->Target()});
  EXPECT_EQ(literal.status, 403);
  EXPECT_EQ(literal.headers.at("content-type"), "text/plain; charset=utf-8");
  EXPECT_EQ(literal.body, "The target \"" + server_->Target() +
                              "\" is denied: the rule \"127.0.0.0/8\" of targets.deny covers "
                              "it.\n");
  EXPECT_EQ(denied(), 1);

  const HttpResponse name = (*exporter)->Probe({.target = "Other.Test.:443"});
  EXPECT_EQ(name.status, 403);
  EXPECT_EQ(denied(), 2);

  const HttpResponse resolved = (*exporter)->Probe({.target = TargetOf("localhost")});
  EXPECT_EQ(resolved.status, 200);
  const Samples samples(resolved.body);
  EXPECT_EQ(FailureOf(samples), "resolve/denied");
  EXPECT_EQ(samples.Value("probe_success"), 0);
  EXPECT_FALSE(samples.Has("probe_ip_addr_hash"));
  EXPECT_EQ(denied(), 3);
  EXPECT_EQ(server_->Accepted(), 0U);
}

TEST_F(TargetPolicyTest, AReloadChangesIt) {
  const auto exporter =
      Exporter::Start(Configuration("{allow: [localhost]}"), {"--web.enable-lifecycle"});
  ASSERT_TRUE(exporter) << exporter.error();
  const auto status_of = [&](const std::string& host) {
    return (*exporter)->Probe({.target = TargetOf(host), .hostname = "leaf.test"}).status;
  };
  const auto reload = [&] {
    return (*exporter)->Send({.path = "/-/reload", .method = "POST"}).status;
  };
  EXPECT_EQ(status_of("localhost"), 200);
  EXPECT_EQ(status_of("127.0.0.1"), 403);

  (*exporter)->WriteConfiguration(Configuration("{allow: [127.0.0.1], deny: [localhost]}"));
  EXPECT_EQ(status_of("127.0.0.1"), 403) << "nothing was reloaded yet";
  EXPECT_EQ(reload(), 200);
  EXPECT_EQ(status_of("127.0.0.1"), 200);
  EXPECT_EQ(status_of("localhost"), 403);
  const std::string printed = (*exporter)->Get("/config").body;
  EXPECT_NE(printed.find("\ntargets:\n  allow: [\"127.0.0.1\"]\n  deny: [\"localhost\"]\n"),
            std::string::npos)
      << printed;

  (*exporter)->WriteConfiguration(Configuration("{allow: [10.0.0.0/33]}"));
  EXPECT_EQ(reload(), 500);
  EXPECT_EQ(status_of("localhost"), 403) << "a bad file keeps the old rules";
}

TEST_F(TargetPolicyTest, CheckHonoursThatOfItsConfiguration) {
  const std::string file = site_.directory().Write("policy.yml", Configuration("{deny: ['::/0']}"));
  const auto check = [&](const std::string& target) {
    return RunExporter({"check", "--config.file=" + file, "--hostname=leaf.test", target});
  };
  EXPECT_EQ(check(server_->Target()).exit_status, 0);
  const std::string target = TargetOf("[::ffff:127.0.0.1]");
  const ProcessResult denied = check(target);
  EXPECT_EQ(denied.exit_status, 2);
  EXPECT_EQ(denied.output.substr(0, denied.output.find('\n')),
            "CRITICAL: " + target +
                ": The target policy denies the target or every address of it (the rule \"::/0\" "
                "of targets.deny covers it).");
  EXPECT_EQ(server_->Accepted(), 1U);
}

}  // namespace
}  // namespace stapling::testing
